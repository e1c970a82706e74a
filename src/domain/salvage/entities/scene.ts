/** What a decision sees: both logs, and the rows of the primary as they are under lock. */
import { pick, sameValue, type Row, type Value } from '../transaction';
import type { Write } from '../ruling';
import type { Net } from './fold';
import type { Folds, Place } from './gather';
import { customerNames, matches } from './names';
import type { TableRole, Twin } from './roles';
import type { ShopTables } from './tables';
import { summed } from './sums';

/** Rows of the primary whose columns hold these values. */
export interface Look {
  table: string;
  where: Row;
}

/** Numbers of the deposed region, with the number that the primary gave to the same thing. */
export type Twins = Readonly<Record<Twin, ReadonlyMap<string, string>>>;

/** Another order of the primary's with the key or the payment of an order. */
interface Rival {
  orderId: string;
  what: 'key' | 'payment';
}

/** What is an order's alone: its key, and its payment at the gateway. */
export interface Identity {
  keys: readonly string[];
  payments: readonly string[];
}

export interface Scene {
  tables: ShopTables;
  /** The primary's own log no longer reaches back: what it changed is not known, so it may be anything. */
  blind: boolean;
  folds: Folds;
  twins: Twins;
  /** What was looked up, under lock. */
  rows: (look: Look) => readonly Row[];
  /** Whether an entity is new in the deposed region and was left to a person: nothing of it arrives alone. */
  isMissing: (name: string) => boolean;
  /** Orders that the primary has written behind the point, by key and payment. */
  rivals: (identity: Identity, own: string) => Rival | undefined;
  /** In what an order differs from one with its key. */
  unlike: ReadonlyMap<string, string>;
  /** What an order that was merged into another one says otherwise. */
  copies: ReadonlyMap<string, readonly string[]>;
  /** Orders that took from the stock in both regions, or gave back: it is counted once, by the primary's. */
  stockedTwice: ReadonlySet<string>;
  /** What the deposed region's counters are without the orders that were merged, by table and key: `COLUMN` to the amount. */
  returned: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** New rows of the deposed region that the primary has for the same order, such as who used its coupon; by table and key. */
  undone: ReadonlySet<string>;
  /** Orders of the primary's of which the end of its log shows no more than a part: their customers are about to finish them. */
  underWay: ReadonlySet<string>;
  /** Of these, those that the deposed region counted too, and that the primary is counting: neither has them to its end yet. */
  counting: ReadonlySet<string>;
  /** The variations of products whose stock the deposed region changed. */
  families: ReadonlyMap<string, readonly string[]>;
  /** What `returned` and `undone` would be of this order alone. */
  takenBy: (orderId: string) => Pick<Scene, 'returned' | 'undone'>;
}

/** A change of the deposed region in the primary's numbers. */
export interface Mapped extends Net {
  role: TableRole;
  pk: Row;
}

export function mappedNet(
  scene: Pick<Scene, 'tables' | 'folds' | 'twins' | 'returned' | 'undone'>,
  { table, key }: Place,
): Mapped | undefined {
  if (scene.undone.has(`${table} ${key}`)) return undefined;
  const net = scene.folds.theirs.get(table, key);
  if (!net) return undefined;
  const role = scene.tables.roleOf(table);
  const of = (row: Row | undefined) => row && mappedRow(row, role, scene.twins);
  const [before, after] = [of(net.before), of(givenBack(net.after, scene.returned.get(`${table} ${key}`)))];
  const pk = pick(after ?? before ?? {}, scene.tables.shapeOf(table).primary);
  return { table, key, role, pk, ...(before && { before }), ...(after && { after }) };
}

/** What merged orders took is taken once, by the primary's own. */
function givenBack(after: Row | undefined, amounts: Readonly<Record<string, string>> = {}): Row | undefined {
  if (!after) return after;
  const changed = Object.entries(amounts).map(([column, amount]) => [
    column,
    summed(after[column] ?? null, '0', amount) ?? after[column],
  ]);
  return { ...after, ...(Object.fromEntries(changed) as Row) };
}

function mappedRow(row: Row, { refers = {}, pairs }: TableRole, twins: Twins): Row {
  const changed: Record<string, Value> = {};
  for (const [column, twin] of Object.entries(refers)) {
    const value = row[column];
    const other = typeof value === 'string' ? twins[twin].get(value) : undefined;
    if (other !== undefined) changed[column] = other;
  }
  const [name, value] = [pairs && row[pairs.name], pairs && row[pairs.value]];
  if (pairs && typeof name === 'string' && typeof value === 'string' && matches(name, customerNames)) {
    const other = twins.users.get(value);
    if (other !== undefined) changed[pairs.value] = other;
  }
  return Object.keys(changed).length === 0 ? row : { ...row, ...changed };
}

/** The primary's row of this primary key. */
export const presentOf = (scene: Scene, { table, pk }: Pick<Mapped, 'table' | 'pk'>): Row | undefined =>
  scene.rows({ table, where: pk })[0];

export const sameRow = (one: Row, other: Row, but: readonly string[] = []): boolean =>
  Object.keys(one).every((column) => but.includes(column) || sameValue(one[column], other[column]));

/** Without its number, so that the primary gives it one. */
export function unnumbered(row: Row, pk: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !(column in pk)));
}

export const insert = (table: string, row: Row): Write => ({ action: 'insert', table, row });

/** Whole numbers are added to what the row holds; all else is set. */
export function update(table: string, key: Row, set: Record<string, Value>): Write[] {
  return Object.keys(set).length === 0 ? [] : [{ action: 'update', table, key, set, add: {} }];
}
