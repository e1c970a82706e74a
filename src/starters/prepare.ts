/** `npx handover prepare SITE`: makes handover's own tables with the runbook's rights, where they are missing. It needs no Temporal. */
import { loadSite, type Site } from '../config';
import { connect } from '../connect/connect';
import type { RegionSurvey } from '../domain/plan/survey';
import { preparation } from '../domain/preparation';
import { sentenceOf } from '../domain/sentence';
import type { Ports } from '../ports/ports';
import type { Command } from './command';
import { Refusal } from './refusal';

/** How long the standby may take to apply the new tables. */
const replicaWithinMs = 30_000;

async function seen(region: string, ports: Pick<Ports, 'database'>): Promise<RegionSurvey> {
  try {
    const { readOnly, epoch, position, replica } = await ports.database(region).state();
    const known = { epoch: epoch?.epoch ?? 0, primary: epoch?.region ?? '', verifiedEpoch: epoch?.verifiedEpoch ?? 0 };
    const follows = replica && { replicaOf: replica.sourceHost, replicating: replica.sql && replica.io === 'yes' };
    return { region, answers: true, readOnly, position, ...known, ...follows };
  } catch (error) {
    return { region, answers: false, because: sentenceOf(error) };
  }
}

/** What was done, read back from both regions. @throws Refusal with the reason and nothing changed */
async function prepareTables(
  { site, regions }: Pick<Site, 'site' | 'regions'>,
  ports: Pick<Ports, 'database'>,
): Promise<string> {
  const looked = await Promise.all(Object.keys(regions).map((region) => seen(region, ports)));
  const found = preparation(site, looked, (region) => regions[region]?.address ?? '');
  if ('refused' in found) throw new Refusal(found.refused);
  const { region, standby } = found;
  const database = ports.database(region);
  await database.makeTables();
  const { epoch, position } = await database.state();
  if (epoch?.region !== region) throw new Refusal(`${region}'s database has no row of ${site} in handover_epoch.`);
  const isThere = await ports.database(standby).waitFor(position, replicaWithinMs);
  const state = `${region} is the primary of epoch ${String(epoch.epoch)}, and its database has handover_epoch and handover_heartbeat`;
  if (isThere) return `${state}; ${standby} has them too. Next: npx handover drill ${site}`;
  throw new Refusal(
    `${state}, but ${standby} had not applied them after ${String(replicaWithinMs / 1_000)} s; see: npx handover drill ${site}`,
  );
}

export const prepare: Command = {
  name: 'prepare',
  summary: "Make handover's own tables in the primary's database, with the runbook's rights; repeating it is harmless.",
  options: {},
  run: async ({ site: name }) => {
    const refuse = (error: unknown): never => {
      throw error instanceof Refusal
        ? error
        : new Refusal(
            `${sentenceOf(error)} prepare uses the databases itself: run it where a worker runs, with the same HANDOVER_SITES_DIR and HANDOVER_SECRETS_DIR.`,
          );
    };
    const site = await loadSite(name, { sitesDir: process.env.HANDOVER_SITES_DIR ?? 'sites' }).catch(
      (error: unknown) => {
        throw new Refusal(sentenceOf(error));
      },
    );
    const ports = connect(site);
    try {
      console.log(await prepareTables(site, ports).catch(refuse));
      return 0;
    } finally {
      await ports.close();
    }
  },
};
