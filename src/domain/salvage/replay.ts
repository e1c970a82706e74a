/** Replays the row changes of one transaction on the rows that the primary has, by keys and images alone. */
import { pick, sameValue, shown, type Change, type Row } from './transaction';
import { advance } from './merge';
import type { OrderIdentity, Ruling, PrimaryRows, Write } from './ruling';
import { shopTables } from './shop-tables';

const listed = (because: string): Ruling => ({
  outcome: 'listed',
  because,
  writes: [],
  orderKey: '',
  orderId: '',
  keptOrderId: '',
});

/** Applies the changes one after the other on what the primary holds, as far as this transaction can see. */
export function replay(changes: readonly Change[], order: OrderIdentity | undefined, ground: PrimaryRows): Ruling {
  const writes: Write[] = [];
  const seen = overlay(ground);
  for (const change of changes) {
    const verdict = replayOne(change, seen, ground);
    if (typeof verdict === 'string') return { ...paidTwice(changes, ground, verdict), ...aboutOrder(changes, order) };
    if (verdict) writes.push(verdict);
    if (verdict) seen.note(change, ground);
  }
  return { ...summed(writes, order), writes, ...aboutOrder(changes, order) };
}

function summed(
  writes: readonly Write[],
  order: OrderIdentity | undefined,
): Pick<Ruling, 'outcome' | 'because' | 'keptOrderId'> {
  const keptOrderId = '';
  const tables = [...new Set(writes.map(({ table }) => table))].join(', ');
  if (writes.length === 0) return { outcome: 'skipped', because: 'The primary already has all of it.', keptOrderId };
  if (order)
    return { outcome: 'order', because: `Order ${order.key} was recovered whole as ${order.id}.`, keptOrderId };
  const isUpdate = writes.some(({ action, table }) => action !== 'insert' && table !== shopTables.outbox);
  return isUpdate
    ? {
        outcome: 'update',
        because: `The primary's rows still matched the deposed region's before-images (${tables}).`,
        keptOrderId,
      }
    : { outcome: 'copied', because: `New rows of ${tables}.`, keptOrderId };
}

/** Both sides may have moved the same order; where they agree, or one is only further, nothing is lost. */
function paidTwice(changes: readonly Change[], ground: PrimaryRows, because: string): Ruling {
  const [change] = changes;
  if (changes.length !== 1 || change?.action !== 'update' || change.table !== shopTables.orders) return listed(because);
  const header = ground.find(shopTables.orders, pick(change.before, ['id']));
  if (!header) return listed(because);
  const id = shown(header['id']);
  return advance({ id, key: '', intent: '', header }, change.after, `order ${id}`);
}

function aboutOrder(
  changes: readonly Change[],
  order: OrderIdentity | undefined,
): Pick<Ruling, 'orderKey' | 'orderId'> {
  if (order) return { orderKey: order.key, orderId: order.id };
  const header = changes.find(({ table }) => table === shopTables.orders);
  if (!header) return { orderKey: '', orderId: '' };
  return { orderKey: '', orderId: shown((header.action === 'insert' ? header.after : header.before)['id']) };
}

interface Seen {
  find: (table: string, key: Row) => Row | undefined;
  note: (change: Change, ground: PrimaryRows) => void;
}

/** The primary's rows as they will be when the writes so far are done; only rows found by their primary key can have changed. */
function overlay(ground: PrimaryRows): Seen {
  const noted = new Map<string, Row | undefined>();
  const name = (table: string, key: Row) => `${table} ${JSON.stringify(key)}`;
  return {
    find: (table, key) => (noted.has(name(table, key)) ? noted.get(name(table, key)) : ground.find(table, key)),
    note: (change, { shapes }) => {
      const primary = shapes.get(change.table)?.primary ?? [];
      const row = change.action === 'insert' ? change.after : change.before;
      noted.set(name(change.table, pick(row, primary)), change.action === 'delete' ? undefined : change.after);
    },
  };
}

