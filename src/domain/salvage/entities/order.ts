/** What becomes of an order that the deposed region changed: it arrives whole, joins what the primary has, or is left to a person. */
import { isDraft } from '../orders-in';
import type { Ruling } from '../ruling';
import { shown } from '../transaction';
import { changedIn, type Found, type Place } from './gather';
import { decideMerged } from './decide-merged';
import { isDraftIn } from './drafts';
import { nothing, listed, ruled } from './rulings';
import { strangeOrder } from './order-types';
import { rivalling } from './rivalling';
import { isPlacedBy } from './placed';
import { identityOf, progressOf } from './progress';
import { leftovers, someOf } from './leftovers';
import { applied, hasMoved, nothingApplied } from './rows';
import { withName } from './names';
import { isPaidBackTwice, isRefunded, isRefundMark } from './refunds';
import { mappedNet, presentOf, update, type Scene } from './scene';
import { stillCounted } from './still-counted';
import { withStock } from './stock-story';
import { mergeRow } from './three-way';

export function decideOrder(found: Found, scene: Scene): Ruling {
  const ruling = withStock(strangeOrder(found, scene) ?? ruleOn(found, scene), found, scene);
  if (scene.counting.has(found.id)) return stillCounted(ruling, found, scene);
  const isUnderWay = [found.id, ruling.keptOrderId].some((id) => scene.underWay.has(id));
  return ruling.outcome === 'listed' && isUnderWay ? { ...ruling, again: true } : ruling;
}

function ruleOn(found: Found, scene: Scene): Ruling {
  const root = rootOf(found, scene);
  const about = { orderId: found.id };
  const kept = scene.twins.orders.get(found.id);
  if (kept !== undefined) return decideMerged(found, kept, scene);
  if (root?.before === undefined && root?.after !== undefined) return { ...arrival(found, scene), ...about };
  const rivalled = isPlacedBy(scene.folds.theirs, found.id, scene.tables) ? rivalling(found, scene) : undefined;
  if (rivalled) return { ...rivalled, ...about };
  const isNoted = found.ours.some(({ part }) => part === 'note');
  // A note decides nothing about its order, except that somebody still needs it.
  const isTouched = scene.blind || found.ours.some(({ part }) => part === 'body' || part === 'refund');
  const goneHere = isGone(found, scene);
  if (isTouched && isDraftIn('there', found, scene)) return { ...nothing, ...about };
  if (root && !root.after) return { ...deletion(found, scene, isTouched || isNoted, goneHere), ...about };
  if (goneHere) {
    const isLoud = found.theirs.some(({ part }) => part !== 'quiet');
    const isMoney = isPlacedBy(scene.folds.theirs, found.id, scene.tables);
    const because = `Order ${found.id} was deleted on the primary, and the deposed region ${isMoney ? 'placed it, so its customer may have paid' : 'changed it'} (${tablesIn(found, scene)}): decide by hand whether to bring it back.`;
    return isLoud ? { ...listed(because, scene, found), ...about } : { ...nothing, ...about };
  }
  if (isTouched) return { ...joined(found, scene), ...about };
  const whole = applied(found.theirs, scene);
  // A row moved although the primary's log shows no change of the order: it was changed a moment ago.
  if (whole.conflicts.length > 0) return { ...joined(found, scene), ...about, again: true };
  const because = isNoted
    ? `Order ${found.id} was changed in the deposed region; the primary only has notes of its own.`
    : `Order ${found.id} was changed in the deposed region alone.`;
  return { ...ruled(whole.writes, 'update', because), ...about, ...(hasMoved(found.theirs, scene) && { again: true }) };
}

const rootTables = ['wc_orders', 'posts'];

/** The change of the order's own row, where there is one. */
function rootOf(found: Found, scene: Scene) {
  for (const bare of rootTables) {
    const table = scene.tables.named(bare);
    const place = found.theirs.find((each) => each.table === table && each.key === found.id);
    const net = place && mappedNet(scene, place);
    if (net) return net;
  }
  return undefined;
}

const isGone = ({ id, ours }: Found, { tables, folds }: Scene): boolean =>
  ours.some(({ table, key }) => {
    if (key !== id || !rootTables.some((bare) => tables.named(bare) === table)) return false;
    const net = folds.ours.get(table, key);
    return net?.before !== undefined && net.after === undefined;
  });

const tablesIn = ({ theirs }: Found, { tables }: Scene): string =>
  [...new Set(theirs.filter(({ part }) => part !== 'quiet').map(({ table }) => tables.bare(table)))].join(', ');

function arrival(found: Found, scene: Scene): Ruling {
  const identity = identityOf(found, scene);
  const orderKey = identity.keys[0] ?? '';
  const rival = scene.rivals(identity, found.id);
  if (rival?.what === 'key' && isDraft(statusOf(found, scene)))
    return { ...nothing, orderKey, keptOrderId: rival.orderId };
  const rivalled = rivalling(found, scene);
  if (rivalled) return rivalled;
  const whole = applied(found.theirs, scene);
  const [conflict] = whole.conflicts;
  if (conflict !== undefined) {
    const because = `Order ${found.id} of the deposed region can't be written as it is: ${whole.conflicts.join(', ')}.`;
    // The log that was read shows no rival, so what is in the way may have come since.
    return { ...listed(because, scene, found), orderKey, again: true };
  }
  return { ...ruled(whole.writes, 'order', `Order ${found.id} was recovered whole.`), orderKey };
}

