/** What both logs say, put together: the things that the deposed region changed, and what is known before any of them is decided. */
import { addAll, changesFor, holders, rowsOf, type Counted } from './counted';
import { gather, type Folds, type Found } from './gather';
import { ordersMarked } from './marks';
import { rivalledOrders } from './merged-orders';
import { linesOf, type Fetch } from './order-lines';
import { paidTwice, type PaidTwice } from './paid-twice';
import { hasTaken, reducedBy, whole } from './reduced';
import { rivalsIn } from './rivals';
import type { Scene } from './scene';
import { familiesOf } from './stock-family';
import type { ShopTables } from './tables';
import type { Doubt, TakenByOrders } from './taken';
import { twinsOf } from './twins';
import { peopleOf, usedBy } from './used-coupons';

/** Both logs as they were read. */
export interface Logs {
  folds: Folds;
  /** What the deposed region counted and did not mark any more; see `halfCountedIn`. */
  half: Counted;
  underWay: Scene['underWay'];
  /** Orders that the primary is counting. */
  counting: ReadonlySet<string>;
  taken: TakenByOrders;
}

export interface Assembled {
  found: ReadonlyMap<string, Found>;
  doubts: Doubt[];
  paidTwice: PaidTwice[];
  scene: Omit<Scene, 'rows' | 'blind' | 'isMissing'>;
}

/** `fetch` gives rows of the primary. May add to what is folded of the deposed region's log. */
export async function assembled(
  { folds, half, underWay, counting, taken }: Logs,
  tables: ShopTables,
  fetch: Fetch,
): Promise<Assembled> {
  const twins = await twinsOf(folds.theirs, tables, fetch);
  const found = await gathered(folds, tables, fetch);
  const rivals = rivalsIn(folds.ours, tables);
  const ground = { tables, folds };
  const seen = await rivalledOrders(found.values(), { ...ground, rivals }, fetch);
  const { merged: orders, rivalled, ...known } = seen;
  const by = await sharesIn(rivalled, ground, fetch);
  const all = by(rivalled);
  addAll(all.counted, half);
  const changes = await changesFor(all.counted, ground, fetch);
  const returned = ({ ids, used, counted }: typeof all) => ({
    returned: new Map([...taken.by(ids), ...rowsOf(counted, folds.theirs, tables), ...used.returned]),
    undone: used.undone,
  });
  const given = returned(all);
  for (const change of changes) folds.theirs.add(change);
  const things = changes.length > 0 ? await gathered(folds, tables, fetch) : found;
  return {
    found: things,
    doubts: taken.doubts(all.ids),
    paidTwice: await paidTwice(ground, new Set(rivalled.keys()), fetch),
    scene: {
      ...{ tables, folds, twins: { ...twins, orders }, rivals, underWay, ...known, ...given },
      counting: countedThere(counting, found.values(), ground),
      families: await familiesOf(things.values(), ground, fetch),
      takenBy: (id) => returned(by(new Map([[id, whole]]))),
    },
  };
}

/** Of these orders those of which the deposed region counted something, too. */
function countedThere(
  counting: ReadonlySet<string>,
  found: Iterable<Found>,
  ground: { tables: ShopTables; folds: Folds },
): Set<string> {
  if (counting.size === 0) return new Set();
  const { recorded, reduced } = ordersMarked(ground.folds.theirs, ground.tables);
  const isCounted = (each: Found) => recorded.has(each.id) || reduced.has(each.id) || hasTaken(each, 'theirs', ground);
  const orders = [...found].filter(({ kind, id }) => kind === 'order' && counting.has(id));
  return new Set(orders.filter(isCounted).map(({ id }) => id));
}

type Rivalled = Awaited<ReturnType<typeof rivalledOrders>>['rivalled'];

/** What each share of the orders that both regions decided took of stock and used of coupons. */
async function sharesIn(rivalled: Rivalled, ground: { tables: ShopTables; folds: Folds }, fetch: Fetch) {
  const { tables, folds } = ground;
  const ids = new Set(rivalled.keys());
  const lines = await linesOf(ids, ground, fetch);
  const people = await peopleOf(ids, ground, fetch);
  const holderOf = await holders(lines, ground, fetch);
  const marked = rivalled.size > 0 ? ordersMarked(folds.theirs, tables) : none;
  return (shares: Rivalled) => {
    const of = new Set(shares.keys());
    const coupons = new Set([...shares].flatMap(([id, share]) => (share.coupons ? [id] : [])));
    const used = usedBy(coupons, { lines, people }, folds.theirs, tables);
    return { ids: of, used, counted: reducedBy(shares, lines, marked, holderOf) };
  };
}

const gathered = (folds: Folds, tables: ShopTables, fetch: Fetch): ReturnType<typeof gather> =>
  gather(folds, tables, async (needed) => {
    const keyIn = (table: string) => tables.shapeOf(table).primary[0] ?? '';
    const looks = needed.map(({ table, key, column = keyIn(table) }) => ({ table, where: { [column]: key } }));
    return (await fetch(looks)).map((rows) => [...rows]);
  });

const none = { reduced: new Map(), recorded: new Map(), counted: new Map() };
