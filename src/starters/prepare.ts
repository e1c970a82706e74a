/** `npx handover prepare SITE`: makes handover's own tables with the runbook's rights, where they are missing. It needs no Temporal. */
import type { Site } from '../config';
import { preparation } from '../domain/preparation';
import type { Ports } from '../ports/ports';
import type { Command } from './command';
import { Refusal } from './refusal';
import { databasesOf, withPorts } from './site';

/** How long the standby may take to apply the new tables. */
const replicaWithinMs = 30_000;

/** What was done, read back from both regions. @throws Refusal with the reason and nothing changed */
async function prepareTables(
  { site, regions }: Pick<Site, 'site' | 'regions'>,
  ports: Pick<Ports, 'regions' | 'database'>,
): Promise<string> {
  const looked = Object.values(await databasesOf(ports));
  const found = preparation(site, looked, (region) => regions[region]?.address ?? '');
  if ('refused' in found) throw new Refusal(found.refused);
  const { region, standby } = found;
  const database = ports.database(region);
  await database.makeTables();
  const { epoch, position } = await database.state();
  if (epoch?.region !== region)
    throw new Refusal(`${region}'s database has no row of ${site} in handover_epoch.`, { outcome: 'unfinished' });
  const isThere = await ports.database(standby).waitFor(position, replicaWithinMs);
  const state = `${region} is the primary of epoch ${String(epoch.epoch)}, and its database has handover_epoch and handover_heartbeat`;
  if (isThere) return `${state}; ${standby} has them too. Next: npx handover drill ${site}`;
  throw new Refusal(
    `${state}, but ${standby} had not applied them after ${String(replicaWithinMs / 1_000)} s; see: npx handover drill ${site}`,
    { outcome: 'unfinished' },
  );
}

export const prepare: Command = {
  name: 'prepare',
  summary: "Make handover's own tables in the primary's database, with the runbook's rights; repeating it is harmless.",
  options: {},
  run: async ({ site: name }) => {
    const asks = 'prepare uses the databases itself';
    console.log(await withPorts(name, asks, (ports, site) => prepareTables(site, ports)));
    return 'done';
  },
};
