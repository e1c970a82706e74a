/**
 * Both regions' rows of an item, for the terminal of a person who has the rights of the runbook's user. They are customers' data, so they are
 * read from the primary's database with the site file and its secrets where this command runs, and never pass through Temporal.
 */
import { primaryOf } from '../../domain/plan/survey';
import type { Pile } from '../../ports/pile';
import type { Ports } from '../../ports/ports';
import { Refusal } from '../refusal';
import { databasesOf, withPorts } from '../site';
import { itemLines } from './lines';

/** @throws Refusal */
export const showItem = (name: string, number: number): Promise<string[]> =>
  withPorts(name, "show reads the primary's database itself, since the rows are customers' data", async (ports) => {
    const found = await (await primaryPile(ports)).detail(number);
    if (found) return itemLines(found.item, found.detail, name);
    throw new Refusal(`There is no item ${String(number)}; this shows them: npx handover salvage ${name} list`, {
      outcome: 'not found',
    });
  });

/** Of the region that the databases which answer name; it must answer itself. @throws Error */
async function primaryPile(ports: Pick<Ports, 'regions' | 'database' | 'pile'>): Promise<Pile> {
  const regions = await databasesOf(ports);
  const primary = primaryOf({ regions });
  if (!primary.known) throw new Error(primary.because);
  const seen = regions[primary.region];
  if (seen?.answers === false) throw new Error(seen.because);
  return ports.pile(primary.region);
}
