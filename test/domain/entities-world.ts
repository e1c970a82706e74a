/** A shop of few tables that parts in two: what a merge makes of it, in memory and by the product's own decisions. */
import { assembled } from '../../src/domain/salvage/entities/assembled';
import { decide, inOrder } from '../../src/domain/salvage/entities/decide';
import { importedUpTo, withImports } from '../../src/domain/salvage/entities/analytics';
import { applying, looksOf } from '../../src/domain/salvage/entities/applying';
import { Fold, memoryArena } from '../../src/domain/salvage/entities/fold';
import { nameOf } from '../../src/domain/salvage/entities/gather';
import { OptionInLog } from '../../src/domain/salvage/entities/option-in-log';
import { halfCountedIn, underWayIn } from '../../src/domain/salvage/entities/half-counted';
import type { Look } from '../../src/domain/salvage/entities/scene';
import { shopTablesOf, type ShopTables } from '../../src/domain/salvage/entities/tables';
import { LogEnd } from '../../src/domain/salvage/entities/tail';
import { TakenByOrders } from '../../src/domain/salvage/entities/taken';
import { inSafeOrder } from '../../src/domain/salvage/entities/write-order';
import { maybePaidTwice } from '../../src/activities/salvage/apart';
import { batches } from '../../src/activities/salvage/batches';
import type { Ruling, Write } from '../../src/domain/salvage/ruling';
import type { Version } from '../../src/domain/salvage/version';
import {
  pick,
  sameValue,
  type Change,
  type Row,
  type Shapes,
  type TableShape,
} from '../../src/domain/salvage/transaction';

/** `TABLE: key columns | other columns | unique keys`, in the columns of WordPress and WooCommerce as far as a test needs them. */
const schema = `
posts: ID | post_type post_status post_date_gmt post_parent post_author post_title post_name post_modified post_modified_gmt comment_count
postmeta: meta_id | post_id meta_key meta_value
comments: comment_ID | comment_post_ID comment_type comment_content user_id
commentmeta: meta_id | comment_id meta_key meta_value
users: ID | user_login user_nicename user_email user_activation_key
usermeta: umeta_id | user_id meta_key meta_value
options: option_id | option_name option_value autoload | option_name
wc_orders: id | status type parent_order_id currency total_amount customer_id transaction_id customer_note date_created_gmt date_updated_gmt billing_email payment_method
wc_order_operational_data: id | order_id order_key cart_hash date_paid_gmt order_stock_reduced recorded_sales coupon_usages_are_counted | order_id
wc_orders_meta: id | order_id meta_key meta_value
wc_order_addresses: id | order_id address_type address_1 city
wc_order_stats: order_id | status customer_id
wc_customer_lookup: customer_id | user_id email date_last_active | user_id
wc_product_meta_lookup: product_id | stock_quantity stock_status total_sales min_price max_price onsale sku rating_count average_rating
woocommerce_order_items: order_item_id | order_id order_item_name order_item_type
woocommerce_order_itemmeta: meta_id | order_item_id meta_key meta_value
woocommerce_sessions: session_id | session_key session_value | session_key
actionscheduler_actions: action_id | hook status args claim_id group_id attempts
actionscheduler_groups: group_id | slug
actionscheduler_logs: log_id | action_id message
terms: term_id | name slug
term_taxonomy: term_taxonomy_id | term_id taxonomy parent count
termmeta: meta_id | term_id meta_key meta_value
term_relationships: object_id term_taxonomy_id | term_order
my_plugin_points: id | customer points
woocommerce_downloadable_product_permissions: permission_id | product_id order_id user_id downloads_remaining access_granted download_count
woocommerce_attribute_taxonomies: attribute_id | attribute_name attribute_label`;

export type Rows = Record<string, Row[]>;

export function shapesWith(prefix: string): Shapes {
  const shapes = schema
    .trim()
    .split('\n')
    .map((line): [string, TableShape] => {
      const [table = '', rest = ''] = line.split(': ');
      const [primary = [], others = [], ...uniques] = rest.split('|').map((part) => part.trim().split(' '));
      const name = prefix + table;
      const columns = [...primary, ...others].map((column) => ({
        name: column,
        kind: 'text' as const,
        unsigned: false,
        charset: '',
      }));
      return [name, { name, columns, primary, uniques }];
    });
  return new Map(shapes);
}

const folded = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, typeof value === 'string' ? value.toLowerCase() : value]),
  );

const same = (one: Row, other: Row) => Object.keys(other).every((column) => sameValue(one[column], other[column]));

export class Side {
  readonly tables = new Map<string, Row[]>();
  readonly changes: Change[] = [];
  private readonly shapes: Shapes;
  private readonly prefix: string;

  constructor(shapes: Shapes, prefix: string, rows: Rows) {
    this.shapes = shapes;
    this.prefix = prefix;
    for (const [table, some] of Object.entries(rows)) for (const row of some) this.put(table, row);
    this.changes.length = 0;
  }

