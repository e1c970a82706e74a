/** Things that an earlier salvage decided and that the deposed region changed after that: only the later changes are left to decide. */
import type { Outcome, Ruling } from '../ruling';
import { sameValue, type Row } from '../transaction';
import type { Fold } from './fold';
import { shownName, type Found, type Place } from './gather';
import { listed, nothing } from './rulings';
import { mappedNet, presentOf, sameRow, type Mapped, type Scene } from './scene';

/** What is known of the earlier decision. */
interface Earlier {
  outcome: Outcome;
  /** What a person calls its item by. */
  number: string;
  /** Whether its record tells up to where the log had been read. */
  isDated: boolean;
}

/** Why no program decides about the later changes; undefined where they are merged as any others. `whole` is the log from its beginning. */
export function ruleAgain(found: Found, scene: Scene, whole: Fold, earlier: Earlier): Ruling | undefined {
  if (found.theirs.length === 0) return undefined;
  const nets = found.theirs.flatMap((place) => mappedNet(scene, place) ?? []);
  if (!earlier.isDated && nets.every((net) => isThere(net, scene))) return nothing;
  const because = obstacleTo(found, nets, scene, whole, earlier);
  if (because === undefined) return undefined;
  const byHand = 'an earlier rejoin decided about it already, and only what changed after that is shown here';
  const ruling = listed(because, scene, found);
  const version = { format: 2, rows: [], members: [], byHand };
  return { ...ruling, detail: { ...ruling.detail, version }, orderId: found.kind === 'order' ? found.id : '' };
}

function obstacleTo(found: Found, nets: readonly Mapped[], scene: Scene, whole: Fold, earlier: Earlier) {
  const thing = titled(shownName(found));
  if (!earlier.isDated)
    return `${thing} was decided by an earlier version of handover, which did not record up to where; the deposed region changed it at that time or later: compare both versions and enter by hand what is missing.`;
  if (earlier.outcome === 'listed')
    return `${thing} was changed in the deposed region again, after item ${earlier.number} was recorded: decide about both together.`;
  // One that both regions finished has one number.
  if (earlier.outcome === 'merged' && found.kind === 'order' && scene.twins.orders.get(found.id) !== found.id)
    return `${thing} was changed in the deposed region again, after an earlier rejoin found it on the primary under another number: enter by hand what is missing.`;
  const moved = nets.find((net) => isMoved(net, scene, whole));
  return moved === undefined
    ? undefined
    : `${thing} was changed in the deposed region again, after an earlier rejoin recovered it, and the primary's row of ${scene.tables.bare(moved.table)} is no longer the one that was recovered: compare both versions and enter by hand what is missing.`;
}

const titled = (name: string): string => `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;

const isThere = (net: Mapped, scene: Scene): boolean => {
  const present = presentOf(scene, net);
  return net.after ? present !== undefined && sameRow(net.after, present) : present === undefined;
};

/** A row that the earlier salvage brought over may have got another number here, and the primary may have changed or deleted it since. */
function isMoved(net: Mapped, scene: Scene, whole: Fold): boolean {
  const { table, key, role, before } = net;
  if (!before || role.role === 'derived' || !isNewThere(whole, { table, key }, net.after)) return false;
  const present = presentOf(scene, net);
  const moving = [...(role.counters ?? []), ...(role.passing ?? []), ...(role.later ?? [])];
  return present === undefined || !sameRow(before, present, moving);
}

/** Made by the deposed region behind the point. One that it also deleted has no net change. */
function isNewThere(whole: Fold, { table, key }: Pick<Place, 'table' | 'key'>, after: Row | undefined): boolean {
  const net = whole.get(table, key);
  return net ? net.before === undefined : after === undefined;
}

/**
 * What the primary's shop changed by itself since an earlier salvage wrote to it, filled into `into`: what is as the deposed region had it then
 * was brought over, and is no change of the primary's. `ours` has no write of a salvage, so a column that the shop did not change is as it was
 * brought over. `later` is the deposed region's log behind that salvage.
 */
export function ownSince(ours: Fold, into: Fold, { whole, later }: { whole: Fold; later: Fold }): void {
  for (const { table, key, before, after } of ours.nets()) {
    const [since, all] = [later.get(table, key), whole.get(table, key)];
    const then = since ? since.before : all ? all.after : before;
    const now = after && then && before ? { ...after, ...unchanged(before, after, then) } : after;
    if (now && then && !sameRow(now, then)) into.add({ action: 'update', table, before: then, after: now });
    else if (now && !then) into.add({ action: 'insert', table, after: now });
    else if (!now && then) into.add({ action: 'delete', table, before: then });
  }
}

const unchanged = (before: Row, after: Row, then: Row): Row =>
  Object.fromEntries(Object.entries(then).filter(([column]) => sameValue(before[column], after[column])));
