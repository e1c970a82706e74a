/** The items that rejoins left to a person, in MariaDB. */
import type { Version } from '../../../domain/salvage/version';
import { PortError } from '../../../ports/errors';
import type { PileItem } from '../../../domain/salvage/pile';
import type { DecideInput, Pile } from '../../../ports/pile';
import { connection, type Row } from '../wire/connection';
import type { SalvageOptions } from './options';
import { versionWrites } from './pile-writes';
import { closeItem, decidedKeyIn, detailOf, itemOf, itemQuery, itemsQuery } from './pile-records';
import { inRecords, isOfFormerForm, recordColumns, recordsTable, requireReadable, withGrant } from './records-place';
import { prepareRecords } from './salvage-records';
import { refusalOf, withoutValues } from './salvage-refusals';
import * as sql from './salvage-statements';
import {
  heldLines,
  inSession,
  pieces,
  requirePrimary,
  rollBack,
  transactionMs,
  type Hand,
} from './salvage-transaction';
import { textIn } from './shapes';

export function mariadbPile(options: SalvageOptions): Pile & { close: () => Promise<void> } {
  const server = `${options.region}'s database at ${options.host}:${options.port}`;
  const opened = () => inSession(connection({ ...options, server, timeoutMs: options.timeoutMs ?? 5_000 }));
  const [line, held] = [opened(), heldLines(opened)];
  const hand: Hand = { options, line };
  return {
    items: () => itemsThrough(hand),
    detail: (number) => detailThrough(hand, number),
    decide: (number, input) => held.hold((own) => decide({ options, line: own }, number, input)),
    close: () => {
      held.close();
      line.close();
      return Promise.resolve();
    },
  };
}

async function itemsThrough(hand: Hand): Promise<PileItem[]> {
  const { options, line } = hand;
  await requireReadable(line, options);
  const described = await line.ask('describe its records', recordColumns(options));
  if (described.every((columns) => columns.length === 0)) return [];
  await prepareRecords(hand);
  const [rows = []] = await line.ask('list what is left to a person', itemsQuery(recordsTable(options)), transactionMs);
  return rows.map(itemOf);
}

async function detailThrough({ options, line }: Hand, number: number) {
  const query = (table: string) => line.ask('show an item', itemQuery(table, number), transactionMs);
  try {
    const [[row] = []] = (await inRecords(options, query)) ?? [];
    return row && { item: itemOf(row), detail: detailOf(row) };
  } catch (error) {
    // Records of an earlier version have no numbers yet.
    if (isOfFormerForm(error)) return undefined;
    throw error;
  }
}

async function decide(hand: Hand, number: number, input: DecideInput): Promise<PileItem> {
  const tables: string[] = [];
  try {
    return await withGrant(hand.options, () => decideIn(hand, number, input, tables));
  } catch (error) {
    await rollBack(hand, error);
    const reason = refusalOf(error, tables);
    if (reason !== undefined)
      throw new PortError('refused', `Item ${number} was not applied: ${reason} ${byHand(hand, number)}`);
    throw withoutValues(error, `decide item ${number}`);
  }
}

const byHand = ({ options: { site } }: Hand, number: number) =>
  `Compare both versions: npx handover salvage ${site} show ${number}; change by hand what must be changed; then close it: npx handover salvage ${site} dismiss ${number} --because "entered by hand"`;

/** @param tables is filled with the tables that are written to */
async function decideIn(hand: Hand, number: number, input: DecideInput, tables: string[]): Promise<PileItem> {
  const { options, line } = hand;
  const ask = (statement: string) => line.ask(`decide item ${number}`, statement, transactionMs);
  const table = recordsTable(options);
  const opening = [...sql.openGuarded(options, 5), itemQuery(table, number, 'FOR UPDATE')];
  const [guards, [found] = []] = await ask(opening.join(';\n'));
  const guard = guards?.[0];
  requirePrimary(options, guard, input.epoch);
  const open = sql.stillOpen(guard);
  const row = requireUndecided(hand, number, found, input);
  if (itemOf(row).decision) {
    await ask('ROLLBACK');
    return itemOf(row);
  }
  const writes = input.what === 'applied' ? await writesOf(hand, number, row, input, guard) : [];
  tables.push(...writes.map(({ table }) => table));
  for (const piece of pieces(writes.map(({ statement }) => statement))) await ask([open, ...piece].join(';\n'));
  const [[count] = []] = await ask([open, closeItem(table, number, input), 'SELECT ROW_COUNT() AS closed'].join(';\n'));
  if (textIn(count, 'closed') !== '1')
    throw new PortError('refused', `Item ${number} was decided by somebody else a moment ago, so nothing was changed.`);
  const [[closed] = []] = await ask([open, 'COMMIT', itemQuery(table, number)].join(';\n'));
  return itemOf(closed ?? row);
}

/** Also one that this very decision closed before. @throws PortError refused for an item that is not there or was decided otherwise */
function requireUndecided({ options }: Hand, number: number, row: Row | undefined, input: DecideInput): Row {
  if (!row)
    throw new PortError('refused', `There is no item ${number}; see: npx handover salvage ${options.site} list`);
  const { decision } = itemOf(row);
  if (!decision || decidedKeyIn(row) === input.key) return row;
  throw new PortError(
    'refused',
    `Item ${number} was ${decision.what} by ${decision.by} at ${decision.at} UTC, and an item is decided once.`,
  );
}

async function writesOf(hand: Hand, number: number, row: Row, input: DecideInput, guard: Row | undefined) {
  const { version } = detailOf(row) as { version?: Partial<Version> };
  if (version?.format !== 2)
    throw new PortError(
      'refused',
      `Item ${number} can't be applied: its record does not hold the deposed region's rows whole. ${byHand(hand, number)}`,
    );
  if (version.byHand !== undefined)
    throw new PortError('refused', `Item ${number} can't be applied: ${version.byHand}. ${byHand(hand, number)}`);
  const { changed, writes } = await versionWrites(hand, version as Version, input.shop, guard);
  if (changed.length === 0) return writes;
  throw new PortError(
    'refused',
    `Item ${number} can't be applied: the primary's ${changed.join(', ')} changed since its record was made. ${byHand(hand, number)}`,
  );
}
