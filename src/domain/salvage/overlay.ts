/** The primary's rows as they will be when the writes so far are done, so that many changes are decided on one look at the primary. */
import { pick, sameValue, shown, type Reference, type Row, type Shapes } from './transaction';
import type { KeptOrder, KnownRows, OrderIdentity, Write } from './ruling';
import { shopTables } from './shop-tables';

export interface Overlay extends KnownRows {
  apply: (write: Write) => void;
  /** From now on `kept` replaces the errant order `orderId`. */
  merge: (orderId: string, kept: KeptOrder) => void;
}

/** A row that was written: what the primary holds, and what it will hold. */
interface Touched {
  was: Row | undefined;
  now: Row | undefined;
}

const valuesOf = (row: Row, columns: readonly string[]) => JSON.stringify(columns.map((column) => row[column] ?? null));

/** The touched rows of one table, by their primary key and by every other key that was asked for. */
class TouchedRows {
  readonly rows = new Map<string, Touched>();
  private readonly indexes = new Map<string, { columns: string[]; names: Map<string, Set<string>> }>();

  set(name: string, touched: Touched): void {
    const before = this.rows.get(name)?.now;
    this.rows.set(name, touched);
    for (const { columns, names } of this.indexes.values()) {
      if (before) names.get(valuesOf(before, columns))?.delete(name);
      if (touched.now) this.add(names, valuesOf(touched.now, columns), name);
    }
  }

  /** A touched row that will hold these values. */
  holding(key: Row): Row | undefined {
    const columns = Object.keys(key);
    const index = this.indexes.get(columns.join()) ?? this.indexOf(columns);
    const [name] = index.names.get(valuesOf(key, columns)) ?? [];
    return name === undefined ? undefined : this.rows.get(name)?.now;
  }

  private indexOf(columns: string[]) {
    const names = new Map<string, Set<string>>();
    for (const [name, { now }] of this.rows) if (now) this.add(names, valuesOf(now, columns), name);
    const index = { columns, names };
    this.indexes.set(columns.join(), index);
    return index;
  }

  private add(names: Map<string, Set<string>>, values: string, name: string): void {
    const held = names.get(values) ?? new Set<string>();
    names.set(values, held.add(name));
  }
}

const whole = /^-?\d+$/;

/** A sum of whole numbers in digits. @throws Error for anything else, which no ruling adds */
export function sum(value: string, amount: string): string {
  if (!whole.test(value) || !whole.test(amount)) throw new Error('Only whole numbers are added.');
  return String(BigInt(value) + BigInt(amount));
}

export function overlay(base: KnownRows): Overlay {
  const tables = new Map<string, TouchedRows>();
  const merged = new Map<string, KeptOrder>();
  const find = (table: string, key: Row) => rowIn(base, tables.get(table), table, key);
  const current = (kept: KeptOrder | undefined) => kept && withHeader(kept, tables.get(shopTables.orders), base.shapes);
  return {
    shapes: base.shapes,
    counters: base.counters,
    find,
    children: (table, reference, row) =>
      base.children(table, reference, row) + moreChildren(tables.get(reference.child), reference, row),
    referring: (table, column, id) => referringRows(base, tables.get(table), { table, column, id }),
    rival: (order) => current(base.rival(order) ?? rivalIn(tables.get(shopTables.operational), order, find)),
    mergedInto: (id) => current(merged.get(id) ?? base.mergedInto(id)),
    merge: (id, kept) => void merged.set(id, kept),
    apply: (write) => {
      const rows = tables.get(write.table) ?? new TouchedRows();
      tables.set(write.table, rows);
      const primary = base.shapes.get(write.table)?.primary ?? [];
      const key = pick(write.action === 'insert' ? write.row : write.key, primary);
      const name = valuesOf(key, primary);
      const present = find(write.table, key);
      const was = rows.rows.has(name) ? rows.rows.get(name)?.was : present;
      rows.set(name, { was, now: written(write, present) });
    },
  };
}

function written(write: Write, present: Row | undefined): Row | undefined {
  if (write.action === 'delete') return undefined;
  if (write.action === 'insert') return write.ifAbsent && present ? present : write.row;
  if (!present) return undefined;
  const added = Object.entries(write.add).map(([column, amount]) => [column, sum(shown(present[column]), amount)]);
  return { ...present, ...write.set, ...(Object.fromEntries(added) as Row) };
}

function rowIn(base: KnownRows, touched: TouchedRows | undefined, table: string, key: Row): Row | undefined {
  if (!touched) return base.find(table, key);
  const primary = base.shapes.get(table)?.primary ?? [];
  const isPrimary = primary.length === Object.keys(key).length && primary.every((column) => column in key);
  const own = isPrimary ? touched.rows.get(valuesOf(key, primary)) : undefined;
  if (own) return own.now;
  const held = Object.values(key).includes(null) ? undefined : touched.holding(key);
  if (held) return held;
  const row = base.find(table, key);
  const change = row && touched.rows.get(valuesOf(row, primary));
  if (!change) return row;
  // The server found it by these values, however it compares them: it still has them when they did not change.
  return change.now && Object.keys(key).every((column) => sameValue(change.now?.[column], row[column]))
    ? change.now
    : undefined;
}

function moreChildren(touched: TouchedRows | undefined, { columns, refersTo }: Reference, parent: Row): number {
  const refers = (row: Row | undefined) =>
    row !== undefined &&
    columns.every((column, index) => row[column] != null && sameValue(row[column], parent[refersTo[index] ?? '']));
  let more = 0;
  for (const { was, now } of touched?.rows.values() ?? []) more += Number(refers(now)) - Number(refers(was));
  return more;
}

/** As the primary holds them, and as they were written since. */
function referringRows(
  base: KnownRows,
  touched: TouchedRows | undefined,
  { table, column, id }: { table: string; column: string; id: string },
): Row[] {
  const primary = base.shapes.get(table)?.primary ?? [];
  const rows = base.referring(table, column, id);
  const untouched = rows.filter((row) => !touched?.rows.has(valuesOf(row, primary)));
  const written = [...(touched?.rows.values() ?? [])].flatMap(({ now }) =>
    now && shown(now[column]) === id ? [now] : [],
  );
  return [...untouched, ...written];
}

function rivalIn(
  touched: TouchedRows | undefined,
  { id, key, intent }: OrderIdentity,
  find: KnownRows['find'],
): KeptOrder | undefined {
  for (const { now } of touched?.rows.values() ?? []) {
    if (!now || shown(now['order_id']) === id) continue;
    const isRival = shown(now['order_key']) === key || shown(now['payment_intent']) === intent;
    const header = isRival ? find(shopTables.orders, { id: now['order_id'] ?? null }) : undefined;
    if (header) {
      const [ownKey, ownIntent] = [shown(now['order_key']), shown(now['payment_intent'])];
      return { id: shown(now['order_id']), key: ownKey, intent: ownIntent, header };
    }
  }
  return undefined;
}

/** The order with its header as it will be; undefined when that will be gone. */
function withHeader(kept: KeptOrder, orders: TouchedRows | undefined, shapes: Shapes): KeptOrder | undefined {
  const primary = shapes.get(shopTables.orders)?.primary ?? [];
  const change = orders?.rows.get(valuesOf(kept.header, primary));
  if (!change) return kept;
  return change.now && { ...kept, header: change.now };
}
