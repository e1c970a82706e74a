/** What the deposed region had counted of orders that it did not mark any more: the log ends between the counter and the mark. */
import { count, holders, negative, nothingCounted, type Counted, type HolderOf } from './counted';
import type { Folds } from './gather';
import { linesOf, type Fetch, type Line } from './order-lines';
import { shown, type Value } from '../transaction';
import type { Begun, Tail } from './tail';
import { summed } from './sums';
import type { ShopTables } from './tables';

/** Orders whose counting had begun and was not marked to its end, of which something may be counted. */
export function halfway({ begun, sales, stock }: Tail): Set<string> {
  const isMarked = (order: string, each: Begun) =>
    sales.some(({ order: other, turn, at }) => other === order && turn === each.turn && at > each.at) &&
    (!each.stock || stock.get(order)?.turn === each.turn);
  return new Set([...begun].flatMap(([order, each]) => (isMarked(order, each) ? [] : [order])));
}

/** The orders of which the lines must be known, so that what is marked can be told from what is not. */
const ordersIn = (tail: Tail): Set<string> =>
  new Set([...tail.sales.map(({ order }) => order), ...tail.begun.keys(), ...tail.stock.keys()]);

/**
 * Each mark has the latest change of its counter by its amount that no other has; what is left and fits a line of an order that is halfway was
 * counted for that one.
 */
function halfCounted(tail: Tail, lines: readonly Line[], holderOf: HolderOf): Counted {
  const found = nothingCounted();
  const open = new Changes(tail);
  const of = (order: string) => lines.filter((line) => line.order === order);
  const qtyOf = ({ values }: Line) => summed(values.get('_qty') ?? null, '0', '0') ?? '0';
  const turned = (amount: string, turn: 1 | -1) => (turn === 1 ? amount : negative(amount));
  for (const { at, order, turn } of tail.sales)
    for (const line of of(order))
      open.take(line.values.get('_product_id'), 'total_sales', turned(qtyOf(line), turn), 0, at);
  for (const { at, item, amount } of tail.lines) {
    const line = lines.find((each) => each.item === item);
    if (line) open.take(holderOf(line), '_stock', negative(amount), 0, at);
  }
  const half = halfway(tail);
  for (const [order, { at, turn, stock: moves }] of tail.begun) {
    if (!half.has(order)) continue;
    const isRecorded = tail.sales.some((each) => each.order === order && each.turn === turn && each.at > at);
    const stock = tail.stock.get(order);
    const isReduced = stock !== undefined && stock.turn === turn && stock.at > at;
    for (const line of of(order)) {
      const product = line.values.get('_product_id');
      const sold = turned(qtyOf(line), turn);
      if (!isRecorded && open.take(product, 'total_sales', sold, at, Infinity)) count(found.sales, product, sold);
      const isMarked = tail.lines.some(({ item, at: then }) => item === line.item && then > at);
      const taken = negative(sold);
      // What a line did not take, no cancelled order gives back.
      const isOpen = moves && !isReduced && !isMarked && (turn === 1 || line.values.has('_reduced_stock'));
      if (isOpen && open.take(holderOf(line), '_stock', taken, at, Infinity)) count(found.stock, holderOf(line), taken);
    }
  }
  return found;
}

/** Changes of counters that no mark has yet. */
class Changes {
  private readonly open: Map<string, { at: number; amount: string }[]>;

  constructor({ counters }: Tail) {
    this.open = new Map([...counters].map(([name, changes]) => [name, [...changes]]));
  }

  /** Takes the latest one of this amount between two places of the log, if there is one. */
  take(product: Value | undefined, name: string, amount: string, from: number, to: number): boolean {
    const all = this.open.get(`${shown(product)} ${name}`) ?? [];
    const at = all.findLastIndex((each) => each.amount === amount && each.at >= from && each.at < to);
    if (at >= 0) all.splice(at, 1);
    return at >= 0;
  }
}

/** The same, of a log that ends so; `ground` is all that was read of it. */
export async function halfCountedIn(
  tail: Tail,
  ground: { tables: ShopTables; folds: Folds },
  fetch: Fetch,
): Promise<Counted> {
  if (halfway(tail).size === 0) return nothingCounted();
  const lines = await linesOf(ordersIn(tail), ground, fetch);
  return halfCounted(tail, lines, await holders(lines, ground, fetch));
}
