/** What the standby's database says of its source, and how far it is behind, also while the source writes nothing. */
import { otherRegion } from '../../domain/other-region';
import type { Ports } from '../../ports/ports';
import { inTime } from '../in-time';
import { askStandby } from '../monitoring/decide';
import { lookOf } from '../monitoring/standby-look';
import { answerWithinMs } from '../planning/survey';
import type { SiteContext } from '../planning/prepare';

/** @param known the primary as the monitor knows it; empty at first */
export async function lookAtStandby({ site, ports }: SiteContext, known: string): Promise<ReturnType<typeof lookOf>> {
  const primary = known === '' ? site.home : known;
  const standby = otherRegion(site.regions, primary) ?? '';
  const looked = await inTime(askStandby(ports, standby, primary), answerWithinMs.planned).catch(() => ({
    replica: undefined,
    heartbeatAgeMs: null,
  }));
  const look = lookOf(site.policy, looked);
  const isUnmeasured = look.lagMs === undefined && looked.replica !== undefined;
  return isUnmeasured && (await hasAll(ports, primary, standby)) ? { ...look, lagMs: 0 } : look;
}

/** Where writes have stalled, heartbeats tell nothing of the lag; a standby that has all that the primary has is not behind. */
async function hasAll(ports: Ports, primary: string, standby: string): Promise<boolean> {
  const compared = async () => {
    const { position } = await ports.database(primary).state();
    return ports.positions.contains(await ports.database(standby).known(), position);
  };
  return inTime(compared(), answerWithinMs.outage).catch(() => false);
}