  /** A new row; columns that are not given are empty. */
  put(table: string, row: Row): this {
    const { columns } = this.shapes.get(this.prefix + table)!;
    const after = Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? '']));
    const nulls = Object.fromEntries(Object.entries(row).filter(([, value]) => value === null));
    return this.change(table, { action: 'insert', table: this.prefix + table, after: { ...after, ...nulls } });
  }

  set(table: string, where: Row, values: Row): this {
    for (const before of this.rows(table).filter((row) => same(row, where)))
      this.change(table, { action: 'update', table: this.prefix + table, before, after: { ...before, ...values } });
    return this;
  }

  drop(table: string, where: Row): this {
    for (const before of this.rows(table).filter((row) => same(row, where)))
      this.change(table, { action: 'delete', table: this.prefix + table, before });
    return this;
  }

  rows(table: string, where: Row = {}): Row[] {
    return (this.tables.get(this.prefix + table) ?? []).filter((row) => same(row, where));
  }

  /** A number that no row has. */
  fresh(): string {
    return String((next += 1));
  }

  private change(table: string, change: Change): this {
    this.changes.push(change);
    const kept = this.rows(table).filter((row) => change.action === 'insert' || row !== change.before);
    this.tables.set(this.prefix + table, change.action === 'delete' ? kept : [...kept, change.after]);
    return this;
  }
}

export interface Merged {
  primary: Side;
  rulings: Record<string, Ruling>;
  /** Sentences for a person. */
  listed: string[];
  /** Takes the deposed region's version of an item, and says what had changed or why it can't be taken. */
  apply: (name: string) => string[];
}

/** @param past what both regions had, `theirs` and `ours` what each did since, `before` the last changes before they parted */
export async function merge(
  past: Rows,
  theirs: (side: Side) => unknown,
  ours: (side: Side) => unknown = () => undefined,
  prefix = 'wp_',
  before: readonly Change[] = [],
  /** Prefixes of other shops in the schema, and tables of this one of which customers have seen ids. */
  { others = [], idTables = [] }: { others?: readonly string[]; idTables?: readonly string[] } = {},
): Promise<Merged> {
  const shapes: Shapes = new Map([prefix, ...others].flatMap((each) => [...shapesWith(each)]));
  const [deposed, primary] = [new Side(shapes, prefix, past), new Side(shapes, prefix, past)];
  theirs(deposed);
  ours(primary);
  const tables = shopTablesOf(shapes, { counters: [], idTables });
  const folds = { theirs: foldOf(deposed, shapes), ours: foldOf(primary, shapes) };
  const rows = lookingAt(primary, prefix);
  const fetch = (looks: readonly Look[]) => Promise.resolve(looks.map(rows));
  const [end, own] = [endOf(before, deposed, tables), endOf(before, primary, tables)];
  const half = await halfCountedIn(end.tail, { tables, folds }, fetch);
  const underWay = await underWayIn(own.tail, { tables, folds }, fetch);
  const logs = { folds, half, ...underWay, taken: new TakenByOrders(tables) };
  const { found, paidTwice, scene: known } = await assembled(logs, tables, fetch);
  const missing = new Set<string>();
  const scene = { ...known, blind: false, rows, isMissing: (name: string) => missing.has(name) };
  const rulings: Record<string, Ruling> = {};
  const imported = new OptionInLog(importedUpTo, tables);
  imported.add(primary.changes);
  for (const batch of batches(inOrder(withImports(found, imported, tables), shapes))) {
    const decided = batch.map((each) => [nameOf(each), decide(each, scene)] as const);
    for (const [name, ruling] of decided) {
      rulings[name] = ruling;
      if (ruling.outcome === 'listed' && ruling.writes.length === 0) missing.add(name);
    }
    const writes = decided.flatMap(([, ruling]) => ruling.writes);
    for (const write of inSafeOrder(writes, shapes)) carryOut(write, primary, prefix);
  }
  for (const each of paidTwice.map(maybePaidTwice)) rulings[nameOf(each)] = { ...aside, because: each.because };
  const listed = Object.values(rulings).flatMap(({ outcome, because }) => (outcome === 'listed' ? [because] : []));
  const apply = (name: string) => {
    const version = rulings[name]?.detail?.['version'] as Version;
    if (version.byHand !== undefined) return [version.byHand];
    const asked = new Set(looksOf(version, tables).map((look) => JSON.stringify(look)));
    const seen = (look: Look) => {
      if (!asked.has(JSON.stringify(look))) throw new Error(`${JSON.stringify(look)} was not looked up`);
      return rows(look);
    };
    const { changed, writes } = applying(version, { tables, rows: seen });
    if (changed.length === 0) for (const write of inSafeOrder(writes, shapes)) carryOut(write, primary, prefix);
    return changed;
  };
  return { primary, rulings, listed, apply };
}

/** What is left to a person beside the things themselves. */
const aside: Ruling = { outcome: 'listed', because: '', writes: [], orderKey: '', orderId: '', keptOrderId: '' };

function foldOf(side: Side, shapes: Shapes): Fold {
  const fold = new Fold(shapes, memoryArena());
  for (const change of side.changes) fold.add(change);
  return fold;
}

/** Each change is a transaction. */
function endOf(before: readonly Change[], { changes }: Side, tables: ShopTables): LogEnd {
  const end = new LogEnd(tables);
  for (const change of before) end.add([change]);
  end.part();
  for (const change of changes) end.add([change]);
  return end;
}

/** Texts are compared as the database's collation does. */
export const lookingAt =
  (side: Side, prefix: string) =>
  ({ table, where }: Look): Row[] =>
    side.rows(table.slice(prefix.length)).filter((row) => same(folded(row), folded(where)));

let next = 900_000;

export function carryOut(write: Write, primary: Side, prefix: string): void {
  const table = write.table.slice(prefix.length);
  if (write.action === 'insert') {
    const keys = shapesWith(prefix).get(write.table)!.primary;
    const [key = 'id'] = keys;
    if (primary.rows(table, pick(write.row, keys)).length > 0) throw new Error(`${table} has this key twice`);
    primary.put(table, { [key]: String((next += 1)), ...write.row });
  } else if (write.action === 'delete') primary.drop(table, write.key);
  else primary.set(table, write.key, write.set);
}
