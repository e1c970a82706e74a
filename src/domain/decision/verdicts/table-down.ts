import { isOut } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import { towardsStandby, whenBacked, type Backing, type Course, type CourseInput } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';

interface TableDown extends VerdictOf<'table-down'> {
  backing: Backing;
  /** Most probes of the shop fail too, so more may be lost than the table. Absent in histories recorded before 2026-12. */
  shopFails?: boolean;
}

/** Only the region's table endpoint is ill. */
export const tableDown = defineVerdict({ state: 'table-down', headline: 'has lost its table', find, course });

/** So long a table that is out waits for the votes on a shop that fails too: a plan for the table would be in the way of a failover. */
const waitForShopMs = 30_000;

function find({ testimony, policy, app, table }: Hearing): TableDown | undefined {
  if (table === undefined || !isOut(table, policy)) return undefined;
  return {
    ...about('table-down', testimony.primary, table.down),
    backing: table.state === 'down' ? 'all' : 'majority',
    shopFails: app.leastShare >= 0.5,
    forMs: table.forMs,
    failingForMs: table.failingMs,
    because: `The shop of ${testimony.primary} answers, its table does not: ${table.because}.`,
  };
}

/** A shop that is pointed away already feels nothing of it. */
function course(input: CourseInput, verdict: TableDown): Course {
  if (input.tableOf !== input.primary) return { wish: 'nothing', notice: 'warning' };
  if (verdict.shopFails && verdict.forMs < waitForShopMs) return { wish: 'nothing' };
  return whenBacked(input, verdict, towardsStandby(input, 'pointer'));
}
