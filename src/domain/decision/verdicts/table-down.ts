import { isOut } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import { towardsStandby, whenBacked, type Backing, type Course, type CourseInput } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';

interface TableDown extends VerdictOf<'table-down'> {
  backing: Backing;
}

/** Only the region's table endpoint is ill. */
export const tableDown = defineVerdict({ state: 'table-down', headline: 'has lost its table', find, course });

function find({ testimony, policy, table }: Hearing): TableDown | undefined {
  if (table === undefined || !isOut(table, policy)) return undefined;
  return {
    ...about('table-down', testimony.primary, table.down),
    backing: table.state === 'down' ? 'all' : 'majority',
    forMs: table.forMs,
    failingForMs: table.failingMs,
    because: `The shop of ${testimony.primary} answers, its table does not: ${table.because}.`,
  };
}

/** A shop that is pointed away already feels nothing of it. */
function course(input: CourseInput, verdict: TableDown): Course {
  if (input.tableOf !== input.primary) return { wish: 'nothing', notice: 'warning' };
  return whenBacked(input, verdict, towardsStandby(input, 'pointer'));
}
