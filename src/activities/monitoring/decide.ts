/** Judges and decides in one activity, so that evidence and decision are in the history and a changed rule does not break replay. */
import type { Client } from '@temporalio/client';
import { rejoinId, transferId } from '../../contract/ids';
import type { Ports } from '../../ports/ports';
import type { SiteContext } from '../planning/prepare';
import { isRunning, transferRunning } from '../transfers';
import type { DecideInput, DecideResult } from '../../contract/monitor';
import { believedRoles, consider } from './consider';
import type { Looked } from './standby-look';

export async function judgeAndDecide(
  { site, ports }: SiteContext,
  input: DecideInput,
  client: Client,
): Promise<DecideResult> {
  const { primary, standby } = believedRoles(site, input);
  const looked = await askStandby(ports, standby, primary);
  return consider(site, input, { ...looked, underWay: await underWay(client, site.site) });
}

export async function underWay(client: Client, site: string): Promise<Looked['underWay']> {
  const [transfer, rejoin] = await Promise.all([transferRunning(client, site), isRunning(client, rejoinId(site))]);
  return { ...(transfer && { running: transferId(site) }), ...(rejoin && { rejoining: rejoinId(site) }) };
}

/** What the standby's database says of itself and of its source; undefined and null where it does not answer. */
export async function askStandby(ports: Ports, standby: string, primary: string): Promise<Omit<Looked, 'underWay'>> {
  const database = ports.database(standby);
  const [replica, heartbeat] = await Promise.all([
    database.state().catch(() => undefined),
    database.heartbeat(primary).catch(() => undefined),
  ]);
  return { replica, heartbeatAgeMs: heartbeat ? Math.max(0, ports.now() - heartbeat.atMs) : null };
}