const statusOf = (found: Found, scene: Scene): string => {
  const row = rootOf(found, scene)?.after;
  return shown(row?.['status'] ?? row?.['post_status'] ?? '');
};

function deletion(found: Found, scene: Scene, isTouched: boolean, goneHere: boolean): Ruling {
  if (goneHere) return nothing;
  const because = `Order ${found.id} was deleted in the deposed region and changed on the primary, where it stays: delete it by hand if it should go.`;
  if (isTouched) return listed(because, scene, found);
  const { writes, conflicts } = applied(found.theirs, scene);
  if (conflicts.length > 0) return listed(because, scene, found);
  return ruled(writes, 'update', `Order ${found.id} was deleted in the deposed region, so it is deleted here.`);
}

/** Both regions changed it: the primary's order stays; notes join it, and refunds where the two agree on status, total and payment and did not both pay all back. */
function joined(found: Found, scene: Scene): Ruling {
  const { agree, paidTwice } = progressOf(found, scene);
  const isNew = ({ table, key }: Place) => scene.folds.theirs.get(table, key)?.before === undefined;
  const notes = applied(partsOf(found, ['note']).filter(isNew), scene);
  const body = partsOf(found, ['body']);
  const isMark = agree && isRefunded('theirs', found, scene) ? isRefundMark(scene) : () => false;
  const isTwice = isPaidBackTwice(found, scene);
  const refunds =
    agree && !isTwice ? applied([...partsOf(found, ['refund']), ...body.filter(isMark)], scene) : nothingApplied();
  const writes = [...notes.writes, ...refunds.writes, ...counts(found, scene)];
  const open = [
    ...notes.conflicts,
    ...refunds.conflicts,
    ...leftovers(
      [...body.filter((place) => !isMark(place)), ...(agree ? [] : partsOf(found, ['refund']))],
      found,
      scene,
    ),
  ];
  if (open.length === 0 && isRefunded('theirs', found, scene) && isRefunded('ours', found, scene)) {
    const because = `Order ${found.id} was refunded${isTwice ? ' whole' : ''} in both regions: the customer may have the money twice. The primary's order stays, with the deposed region's notes ${isTwice ? 'but without its refund' : 'and refunds'}.`;
    return { ...listed(because, scene, found), writes };
  }
  if (open.length === 0)
    return ruled(
      writes,
      writes.length > 0 ? 'update' : 'merged',
      `Order ${found.id} was changed in both regions alike; the primary's order stays, with the deposed region's notes and refunds.`,
    );
  const isDraftHere = isDraftIn('here', found, scene);
  const because =
    isDraftHere && isPlacedBy(scene.folds.theirs, found.id, scene.tables)
      ? `Order ${found.id} was placed in the deposed region, so its customer may have paid, and is a draft on the primary, which changed ${ours(found, scene)}: take the deposed region's version.`
      : paidTwice
        ? `Order ${found.id} has two payments, one in each region: the customer may have paid twice. The primary's order stays.`
        : `Order ${found.id} was changed in both regions: the deposed region changed ${someOf(open)}, the primary changed ${ours(found, scene)}. The primary's order stays${notes.writes.length > 0 ? ", with the deposed region's notes" : ''}.`;
  return { ...listed(because, scene, found), writes };
}

const partsOf = ({ theirs }: Found, parts: readonly Place['part'][]): Place[] =>
  theirs.filter(({ part }) => parts.includes(part));

/** Counters of its rows, such as the number of its notes. */
function counts(found: Found, scene: Scene) {
  return found.theirs.flatMap((place) => {
    const net = mappedNet(scene, place);
    const present = net && presentOf(scene, net);
    const { counters = [], role } = net?.role ?? {};
    if (!net?.before || !net.after || !present || counters.length === 0 || role === 'derived') return [];
    const { set } = mergeRow(net.before, net.after, present, net.role);
    const counted = Object.entries(set).filter(([column]) => counters.includes(column));
    return update(net.table, net.pk, Object.fromEntries(counted));
  });
}

function ours({ ours: places }: Found, { tables, folds, blind }: Scene): string {
  const changed = places
    .filter(({ part }) => part !== 'quiet')
    .flatMap(({ table, key }) => {
      const net = folds.ours.get(table, key);
      const bare = tables.bare(table);
      const named = withName(bare, net?.after ?? net?.before);
      if (!net?.before || !net.after || named !== bare) return [named];
      const { passing = [] } = tables.roleOf(table);
      return changedIn(net.before, net.after)
        .filter((column) => !passing.includes(column))
        .map((column) => `${bare}.${column}`);
    });
  return someOf([...new Set(changed)]) || (blind ? 'what no log tells any more' : 'it a moment ago');
}
