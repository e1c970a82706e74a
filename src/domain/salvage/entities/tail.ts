/**
 * The end of a region's log: what its last requests were about when they were cut off. WooCommerce writes a counter and then the mark of the
 * order or the line that is counted, each in a transaction of its own, so a log may end between the two.
 */
import type { Change, Row } from '../transaction';
import { isDraft } from '../orders-in';
import { shown } from '../transaction';
import { marksIn, type Turn } from './marks';
import { summed } from './sums';
import type { ShopTables } from './tables';

/** A request of a busy shop is over within so many transactions: a checkout is about 150. */
export const span = 5_000;

/** A request lasts no longer: PHP and web servers end it by themselves. */
const requestMs = 60_000;

/** `at` rises with the log. */
export interface Tail {
  /** Where the log of this region alone begins; what is before it both regions have. */
  own: number;
  /** Where the log begins of which requests may go on behind its end. */
  recent: number;
  /** Changes of counters by amounts, by `NUMBER META_KEY`. */
  counters: Map<string, { at: number; amount: string }[]>;
  /** Orders that got a status in which WooCommerce counts them, or one in which it takes that back. */
  begun: Map<string, Begun>;
  sales: (Marking & { order: string })[];
  /** Orders whose stock is marked as taken, or as given back. */
  stock: Map<string, Marking>;
  /** Lines, and by how much their mark grew. */
  lines: { at: number; item: string; amount: string }[];
  /** Orders that are drafts, with where they became it. */
  drafts: Map<string, number>;
}

/** `isBrought`: by the runbook, not by the shop. */
interface Marking {
  at: number;
  turn: Turn;
  isBrought: boolean;
}

/** `stock` is whether it gives or takes stock: an order in the bin keeps what it took. */
export interface Begun {
  at: number;
  turn: Turn;
  stock: boolean;
}

type Step = { before?: Row; after?: Row };

/** Add transactions in the order of the log; only the last ones are kept. */
export class LogEnd {
  private readonly kept: { at: number; atMs: number; change: Change; isBrought: boolean }[] = [];
  private readonly tables: ShopTables;
  private first = 0;
  private seen = 0;
  private own = 0;
  private lastMs = 0;

  constructor(tables: ShopTables) {
    this.tables = tables;
  }

  /** @param atMs when they were committed, milliseconds since the epoch */
  add(changes: readonly Change[], atMs = 0, isBrought = false): void {
    this.seen += 1;
    this.lastMs = Math.max(this.lastMs, atMs);
    for (const change of changes) if (this.tells(change)) this.kept.push({ at: this.seen, atMs, change, isBrought });
    while ((this.kept[this.first]?.at ?? this.seen) + span < this.seen) this.first += 1;
    if (this.first > span) this.forget();
  }

  /** What the runbook brought over: it counts nothing, but an order that it marks is counted. */
  addBrought(changes: readonly Change[], atMs: number): void {
    const isMark = ({ table, ...change }: Change) => marksIn(this.tables.bare(table), change).length > 0;
    this.add(changes.filter(isMark), atMs, true);
  }

  /** What is added from now on is not the other region's too. */
  part(): void {
    this.own = this.kept.length;
  }

  private forget(): void {
    this.kept.splice(0, this.first);
    this.own = Math.max(0, this.own - this.first);
    this.first = 0;
  }

  private tells({ table, ...change }: Change): boolean {
    const { before, after }: Step = change;
    const name = (after ?? before)?.['meta_key'];
    const bare = this.tables.bare(table);
    if (bare === 'postmeta') return typeof name === 'string' && told.has(name);
    return bare === 'woocommerce_order_itemmeta' ? name === '_reduced_stock' : bare in statuses || bare === marks;
  }

  get tail(): Tail {
    const kept = this.kept.slice(this.first);
    const recent = kept.findIndex(({ atMs }) => atMs >= this.lastMs - requestMs);
    const tail: Tail = {
      recent: recent < 0 ? kept.length : recent,
      own: Math.max(0, this.own - this.first),
      counters: new Map(),
      begun: new Map(),
      sales: [],
      stock: new Map(),
      lines: [],
      drafts: new Map(),
    };
    kept.forEach(({ change: { table, ...change }, isBrought }, at) =>
      note(tail, { at, isBrought }, this.tables.bare(table), change),
    );
    return tail;
  }
}

const counters = ['_stock', 'total_sales'];
const told = new Set([...counters, '_recorded_sales', '_order_stock_reduced']);
const marks = 'wc_order_operational_data';
const statuses: Readonly<Record<string, { id: string; status: string }>> = {
  wc_orders: { id: 'id', status: 'status' },
  posts: { id: 'ID', status: 'post_status' },
};

function note(tail: Tail, place: Omit<Marking, 'turn'>, bare: string, change: Step): void {
  const { at } = place;
  const { before, after } = change;
  const row = after ?? before ?? {};
  const columns = statuses[bare];
  if (columns) noteStatus(tail, at, shown(row[columns.id]), change, columns.status);
  if (bare === 'postmeta' && counters.includes(shown(row['meta_key'])) && before && after) {
    const name = `${shown(row['post_id'])} ${shown(row['meta_key'])}`;
    const amount = summed(after['meta_value'] ?? null, '0', before['meta_value'] ?? null);
    if (amount !== undefined && amount !== '0')
      tail.counters.set(name, [...(tail.counters.get(name) ?? []), { at, amount }]);
  }
  if (bare === 'woocommerce_order_itemmeta') {
    const amount = summed(after?.['meta_value'] ?? '0', '0', before?.['meta_value'] ?? '0');
    if (amount !== undefined) tail.lines.push({ at, item: shown(row['order_item_id']), amount });
  }
  for (const { mark, order, turn } of marksIn(bare, change)) {
    if (mark === 'reduced') tail.stock.set(order, { ...place, turn });
    // Where a shop keeps orders in two places, it marks both.
    if (mark === 'recorded' && tail.sales.findLast((each) => each.order === order)?.turn !== turn)
      tail.sales.push({ ...place, order, turn });
  }
}

/** In which WooCommerce counts an order. */
export const counting: ReadonlySet<string> = new Set(['on-hold', 'processing', 'completed']);
const endings = new Set(['cancelled', 'trash']);

function noteStatus(tail: Tail, at: number, order: string, { before, after }: Step, column: string): void {
  const type = (after ?? before)?.['type'] ?? (after ?? before)?.['post_type'];
  if (type !== undefined && type !== 'shop_order') return;
  const [had, has] = [before, after].map((row) => shown(row?.[column] ?? '').replace(/^wc-/, ''));
  if (had === undefined || has === undefined || had === has) return;
  if (isDraft(has)) tail.drafts.set(order, at);
  else tail.drafts.delete(order);
  if (counting.has(has) && !counting.has(had)) begin(tail, order, { at, turn: 1, stock: true });
  else if (endings.has(has) && counting.has(had)) begin(tail, order, { at, turn: -1, stock: has !== 'trash' });
}

/** Where a shop keeps orders in two places, it begins in both; and what was paid after it had failed is counted already. */
function begin(tail: Tail, order: string, begun: Begun): void {
  if (tail.begun.get(order)?.turn !== begun.turn) tail.begun.set(order, begun);
}
