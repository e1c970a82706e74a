import { sentenceCase } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import { about, defineVerdict, type VerdictOf } from './define';

/** A failure share that every vantage sees, short of an outage: the shop browns out. */
const brownOutShare = 0.2;

/** Some vantages, or some requests, fail. */
export const degraded = defineVerdict({
  state: 'degraded',
  headline: 'is degraded',
  find,
  course: () => ({ wish: 'nothing', notice: 'warning' }),
});

function find({ testimony: { primary }, app, table, edge }: Hearing): VerdictOf<'degraded'> | undefined {
  const partial = [app, ...(table ? [table] : []), edge].find(
    ({ state }) => state === 'down' || state === 'majority' || state === 'split',
  );
  if (partial)
    return {
      ...about('degraded', primary, partial.down),
      forMs: partial.forMs,
      failingForMs: partial.failingMs,
      because: `${sentenceCase(partial.because)}.`,
    };
  if (app.leastShare >= brownOutShare)
    return {
      ...about('degraded', primary, app.up),
      because: `Every vantage sees at least ${Math.round(app.leastShare * 100)} % of the probes of ${primary}'s shop fail.`,
    };
  if (table?.state === 'unknown' && table.silent.length > 0)
    return {
      ...about('degraded', primary, table.silent),
      because: `The table's state is unknown: ${table.because}.`,
    };
  return undefined;
}
