/** One order that a customer sent to both regions: the primary's is kept, and what leads to the other one leads to it. */
import { sameValue, shown, type Row, type Value } from '../transaction';
import type { Ruling, Write } from '../ruling';
import type { Found } from './gather';
import { linesAtParting, linesIn } from './lines';
import type { Fetch } from './order-lines';
import { isPlaced, isPlacedBy, placedRoots } from './placed';
import { identityOf, progressOf } from './progress';
import { doneTwice, whole, type Share } from './reduced';
import { ordersMarked } from './marks';
import { listed, ruled } from './rulings';
import { applied } from './rows';
import { update, type Scene } from './scene';

/** Whose order it is, how it is paid, and how much: equal in two copies of one order. */
const identifying = ['customer_id', 'billing_email', 'payment_method', 'total_amount', 'currency'];

/** How far an order has come; what is not listed has no place on this way. */
const ranks: Readonly<Record<string, number>> = { pending: 0, 'on-hold': 0, processing: 1, completed: 2, refunded: 3 };
const moving = ['status', 'transaction_id', 'date_updated_gmt'];

type Ground = Pick<Scene, 'tables' | 'folds' | 'rivals'>;

/**
 * `merged`: orders of the deposed region that are one with an order of the primary's, with its number there: those of its key that were placed
 * behind the point, and one that both had and both finished. `rivalled`: all that have a rival, and what of them both regions counted; `unlike`: why one is not merged, as a part of a sentence.
 */
export async function rivalledOrders(found: Iterable<Found>, ground: Ground, fetch: Fetch) {
  const merged = new Map<string, string>();
  const rivalled = new Map<string, Share>();
  const rivals = new Map<string, string>();
  const { theirs: there, ours: here } = ground.folds;
  const marked = { theirs: ordersMarked(there, ground.tables), ours: ordersMarked(here, ground.tables) };
  for (const each of found) {
    if (each.kind !== 'order') continue;
    const identity = identityOf(each, ground);
    const share = doneTwice(each, marked, ground);
    const isTwice = Object.values(share).includes(true);
    if (isTwice) rivalled.set(each.id, share);
    const isPlacedThere = isPlacedBy(there, each.id, ground.tables);
    if (isPlacedThere && ground.rivals(identity, each.id)) rivalled.set(each.id, whole);
    const kept = ground.rivals({ keys: identity.keys, payments: [] }, each.id)?.orderId;
    if (isTwice || isBegunTwice(each.id, ground)) merged.set(each.id, each.id);
    else if (isPlacedThere && kept !== undefined) rivals.set(each.id, kept);
  }
  const unlike = await unlikeRivals(rivals, ground, fetch);
  for (const [id, why] of unlike) {
    if (why === undefined) merged.set(id, rivals.get(id) ?? id);
  }
  return {
    merged,
    rivalled,
    unlike: new Map([...unlike].flatMap(([id, why]) => (why === undefined ? [] : [[id, why]]))),
  };
}

/** Why each of these orders is another one than its rival on the primary; undefined for one and the same. */
async function unlikeRivals(rivals: ReadonlyMap<string, string>, ground: Ground, fetch: Fetch) {
  const unlike = new Map<string, string | undefined>();
  if (rivals.size === 0) return unlike;
  const { tables, folds } = ground;
  const past = await linesAtParting([...rivals].flat(), ground, fetch);
  const lines = { there: linesIn(folds.theirs, tables, past), here: linesIn(folds.ours, tables, past) };
  const table = tables.named('wc_orders');
  for (const [id, kept] of rivals) {
    const [theirs, ours] = [folds.theirs.get(table, id)?.after, folds.ours.get(table, kept)?.after];
    if (!theirs || !ours) continue;
    const columns = differences(theirs, ours);
    if (columns.length > 0) unlike.set(id, `the two differ in ${columns.join(', ')}`);
    else unlike.set(id, lines.there(id) === lines.here(kept) ? undefined : 'their lines differ');
  }
  return unlike;
}

const differences = (one: Row, other: Row): string[] =>
  identifying.filter((column) => column in one && !sameValue(one[column], other[column]));

