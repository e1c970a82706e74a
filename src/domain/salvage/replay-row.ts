/** Replays one row change: a write, nothing to write, or why a person must look. */
import { pick, sameValue, shown, type Change, type Row, type TableShape } from './transaction';
import { movedKeys, movedReferences } from './lookups';
import { rowName } from './naming';
import { sum, type Overlay } from './overlay';
import type { PrimaryRows, Ruling, Write } from './ruling';
import { shopTables } from './shop-tables';

/** Why a person must look; `detail` holds the values. */
export type Obstacle = Pick<Ruling, 'because' | 'detail'>;
type Verdict = Write | Obstacle | undefined;

/** Decides about one change on the rows as the changes before it left them. */
export function replayRow(change: Change, seen: Overlay, made: PrimaryRows['made']): Verdict {
  const { table } = change;
  const shape = seen.shapes.get(table) ?? { name: table, columns: [], primary: [], uniques: [] };
  const key = pick(change.action === 'insert' ? change.after : change.before, shape.primary);
  const present = seen.find(table, key);
  if (table === shopTables.outbox) return owed(change, key, present, seen);
  if (change.action === 'insert') return insertOf(change.after, key, present, shape, seen);
  if (!present) return absent(change, key, made(table, key), seen);
  return change.action === 'delete'
    ? deleteOf(change, key, present, shape, seen)
    : updateOf(change, key, present, shape, seen);
}

/** A delete has nothing to do, unless it is of a row that should have come over before: that row was left to a person. */
function absent({ action, table }: Change, key: Row, wasMade: boolean, seen: Overlay): Verdict {
  if (action === 'delete' && !wasMade) return undefined;
  const before = wasMade ? ', and an earlier transaction that made it was not carried out' : '';
  return { because: `${rowName(table, key, seen.counters)} is not on the primary${before}.` };
}

function insertOf(row: Row, key: Row, present: Row | undefined, shape: TableShape, seen: Overlay): Verdict {
  const { name: table } = shape;
  if (table === shopTables.aliases) return present ? undefined : aliasOf(row, seen);
  if (present) {
    const differs = firstDifference(present, row);
    if (differs === undefined) return undefined;
    return {
      because: `${rowName(table, key, seen.counters)} exists on the primary with another value of ${differs}.`,
      detail: { column: differs, onPrimary: present[differs], inDeposed: row[differs] },
    };
  }
  return taken(shape, shape.uniques, row, key, seen) ?? { action: 'insert', table, row };
}

/** Another row of the primary has the value of one of these unique keys. */
function taken(
  { name: table, primary }: TableShape,
  uniques: readonly string[][],
  row: Row,
  key: Row,
  seen: Overlay,
): Obstacle | undefined {
  for (const columns of uniques) {
    const other = seen.find(table, pick(row, columns));
    if (!other || sameRow(pick(other, primary), key)) continue;
    const because = `${table} has another row with this ${columns.join(', ')} on the primary: ${rowName(table, pick(other, primary), seen.counters)}.`;
    return { because, detail: pick(row, columns) };
  }
  return undefined;
}

type Deletion = Extract<Change, { action: 'delete' }>;
type Update = Extract<Change, { action: 'update' }>;

function deleteOf({ table, before }: Deletion, key: Row, present: Row, shape: TableShape, seen: Overlay): Verdict {
  const differs = firstDifference(present, before);
  if (differs !== undefined)
    return {
      because: `${rowName(table, key, seen.counters)} was changed on the primary too: ${differs} differs.`,
      detail: { column: differs, onPrimary: present[differs], inDeposed: before[differs] },
    };
  // What the deposed region's foreign keys deleted or changed with it is not in the log.
  const child = (shape.references ?? []).find((reference) => seen.children(table, reference, before) > 0);
  if (child)
    return {
      because: `The deposed region deleted ${rowName(table, key, seen.counters)}, and rows of ${child.child} refer to it on the primary (${child.columns.join(', ')}).`,
    };
  return { action: 'delete', table, key };
}

