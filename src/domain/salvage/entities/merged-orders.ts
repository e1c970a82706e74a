/** One order that a customer sent to both regions: the primary's is kept, and what leads to the other one leads to it. */
import { sameValue, type Row } from '../transaction';
import { unlikeCopies } from './copies';
import type { Found } from './gather';
import { linesAtParting, linesIn } from './lines';
import type { Fetch } from './order-lines';
import { isPlaced, isPlacedBy, placedRoots } from './placed';
import { identityOf } from './progress';
import { doneTwice, whole, type Share } from './reduced';
import { ordersMarked } from './marks';
import type { Scene } from './scene';

/** Whose order it is, how it is paid, and how much: equal in two copies of one order. */
export const identifying = ['customer_id', 'billing_email', 'payment_method', 'total_amount', 'currency'];

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
    if (isTwice || isBegunTwice(each.id, ground)) {
      merged.set(each.id, each.id);
      rivals.set(each.id, each.id);
    } else if (isPlacedThere && kept !== undefined) rivals.set(each.id, kept);
  }
  const unlike = await unlikeRivals(rivals, ground, fetch);
  for (const [id, why] of unlike) {
    if (why === undefined) merged.set(id, rivals.get(id) ?? id);
  }
  const copies = new Map([...merged].filter(([id, kept]) => id !== kept));
  return {
    merged,
    rivalled,
    stockedTwice: new Set([...rivalled].flatMap(([id, { stock }]) => (stock ? [id] : []))),
    copies: unlikeCopies(copies, ground.folds, ground.tables),
    unlike: new Map([...unlike].flatMap(([id, why]) => (why === undefined ? [] : [[id, why]]))),
  };
}

/** Why each of these orders is another one than its rival on the primary; undefined for one and the same. */
async function unlikeRivals(rivals: ReadonlyMap<string, string>, ground: Ground, fetch: Fetch) {
  const unlike = new Map<string, string | undefined>();
  if (rivals.size === 0) return unlike;
  const { tables, folds } = ground;
  const past = await linesAtParting([...new Set([...rivals].flat())], ground, fetch);
  const [there, here, before] = [folds.theirs, folds.ours, unchanged].map((fold) => linesIn(fold, tables, past));
  const unlikeLines = (id: string, kept: string) => {
    const isOwn = kept !== id || there?.(id) !== before?.(id);
    return isOwn && there?.(id) !== here?.(kept) ? 'their lines differ' : undefined;
  };
  const table = tables.named('wc_orders');
  for (const [id, kept] of rivals) {
    // Of one order each side may have changed what it likes.
    if (kept === id) unlike.set(id, unlikeLines(id, kept));
    const [theirs, ours] = [folds.theirs.get(table, id)?.after, folds.ours.get(table, kept)?.after];
    if (kept === id || !theirs || !ours) continue;
    const columns = differences(theirs, ours);
    if (columns.length > 0) unlike.set(id, `the two differ in ${columns.join(', ')}`);
    else unlike.set(id, unlikeLines(id, kept));
  }
  return unlike;
}

/** A log that says nothing of any line. */
const unchanged: Parameters<typeof linesIn>[0] = { nets: () => noNets(), get: () => undefined };
function* noNets(): Generator<never> {}

export const differences = (one: Row, other: Row): string[] =>
  identifying.filter((column) => column in one && !sameValue(one[column], other[column]));

/** Whether both regions went on with a checkout that was not placed when they parted. */
const isBegunTwice = (id: string, { tables, folds }: Ground): boolean =>
  placedRoots.some(({ bare, status }) => {
    const nets = [folds.theirs, folds.ours].map((fold) => fold.get(tables.named(bare), id));
    return nets.every(
      (net) => net?.before && net.after && !isPlaced(net.before[status]) && isPlaced(net.after[status]),
    );
  });
