import { isOut } from '../../../src/domain/detection/agreement';
import type { Hearing } from '../../../src/domain/detection/hearing';
import { about, defineVerdict, type VerdictOf } from '../../../src/domain/decision/verdicts/define';

/** Neither region has a table that the shop could use. */
export const tablesDown = defineVerdict({
  state: 'tables-down',
  headline: 'has lost its table, and so has the other one',
  find,
  course: () => ({ wish: 'nothing', notice: 'critical' }),
});

function find({ testimony, policy, table, standbyTable }: Hearing): VerdictOf<'tables-down'> | undefined {
  if (!table || !standbyTable || !isOut(table, policy) || !isOut(standbyTable, policy)) return undefined;
  return {
    ...about('tables-down', testimony.primary, table.down),
    forMs: Math.min(table.forMs, standbyTable.forMs),
    failingForMs: table.failingMs,
    because: `The shop of ${testimony.primary} answers, and no table does: ${table.because}; ${standbyTable.because}.`,
  };
}
