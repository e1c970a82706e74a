import type { Hearing } from '../../detection/hearing';
import { towardsStandby, whenBacked, type Backing } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';
import { lostShop } from '../shop-loss';

interface RegionDown extends VerdictOf<'region-down'> {
  backing: Backing;
}

/** Shop and servers are gone. Without a table only the replica can tell that more than the shop is. */
export const regionDown = defineVerdict({
  state: 'region-down',
  headline: 'is down',
  find,
  course: (input, verdict) => whenBacked(input, verdict, towardsStandby(input, 'failover')),
});

function find(hearing: Hearing): RegionDown | undefined {
  const { testimony, app, table } = hearing;
  const loss = lostShop(hearing);
  if (!loss || app.answered) return undefined;
  const { tableIsOut, lost, seen, heard } = loss;
  if (!tableIsOut && lost.length === 0) return undefined;
  const everybody = app.state === 'down' && (table?.state === 'down' || (lost.length > 0 && !tableIsOut));
  return {
    ...about('region-down', testimony.primary, app.down),
    backing: seen.length > 0 ? 'contested' : everybody ? 'all' : 'majority',
    forMs: table && tableIsOut ? Math.min(app.forMs, table.forMs) : app.forMs,
    failingForMs: app.failingMs,
    because: `Region ${testimony.primary} does not answer at all: ${heard}.`,
  };
}
