/** What the deposed region had counted of orders that it did not mark any more: the log ends between the counter and the mark. */
import { count, holders, negative, nothingCounted, type Counted, type HolderOf } from './counted';
import type { Folds } from './gather';
import { linesOf, type Fetch, type Line } from './order-lines';
import { shown, type Value } from '../transaction';
import type { Begun, Tail } from './tail';
import { summed } from './sums';
import type { ShopTables } from './tables';

/** Orders whose counting had begun and was not marked to its end, of which something may be counted. */
function halfway({ begun, sales, stock }: Tail): Set<string> {
  const isMarked = (order: string, each: Begun) =>
    sales.some(({ order: other, turn, at }) => other === order && turn === each.turn && at > each.at) &&
    (!each.stock || stock.get(order)?.turn === each.turn);
  return new Set([...begun].flatMap(([order, each]) => (isMarked(order, each) ? [] : [order])));
}

/** The orders of which the lines must be known, so that what is marked can be told from what is not. */
const ordersIn = (tail: Tail): Set<string> =>
  new Set([...tail.sales.map(({ order }) => order), ...tail.begun.keys(), ...tail.stock.keys()]);

/** A change of a counter for an order that is not marked to have it; `at` is where it is in the log. */
interface Unmarked {
  order: string;
  at: number;
  kind: keyof Counted;
  product: Value | undefined;
  amount: string;
}

/**
 * Each mark has the latest change of its counter by its amount that no other has; what is left and fits a line of an order that is halfway was
 * counted for that one.
 */
function unmarkedIn(tail: Tail, lines: readonly Line[], holderOf: HolderOf): Unmarked[] {
  const open = new Changes(tail);
  const of = (order: string) => lines.filter((line) => line.order === order && !line.isGone);
  for (const { at, order, turn } of tail.sales)
    for (const line of of(order)) open.take(line.values.get('_product_id'), 'total_sales', soldOf(line, turn), 0, at);
  for (const { at, item, amount } of tail.lines) {
    const line = lines.find((each) => each.item === item);
    if (line) open.take(holderOf(line), '_stock', negative(amount), 0, at);
  }
  const half = halfway(tail);
  // What was begun last has the fewest changes that may be its own.
  const begun = [...tail.begun].filter(([order]) => half.has(order)).sort(([, one], [, other]) => other.at - one.at);
  return begun.flatMap(([order, each]) => unmarkedOf(order, each, { tail, lines: of(order), holderOf, open }));
}

const turned = (amount: string, turn: 1 | -1) => (turn === 1 ? amount : negative(amount));
const soldOf = ({ values }: Line, turn: 1 | -1): string =>
  turned(summed(values.get('_qty') ?? null, '0', '0') ?? '0', turn);

type Known = { tail: Tail; lines: readonly Line[]; holderOf: HolderOf; open: Changes };

function unmarkedOf(order: string, begun: Begun, { tail, lines, holderOf, open }: Known): Unmarked[] {
  const { at, turn, stock: moves } = begun;
  const isRecorded = tail.sales.some((each) => each.order === order && each.turn === turn && each.at > at);
  const stock = tail.stock.get(order);
  const isReduced = stock !== undefined && stock.turn === turn && stock.at > at;
  return lines.flatMap((line) => {
    const found: Unmarked[] = [];
    const take = (kind: keyof Counted, product: Value | undefined, name: string, amount: string) => {
      const where = open.take(product, name, amount, at, Infinity);
      if (where !== undefined) found.push({ order, at: where, kind, product, amount });
    };
    const sold = soldOf(line, turn);
    if (!isRecorded) take('sales', line.values.get('_product_id'), 'total_sales', sold);
    const isMarked = tail.lines.some(({ item, at: then }) => item === line.item && then > at);
    // What a line did not take, no cancelled order gives back.
    const isOpen = moves && !isReduced && !isMarked && (turn === 1 || line.values.has('_reduced_stock'));
    if (isOpen) take('stock', holderOf(line), '_stock', negative(sold));
    return found;
  });
}

/** Changes of counters that no mark has yet. */
class Changes {
  private readonly open: Map<string, { at: number; amount: string }[]>;

  constructor({ counters }: Tail) {
    this.open = new Map([...counters].map(([name, changes]) => [name, [...changes]]));
  }

  /** Takes the latest one of this amount between two places of the log, if there is one: answers where it is. */
  take(product: Value | undefined, name: string, amount: string, from: number, to: number): number | undefined {
    const all = this.open.get(`${shown(product)} ${name}`) ?? [];
    const at = all.findLastIndex((each) => each.amount === amount && each.at >= from && each.at < to);
    return at < 0 ? undefined : all.splice(at, 1)[0]?.at;
  }
}

/** The same, of a log that ends so; `ground` is all that was read of it. */
export async function halfCountedIn(tail: Tail, ground: Ground, fetch: Fetch): Promise<Counted> {
  const found = nothingCounted();
  for (const { kind, product, amount } of await unmarkedAt(tail, ground, fetch)) count(found[kind], product, amount);
  return found;
}

type Ground = { tables: ShopTables; folds: Folds };

async function unmarkedAt(tail: Tail, ground: Ground, fetch: Fetch): Promise<Unmarked[]> {
  if (halfway(tail).size === 0) return [];
  const lines = await linesOf(ordersIn(tail), ground, fetch);
  return unmarkedIn(tail, lines, await holders(lines, ground, fetch));
}

/** Orders within which the end of the primary's log breaks off: their customers are about to finish them. `counting` are those whose counters move. */
export async function underWayIn(
  tail: Tail,
  { tables, folds: { theirs, ours } }: Ground,
  fetch: Fetch,
): Promise<Record<'underWay' | 'counting', ReadonlySet<string>>> {
  const half = halfway(tail);
  const isOwn = ({ at }: { at: number }) => at >= tail.own;
  const named = <T>(each: Iterable<[string, T]>) => [...each].map(([order, one]) => ({ order, ...one }));
  const isLate = (each: { at: number }) => isOwn(each) && each.at >= tail.recent;
  const begun = named(tail.begun).filter((each) => isOwn(each) && half.has(each.order));
  const marks = [...tail.sales, ...named(tail.stock)].filter(({ isBrought }) => !isBrought);
  const marked = marks.filter((each) => isOwn(each) && half.has(each.order));
  // A cancelled order of which nothing was counted is never marked.
  const placing = [...begun, ...marked].filter(({ turn }) => turn === 1);
  const seenFromHere = { tables, folds: { theirs: ours, ours: theirs } };
  const unmarked = (await unmarkedAt(tail, seenFromHere, fetch)).filter(isOwn);
  const drafts = [...tail.drafts].flatMap(([order, at]) => (isOwn({ at }) ? [order] : []));
  const counting = new Set([...placing, ...unmarked].filter(isLate).map(({ order }) => order));
  return { underWay: new Set([...drafts, ...begun.map(({ order }) => order), ...counting]), counting };
}
