/** How far an order is on each side, wherever the shop keeps it: in the order tables, as posts, or in both. */
import { shown, type Row } from '../transaction';
import type { Found } from './gather';
import type { Identity, Scene } from './scene';

/** Whether both sides have the order as far as each other, and whether each has a payment of its own. */
export interface Progress {
  agree: boolean;
  /** In what they differ. */
  unlike: Said['what'][];
  paidTwice: boolean;
}

/** One thing that is said of an order: empty where nothing says it, or where neither side changed it. */
interface Said {
  what: 'status' | 'total' | 'payment' | 'currency';
  here: string;
  there: string;
}

const columns = { status: 'status', total: 'total_amount', payment: 'transaction_id', currency: 'currency' } as const;
const metas = { total: '_order_total', payment: '_transaction_id', currency: '_order_currency' } as const;

export function progressOf(found: Found, scene: Scene): Progress {
  const said = [...inOrders(found, scene), ...inPosts(found, scene)];
  const unlike = said.filter(({ here, there }) => !sameAmount(here, there)).map(({ what }) => what);
  return {
    agree: unlike.length === 0,
    unlike,
    paidTwice: said.some(
      ({ what, here, there }) => what === 'payment' && here !== '' && there !== '' && here !== there,
    ),
  };
}

/** `30.00` and `30.0000` are one total. */
const sameAmount = (one: string, other: string) =>
  one === other || (one !== '' && other !== '' && Number(one) === Number(other));

function inOrders(found: Found, scene: Scene): Said[] {
  const sides = rootSides(found, scene, 'wc_orders');
  if (!sides) return [];
  const of = (what: keyof typeof columns): Said => {
    const column = columns[what];
    return { what, here: text(sides.here, column), there: text(sides.there, column) };
  };
  return [of('status'), of('total'), of('payment'), of('currency')];
}

/** An order that is a post, alone or beside its row among the orders; a placeholder says nothing. */
function inPosts(found: Found, scene: Scene): Said[] {
  const sides = rootSides(found, scene, 'posts');
  if (!sides || text(sides.here, 'post_type') !== 'shop_order') return [];
  const of = (what: keyof typeof metas): Said => {
    const name = metas[what];
    const [ours, theirs] = [metaOf(found, name, 'ours', scene), metaOf(found, name, 'theirs', scene)];
    return { what, here: ours?.after ?? theirs?.before ?? '', there: theirs?.after ?? ours?.before ?? '' };
  };
  const status = { here: text(sides.here, 'post_status'), there: text(sides.there, 'post_status') };
  return [{ what: 'status', ...status }, of('total'), of('payment'), of('currency')];
}

const text = (row: Row | undefined, column: string): string => (row?.[column] == null ? '' : shown(row[column]));

function rootSides({ id }: Found, { tables, folds, rows }: Scene, bare: string) {
  const table = tables.named(bare);
  const [column = 'id'] = tables.shapeOf(table).primary;
  const here = tables.shapes.has(table) ? rows({ table, where: { [column]: id } })[0] : undefined;
  const [theirs, ours] = [folds.theirs.get(table, id), folds.ours.get(table, id)];
  const there = theirs?.after ?? ours?.before ?? here;
  return here && there ? { here, there } : undefined;
}

/** The value of a name of the order itself, not of its refunds, before and after a side changed it. */
function metaOf(order: Found, name: string, side: 'theirs' | 'ours', { tables, folds }: Scene) {
  const found: { before?: string; after?: string } = {};
  for (const { table, key, part } of order[side]) {
    if (table !== tables.named('postmeta') || part === 'refund') continue;
    const net = folds[side].get(table, key);
    if (text(net?.after ?? net?.before, 'meta_key') !== name) continue;
    if (net?.before) found.before = text(net.before, 'meta_value');
    if (net?.after) found.after = text(net.after, 'meta_value');
  }
  return found.before === undefined && found.after === undefined ? undefined : found;
}

/** Where orders' keys and payments are: whole rows of a table, or values under a name. */
const identities = [
  { table: 'wc_order_operational_data', column: 'order_key', what: 'keys' },
  { table: 'wc_orders', column: 'transaction_id', what: 'payments' },
  { table: 'postmeta', name: '_order_key', column: 'meta_value', what: 'keys' },
  { table: 'postmeta', name: '_transaction_id', column: 'meta_value', what: 'payments' },
] as const;

/** What a row says of the identity of its order. */
export function identitiesIn(bare: string, row: Row): { what: keyof Identity; value: string }[] {
  return identities.flatMap((each) => {
    const { table, column, what } = each;
    if (table !== bare || ('name' in each && row['meta_key'] !== each.name)) return [];
    const value = text(row, column);
    return value === '' ? [] : [{ what, value }];
  });
}

export function identityOf({ theirs }: Found, { tables, folds }: Pick<Scene, 'tables' | 'folds'>): Identity {
  const found = { keys: new Set<string>(), payments: new Set<string>() };
  for (const { table, key, part } of theirs) {
    const row = part === 'refund' ? undefined : folds.theirs.get(table, key)?.after;
    for (const { what, value } of row ? identitiesIn(tables.bare(table), row) : []) found[what].add(value);
  }
  return { keys: [...found.keys], payments: [...found.payments] };
}