/** A write, nothing to write, or why a person must look. */
function replayOne(change: Change, seen: Seen, ground: PrimaryRows): Write | string | undefined {
  const { table } = change;
  const shape = ground.shapes.get(table) ?? { primary: [], uniques: [] };
  const key = pick(change.action === 'insert' ? change.after : change.before, shape.primary);
  const where = `${table} ${Object.values(key).map(shown).join('/')}`;
  const present = seen.find(table, key);
  if (table === shopTables.outbox) return owed(change, key, present, ground);
  if (change.action === 'insert') {
    if (table === shopTables.aliases) return present ? undefined : aliasOf(change.after, ground);
    if (present) return same(present, change.after) ? undefined : `${where} exists on the primary with other content.`;
    const taken = shape.uniques.find((columns) => seen.find(table, pick(change.after, columns)));
    if (taken) return `${table} has another row with this ${taken.join(', ')} on the primary.`;
    return { action: 'insert', table, row: change.after };
  }
  if (change.action === 'delete') {
    if (!present) return undefined;
    return same(present, change.before) ? { action: 'delete', table, key } : `${where} was changed on the primary too.`;
  }
  if (!present) return `${where} is not on the primary.`;
  return updateOf(change, key, present, where, ground);
}

function updateOf(
  { table, before, after }: Extract<Change, { action: 'update' }>,
  key: Row,
  present: Row,
  where: string,
  { counters }: PrimaryRows,
): Write | string | undefined {
  const changed = Object.keys(after).filter((column) => !sameValue(before[column], after[column]));
  if (changed.some((column) => column in key)) return `${where} got another key in the deposed region.`;
  const counts = (column: string) => counters.has(`${table}.${column}`);
  const differs = Object.keys(before).find((column) => !counts(column) && !sameValue(before[column], present[column]));
  if (differs !== undefined) {
    return `${where} has ${differs} ${shown(present[differs])} on the primary, and the deposed region changed it from ${shown(before[differs])} to ${shown(after[differs])}.`;
  }
  if (changed.length === 0) return undefined;
  const add = changed.filter(counts).map((column) => [column, difference(after[column], before[column])] as const);
  if (add.some(([, amount]) => amount === undefined))
    return `${where} has a counter whose value is not a whole number.`;
  const set = pick(
    after,
    changed.filter((column) => !counts(column)),
  );
  return {
    action: 'update',
    table,
    key,
    set,
    add: Object.fromEntries(add.map(([column, amount]) => [column, amount ?? '0'])),
  };
}

function difference(after: Row[string] | undefined, before: Row[string] | undefined): string | undefined {
  const whole = /^-?\d+$/;
  if (typeof after !== 'string' || typeof before !== 'string' || !whole.test(after) || !whole.test(before))
    return undefined;
  return String(BigInt(after) - BigInt(before));
}

/** What an order owed the table or the mail service stays owed, by the order that stands for it now. Both know an idempotency key. */
function owed(change: Change, key: Row, present: Row | undefined, ground: PrimaryRows): Write | undefined {
  const { table } = change;
  if (change.action === 'delete') return present ? { action: 'delete', table, key } : undefined;
  if (change.action === 'update' || present) return undefined;
  const kept = ground.mergedInto(shown(change.after['order_id']));
  if (!kept) return { action: 'insert', table, row: change.after };
  const isPaid = typeof kept.header['transaction_id'] === 'string';
  return isPaid ? { action: 'insert', table, row: { ...change.after, order_id: kept.id }, ifAbsent: true } : undefined;
}

/** An alias of an order that was merged leads to the kept one; a key that is an order's own needs none. */
function aliasOf(row: Row, ground: PrimaryRows): Write | string | undefined {
  const { aliases: table, operational, orders } = shopTables;
  if (ground.find(operational, pick(row, ['order_key']))) return undefined;
  const kept = ground.mergedInto(shown(row['order_id']));
  if (kept) return { action: 'insert', table, row: { ...row, order_id: kept.id } };
  const target = { id: row['order_id'] ?? null };
  return ground.find(orders, target)
    ? { action: 'insert', table, row }
    : `${table} ${shown(row['order_key'])} refers to order ${shown(target.id)}, which is not on the primary.`;
}

const same = (one: Row, other: Row) => Object.keys(other).every((column) => sameValue(one[column], other[column]));