/** Whether both regions went on with a checkout that was not placed when they parted. */
const isBegunTwice = (id: string, { tables, folds }: Ground): boolean =>
  placedRoots.some(({ bare, status }) => {
    const nets = [folds.theirs, folds.ours].map((fold) => fold.get(tables.named(bare), id));
    return nets.every(
      (net) => net?.before && net.after && !isPlaced(net.before[status]) && isPlaced(net.after[status]),
    );
  });

const rankOf = (status: Value | undefined): number | undefined => ranks[shown(status).replace(/^wc-/, '')];

/** The order as the deposed region has it, and as the primary has it. */
function sidesOf(found: Found, kept: string, { tables, folds, rows }: Scene) {
  for (const root of placedRoots) {
    const table = tables.named(root.bare);
    const [here] = tables.shapes.has(table) ? rows({ table, where: { [root.id]: kept } }) : [];
    if (!here || here['post_type'] === 'shop_order_placehold') continue;
    const there = folds.theirs.get(table, found.id)?.after ?? folds.ours.get(table, kept)?.before ?? here;
    return { ...root, table, here, there };
  }
  return undefined;
}

export function decideMerged(found: Found, kept: string, scene: Scene): Ruling {
  const sides = sidesOf(found, kept, scene);
  const both =
    kept === found.id
      ? `Order ${kept} was finished in both regions`
      : `One order is in both regions, as ${found.id} in the deposed region and as ${kept} on the primary`;
  const [key = ''] = identityOf(found, scene).keys;
  const about = { orderKey: key, orderId: found.id, keptOrderId: kept };
  const left = (why: string): Ruling => ({ ...listed(`${both}${why}`, scene, found), ...about });
  if (!sides) return left(', where it is gone.');
  const { table, here, there, status } = sides;
  const { paidTwice, unlike } = progressOf(found, scene);
  const [paidHere, paidThere] = [here, there].map((row) =>
    row['transaction_id'] == null ? '' : shown(row['transaction_id']),
  );
  const isPaidTwice = paidHere !== '' && paidThere !== '' && paidHere !== paidThere;
  const notes = joiningNotes(found, kept, scene);
  if (kept === found.id && (isPaidTwice || paidTwice)) {
    const because = `Order ${kept} has two payments, one in each region: the customer may have paid twice. The primary's order is kept.`;
    return { ...listed(because, scene, found), ...about, writes: notes.writes };
  }
  if (isPaidTwice) return left(', with two payments: the customer may have paid twice.');
  const columns = [...differences(there, here), ...unlike.filter((what) => what === 'total' || what === 'currency')];
  if (kept === found.id && columns.length > 0)
    return left(`, and the two differ in ${columns.join(', ')}: decide by hand which one is right.`);
  const [rank, target] = [rankOf(here[status]), rankOf(there[status])];
  // What of a post is to be brought over with its status is in other rows.
  if (rank === undefined || target === undefined || (status === 'post_status' && rank < target))
    return left(', and its status differs: decide by hand which one is right.');
  const isBehind = status === 'status' && (rank < target || (rank === target && paidHere === '' && paidThere !== ''));
  const set = Object.fromEntries(moving.map((column) => [column, there[column] ?? null]));
  const writes = [...(isBehind ? update(table, { id: kept }, set) : []), ...notes.writes];
  const isRefunded = found.theirs.some(({ part }) => part === 'refund');
  const open = isRefunded ? 'a refund of it is in the deposed region: enter it by hand' : notes.conflict;
  if (open !== undefined) return { ...left(`; the primary's order is kept, but ${open}.`), writes };
  return { ...ruled(writes, 'merged', `${both}; the primary's order is kept.`), ...about };
}

/** Its notes, under the number of the kept order. */
function joiningNotes(found: Found, kept: string, scene: Scene): { writes: Write[]; conflict?: string } {
  const { writes, conflicts } = applied(
    found.theirs.filter(({ part }) => part === 'note'),
    scene,
  );
  const joined = writes.map((write): Write => {
    const isIts = write.action === 'insert' && write.row['comment_post_ID'] === found.id;
    return isIts ? { ...write, row: { ...write.row, comment_post_ID: kept } } : write;
  });
  const [conflict] = conflicts;
  return { writes: joined, ...(conflict !== undefined && { conflict: `a note can't be written: ${conflict}` }) };
}