function updateOf({ table, before, after }: Update, key: Row, present: Row, shape: TableShape, seen: Overlay): Verdict {
  const where = rowName(table, key, seen.counters);
  const changed = Object.keys(after).filter((column) => !sameValue(before[column], after[column]));
  if (changed.some((column) => column in key)) return { because: `${where} got another key in the deposed region.` };
  const counts = (column: string) => seen.counters.has(`${table}.${column}`);
  const differs = Object.keys(before).find((column) => !counts(column) && !sameValue(before[column], present[column]));
  if (differs !== undefined)
    return {
      because: changed.includes(differs)
        ? `${where}: the deposed region changed ${differs}, and the primary has another value of it.`
        : `${where}: ${differs} on the primary is not what it was when the deposed region changed ${changed.join(', ')}.`,
      detail: { column: differs, onPrimary: present[differs], before: before[differs], after: after[differs] },
    };
  if (changed.length === 0) return undefined;
  const child = movedReferences(shape, before, after).find((each) => seen.children(table, each, before) > 0);
  if (child)
    return {
      because: `The deposed region changed ${child.refersTo.join(', ')} of ${where}, and rows of ${child.child} refer to it on the primary (${child.columns.join(', ')}).`,
    };
  const obstacle = taken(shape, movedKeys(shape, before, after), after, key, seen);
  if (obstacle) return obstacle;
  const added = additions({ before, after, present, changed, counts }, where);
  return 'because' in added ? added : { action: 'update', table, key, ...added };
}

interface Changed extends Pick<Update, 'before' | 'after'> {
  present: Row;
  changed: string[];
  counts: (column: string) => boolean;
}

const whole = /^-?\d+$/;
const isWhole = (value: Row[string] | undefined): value is string => typeof value === 'string' && whole.test(value);

/** What an update sets, and what it adds to counters. */
function additions(
  { before, after, present, changed, counts }: Changed,
  where: string,
): Obstacle | Pick<Extract<Write, { action: 'update' }>, 'set' | 'add'> {
  const add: Record<string, string> = {};
  for (const column of changed.filter(counts)) {
    const [old, next, held] = [before[column], after[column], present[column]];
    if (!isWhole(old) || !isWhole(next) || !isWhole(held))
      return { because: `${where} has a counter, ${column}, whose value is not a whole number.` };
    add[column] = sum(next, String(-BigInt(old)));
  }
  const set = pick(
    after,
    changed.filter((column) => !counts(column)),
  );
  return { set, add };
}

/** What an order owed the table or the mail service stays owed, by the order that was kept for it. Both know an idempotency key. */
function owed(change: Change, key: Row, present: Row | undefined, seen: Overlay): Write | undefined {
  const { table } = change;
  if (change.action === 'delete') return present ? { action: 'delete', table, key } : undefined;
  if (change.action === 'update' || present) return undefined;
  const kept = seen.mergedInto(shown(change.after['order_id']));
  if (!kept) return { action: 'insert', table, row: change.after };
  const isPaid = typeof kept.header['transaction_id'] === 'string';
  return isPaid ? { action: 'insert', table, row: { ...change.after, order_id: kept.id }, ifAbsent: true } : undefined;
}

/** An alias of an order that was merged leads to the kept one; a key that is an order's own needs none. */
function aliasOf(row: Row, seen: Overlay): Verdict {
  const { aliases: table, operational, orders } = shopTables;
  if (seen.find(operational, pick(row, ['order_key']))) return undefined;
  const kept = seen.mergedInto(shown(row['order_id']));
  if (kept) return { action: 'insert', table, row: { ...row, order_id: kept.id } };
  const target = { id: row['order_id'] ?? null };
  return seen.find(orders, target)
    ? { action: 'insert', table, row }
    : { because: `A row of ${table} refers to order ${shown(target.id)}, which is not on the primary.` };
}

const firstDifference = (present: Row, row: Row): string | undefined =>
  Object.keys(row).find((column) => !sameValue(present[column], row[column]));

const sameRow = (one: Row, other: Row) => firstDifference(one, other) === undefined;
