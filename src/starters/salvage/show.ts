/**
 * Both regions' rows of an item, for the terminal of a person who has the rights of the runbook's user. They are customers' data, so they are
 * read from the primary's database with the site file and its secrets where this command runs, and never pass through Temporal.
 */
import { loadSite } from '../../config';
import { connect } from '../../connect/connect';
import { sentenceOf } from '../../domain/sentence';
import type { Pile } from '../../ports/pile';
import type { Ports } from '../../ports/ports';
import { Refusal } from '../refusal';
import { itemLines } from './lines';

/** @throws Refusal */
export async function showItem(name: string, number: number): Promise<string[]> {
  const site = await loadSite(name, { sitesDir: process.env.HANDOVER_SITES_DIR ?? 'sites' }).catch((error: unknown) => {
    throw new Refusal(sentenceOf(error));
  });
  const ports = connect(site);
  try {
    const found = await (await primaryPile(ports)).detail(number);
    if (found) return itemLines(found.item, found.detail, name);
    throw new Refusal(`There is no item ${String(number)}; this shows them: npx handover salvage ${name} list`);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      `${sentenceOf(error)} show reads the primary's database itself, since the rows are customers' data: run it where a worker runs, with the same HANDOVER_SITES_DIR and HANDOVER_SECRETS_DIR.`,
    );
  } finally {
    await ports.close();
  }
}

type Seen = { region: string; epoch: number; primary: string } | { because: string };

/** Of the region that the highest epoch names, by whichever databases answer; it must answer itself. @throws Error */
async function primaryPile(ports: Pick<Ports, 'regions' | 'database' | 'pile'>): Promise<Pile> {
  const seen = await Promise.all(ports.regions.map((region) => seenOf(region, ports)));
  const known = seen.flatMap((each) => ('epoch' in each ? [each] : []));
  const [latest] = known.sort((one, other) => other.epoch - one.epoch);
  if (latest && known.some(({ region }) => region === latest.primary)) return ports.pile(latest.primary);
  throw new Error(
    seen.flatMap((each) => ('because' in each ? [each.because] : []))[0] ?? 'No database names a primary.',
  );
}

async function seenOf(region: string, ports: Pick<Ports, 'database'>): Promise<Seen> {
  try {
    const { epoch } = await ports.database(region).state();
    return { region, epoch: epoch?.epoch ?? 0, primary: epoch?.region ?? region };
  } catch (error) {
    return { because: sentenceOf(error) };
  }
}
