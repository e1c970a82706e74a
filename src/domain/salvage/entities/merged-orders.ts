/** One order that a customer sent to both regions: the primary's is kept, and what leads to the other one leads to it. */
import { sameValue, shown, type Row } from '../transaction';
import type { Ruling, Write } from '../ruling';
import type { Found } from './gather';
import { linesIn, type LinesOf } from './lines';
import { identityOf } from './progress';
import { isFinishedTwice } from './reduced';
import { listed, ruled } from './rulings';
import { applied } from './rows';
import { update, type Scene } from './scene';

/** Whose order it is, how it is paid, and how much: equal in two copies of one order. */
const identifying = ['customer_id', 'billing_email', 'payment_method', 'total_amount', 'currency'];

/** How far an order has come; what is not listed has no place on this way. */
const ranks: Readonly<Record<string, number>> = { pending: 0, 'on-hold': 0, processing: 1, refunded: 2 };
const moving = ['status', 'transaction_id', 'date_updated_gmt'];

type Ground = Pick<Scene, 'tables' | 'folds' | 'rivals'>;

/**
 * `merged`: orders of the deposed region that are one with an order of the primary's, with its number there: new ones of its key, and one that both
 * had and both finished. `rivalled`: all that have a rival; `unlike`: why a new one is not merged, as a part of a sentence.
 */
export function rivalledOrders(found: Iterable<Found>, ground: Ground) {
  const merged = new Map<string, string>();
  const rivalled = new Map<string, Found>();
  const unlike = new Map<string, string>();
  let linesOf: { there: LinesOf; here: LinesOf } | undefined;
  const table = ground.tables.named('wc_orders');
  for (const each of found) {
    if (each.kind !== 'order') continue;
    const identity = identityOf(each, ground);
    const isTwice = isFinishedTwice(each, ground);
    if (isTwice || ground.rivals(identity, each.id)) rivalled.set(each.id, each);
    const kept = isTwice ? each.id : ground.rivals({ keys: identity.keys, payments: [] }, each.id)?.orderId;
    if (kept === undefined) continue;
    const [theirs, ours] = [ground.folds.theirs.get(table, each.id), ground.folds.ours.get(table, kept)];
    if (!theirs?.after || (theirs.before && !isTwice) || !ours?.after) continue;
    const columns = differences(theirs.after, ours.after);
    linesOf ??= { there: linesIn(ground.folds.theirs, ground.tables), here: linesIn(ground.folds.ours, ground.tables) };
    const isSame = isTwice || linesOf.there(each.id) === linesOf.here(kept);
    if (isSame && columns.length === 0) merged.set(each.id, kept);
    else if (!isTwice)
      unlike.set(each.id, columns.length > 0 ? `the two differ in ${columns.join(', ')}` : 'their lines differ');
  }
  return { merged, rivalled, unlike };
}

const differences = (one: Row, other: Row): string[] =>
  identifying.filter((column) => column in one && !sameValue(one[column], other[column]));

export function decideMerged(found: Found, kept: string, scene: Scene): Ruling {
  const table = scene.tables.named('wc_orders');
  const there = scene.folds.theirs.get(table, found.id)?.after ?? {};
  const [here] = scene.rows({ table, where: { id: kept } });
  const both =
    kept === found.id
      ? `Order ${kept} was finished in both regions`
      : `One order is in both regions, as ${found.id} in the deposed region and as ${kept} on the primary`;
  const [key = ''] = identityOf(found, scene).keys;
  const about = { orderKey: key, orderId: found.id, keptOrderId: kept };
  if (!here) return { ...listed(`${both}, where it is gone.`, scene, found), ...about };
  const [paidHere, paidThere] = [here, there].map((row) =>
    row['transaction_id'] == null ? '' : shown(row['transaction_id']),
  );
  if (paidHere !== '' && paidThere !== '' && paidHere !== paidThere)
    return { ...listed(`${both}, with two payments: the customer may have paid twice.`, scene, found), ...about };
  const [rank, target] = [here, there].map((row) => ranks[shown(row['status']).replace(/^wc-/, '')]);
  if (rank === undefined || target === undefined)
    return { ...listed(`${both}, and its status differs: decide by hand which one is right.`, scene, found), ...about };
  const isBehind = rank < target || (rank === target && paidHere === '' && paidThere !== '');
  const set = Object.fromEntries(moving.map((column) => [column, there[column] ?? null]));
  const notes = joiningNotes(found, kept, scene);
  const writes = [...(isBehind ? update(table, { id: kept }, set) : []), ...notes.writes];
  const isRefunded = found.theirs.some(({ part }) => part === 'refund');
  const left = isRefunded ? 'a refund of it is in the deposed region: enter it by hand' : notes.conflict;
  if (left !== undefined)
    return { ...listed(`${both}; the primary's order is kept, but ${left}.`, scene, found), writes, ...about };
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
