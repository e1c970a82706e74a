/** What becomes of an order that is on the primary too, under its own number or another one: the primary's is kept. */
import { sameValue, shown, type Row, type Value } from '../transaction';
import type { Ruling, Write } from '../ruling';
import { bodyOf } from './finished-twice';
import type { Found } from './gather';
import { someOf } from './leftovers';
import { differences, identifying } from './merged-orders';
import { placedRoots } from './placed';
import { identityOf, progressOf } from './progress';
import { listed, ruled } from './rulings';
import { applied, nothingApplied } from './rows';
import { update, type Scene } from './scene';

/** How far an order has come; what is not listed has no place on this way. */
const ranks: Readonly<Record<string, number>> = { pending: 0, 'on-hold': 0, processing: 1, completed: 2, refunded: 3 };
const moving = ['status', 'transaction_id', 'date_updated_gmt'];

export const bareStatus = (status: Value | undefined): string => shown(status ?? '').replace(/^wc-/, '');
const rankOf = (status: Value | undefined): number | undefined => ranks[bareStatus(status)];

type Sides = NonNullable<ReturnType<typeof sidesOf>>;

/** The order as the deposed region has it, and as the primary has it. */
export function sidesOf(found: Found, kept: string, { tables, folds, rows }: Scene) {
  for (const root of placedRoots) {
    const table = tables.named(root.bare);
    const [here] = tables.shapes.has(table) ? rows({ table, where: { [root.id]: kept } }) : [];
    if (!here || here['post_type'] === 'shop_order_placehold') continue;
    const net = folds.ours.get(table, kept);
    const there = folds.theirs.get(table, found.id)?.after ?? net?.before ?? here;
    return { ...root, table, here, there, before: net?.before ?? here };
  }
  return undefined;
}

export function decideMerged(found: Found, kept: string, scene: Scene): Ruling {
  const sides = sidesOf(found, kept, scene);
  const [key = ''] = identityOf(found, scene).keys;
  const about = { orderKey: key, orderId: found.id, keptOrderId: kept };
  const both = titleOf(found.id, kept, sides);
  if (!sides) return { ...listed(`${both}, where it is gone.`, scene, found), ...about };
  const notes = joiningNotes(found, kept, scene);
  const left = (because: string): Ruling => ({ ...listed(because, scene, found), ...about, writes: notes.writes });
  if (isPaidTwice(sides) || (kept === found.id && progressOf(found, scene).paidTwice))
    return left(
      kept === found.id
        ? `Order ${kept} has two payments, one in each region: the customer may have paid twice. The primary's order is kept.`
        : `${both}, with two payments: the customer may have paid twice.`,
    );
  const unlike = unlikeIn(found, kept, sides, scene);
  if (unlike !== undefined) return left(`${both}, ${unlike}: decide by hand which one is right.`);
  const body = kept === found.id ? bodyOf(found, scene, isAhead(sides)) : advanced(kept, sides);
  const writes = [...body.writes, ...notes.writes];
  const isRefunded = found.theirs.some(({ part }) => part === 'refund');
  const otherwise = kept === found.id ? [] : (scene.copies.get(found.id) ?? []);
  const open = [
    ...(otherwise.length > 0 ? [`the deposed region's has other ${someOf(otherwise)}: enter there what is right`] : []),
    ...(body.conflicts.length > 0
      ? [`both regions changed ${someOf(body.conflicts)} to different values, so decide by hand which are right`]
      : []),
    ...(isRefunded ? ['a refund of it is in the deposed region: enter it by hand'] : []),
    ...(notes.conflict === undefined ? [] : [notes.conflict]),
  ];
  if (open.length > 0) return { ...left(`${both}; the primary's order is kept, but ${open.join(', and ')}.`), writes };
  return { ...ruled(writes, 'merged', `${both}; the primary's order is kept.`), ...about };
}

/** In these an order is over: nothing was finished. */
const ended: Readonly<Record<string, string>> = {
  cancelled: 'cancelled',
  failed: 'set to failed',
  trash: 'put into the trash',
};

function titleOf(id: string, kept: string, sides: Sides | undefined): string {
  if (kept !== id) return `One order is in both regions, as ${id} in the deposed region and as ${kept} on the primary`;
  const end =
    sides && sameValue(sides.here[sides.status], sides.there[sides.status])
      ? ended[bareStatus(sides.here[sides.status])]
      : undefined;
  return `Order ${kept} was ${end ?? 'finished'} in both regions`;
}

const paymentIn = (row: Row): string => (row['transaction_id'] == null ? '' : shown(row['transaction_id']));

function isPaidTwice({ here, there }: Sides): boolean {
  const [paidHere, paidThere] = [here, there].map(paymentIn);
  return paidHere !== '' && paidThere !== '' && paidHere !== paidThere;
}

/** Whether the order has come further in the deposed region. */
function isAhead({ here, there, status }: Sides): boolean {
  const [rank, target] = [rankOf(here[status]), rankOf(there[status])];
  if (rank === undefined || target === undefined) return false;
  return rank < target || (rank === target && paymentIn(here) === '' && paymentIn(there) !== '');
}

/** Why no program says which of the two is right, as a part of a sentence. */
function unlikeIn(found: Found, kept: string, sides: Sides, scene: Scene): string | undefined {
  const { here, there, before, status } = sides;
  const isSame = kept === found.id;
  if (isSame) {
    const isMoney = (column: string) => column === 'total_amount' || column === 'currency';
    const isChanged = (column: string) => isMoney(column) || !sameValue(before[column], here[column]);
    const inPosts = progressOf(found, scene).unlike.filter((what) => what === 'total' || what === 'currency');
    const columns = [
      ...differences(there, here).filter(isChanged),
      ...(identifying.some((each) => each in here) ? [] : inPosts),
    ];
    if (columns.length > 0) return `and the two differ in ${columns.join(', ')}`;
    const lines = scene.unlike.get(found.id);
    if (lines !== undefined) return `and ${lines}`;
  }
  const [rank, target] = [rankOf(here[status]), rankOf(there[status])];
  const isOneSided = isSame && [here, there].some((row) => sameValue(row[status], before[status]));
  if (sameValue(here[status], there[status]) || isOneSided) return undefined;
  // Under another number, what of a post is to be brought over with its status is in other rows.
  const isKnown = rank !== undefined && target !== undefined && (isSame || status === 'status' || rank >= target);
  return isKnown ? undefined : 'and its status differs';
}

/** How far it has come, for the order that is kept under another number. */
function advanced(kept: string, sides: Sides) {
  const { table, there } = sides;
  const set = Object.fromEntries(moving.map((column) => [column, there[column] ?? null]));
  const isBehind = sides.status === 'status' && isAhead(sides);
  return { ...nothingApplied(), writes: isBehind ? update(table, { id: kept }, set) : [] };
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
