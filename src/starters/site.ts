/** What commands that ask databases and hosts themselves need of a site: its file, and its ports. The others ask a worker. */
import { loadSite, type Site } from '../config';
import { connect } from '../connect/connect';
import { sentenceOf } from '../domain/sentence';
import type { RegionSurvey } from '../domain/plan/survey';
import type { Ports } from '../ports/ports';
import { surveyed } from '../ports/region-survey';
import { Refusal } from './refusal';

/** @throws Refusal with what is wrong with the file */
export const siteNamed = (name: string): Promise<Site> =>
  loadSite(name, { sitesDir: process.env.HANDOVER_SITES_DIR ?? 'sites' }).catch((error: unknown) => {
    throw new Refusal(sentenceOf(error));
  });

/**
 * Does `work` with the site's own ports, and closes them.
 * @param why what `command` asks itself, as the end of a sentence that begins with its name
 * @throws Refusal that says where to run the command when a secret, a database or a host is not in reach
 */
export async function withPorts<T>(
  name: string,
  why: string,
  work: (ports: Ports, site: Site) => Promise<T>,
): Promise<T> {
  const site = await siteNamed(name);
  const ports = connect(site);
  try {
    return await work(ports, site);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      `${sentenceOf(error)} ${why}: run it where a worker runs, with the same HANDOVER_SITES_DIR and HANDOVER_SECRETS_DIR.`,
    );
  } finally {
    await ports.close();
  }
}

/** Each region's database as it is now. */
export const databasesOf = async (ports: Pick<Ports, 'regions' | 'database'>): Promise<Record<string, RegionSurvey>> =>
  Object.fromEntries(
    await Promise.all(
      ports.regions.map(async (region) => [region, await surveyed(region, ports.database(region).state())] as const),
    ),
  );
