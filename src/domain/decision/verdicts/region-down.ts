import type { Hearing } from '../../detection/hearing';
import { towardsStandby, whenBacked, type Backing, type Course, type CourseInput } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';
import { lostShop } from '../shop-loss';

interface RegionDown extends VerdictOf<'region-down'> {
  backing: Backing;
  /** Absent in histories recorded before 2026-12. */
  tableIsOut?: boolean;
}

/** Shop and servers are gone. Without a table only the replica can tell that more than the shop is. */
export const regionDown = defineVerdict({
  state: 'region-down',
  headline: 'is down',
  find,
  course,
});

/** A shop whose database is heard may hang on its table alone, and another table costs nothing. */
function course(input: CourseInput, verdict: RegionDown): Course {
  const pointsHome = Object.keys(input.opinion.tables).length > 0 && input.tableOf === input.primary;
  if (verdict.backing === 'contested' && verdict.tableIsOut && pointsHome)
    return { wish: 'act', action: towardsStandby(input, 'pointer') };
  return whenBacked(input, verdict, towardsStandby(input, 'failover'));
}

function find(hearing: Hearing): RegionDown | undefined {
  const { testimony, app, table } = hearing;
  const loss = lostShop(hearing);
  if (!loss || app.answered) return undefined;
  const { tableIsOut, lost, seen, heard } = loss;
  if (!tableIsOut && lost.length === 0) return undefined;
  const everybody = app.state === 'down' && (table?.state === 'down' || (lost.length > 0 && !tableIsOut));
  return {
    ...about('region-down', testimony.primary, app.down),
    tableIsOut,
    backing: seen.length > 0 ? 'contested' : everybody ? 'all' : 'majority',
    forMs: table && tableIsOut ? Math.min(app.forMs, table.forMs) : app.forMs,
    failingForMs: app.failingMs,
    because: `Region ${testimony.primary} does not answer at all: ${heard}.`,
  };
}
