/** What the deposed region changed of an order that both regions finished, row by row: what the primary did not change too arrives. */
import { sameValue, shown, type Row } from '../transaction';
import { changedIn, type Found, type Place } from './gather';
import { hasSame, twinOf } from './leftovers';
import { withName } from './names';
import { applyRow, nothingApplied, type Applied } from './rows';
import { mappedNet, presentOf, update, type Mapped, type Scene } from './scene';

/** They say how far an order has come: of two copies all are right that are of the further one. */
const moving = ['status', 'post_status', 'transaction_id', 'date_updated_gmt'];
/** Columns that a checkout writes by itself: when it was, and from which browser. */
const written = ['date_created_gmt', 'post_date', 'post_date_gmt', 'ip_address', 'user_agent'];

/** @param isAhead whether the order has come further in the deposed region */
export function bodyOf(found: Found, scene: Scene, isAhead: boolean): Applied {
  const all = nothingApplied();
  for (const place of found.theirs) {
    const net = place.part === 'body' || place.part === 'quiet' ? mappedNet(scene, place) : undefined;
    if (!net || isOfOtherLine(net, scene)) continue;
    const { writes, conflicts } = net.before
      ? changed(net, net.before, found, scene, isAhead)
      : made(net, found, scene);
    if (!net.before && isAhead) all.writes.push(...computedAnew(net, scene));
    all.writes.push(...writes);
    if (place.part !== 'quiet') all.conflicts.push(...conflicts);
  }
  return { ...all, conflicts: [...new Set(all.conflicts)] };
}

/** Of lines that only one region has; the lines of both were compared as a whole. */
function isOfOtherLine({ table, key, before, after }: Mapped, { tables, folds }: Scene): boolean {
  const items = tables.named('woocommerce_order_items');
  const line = table === items ? key : (after ?? before)?.['order_item_id'];
  if (line == null) return false;
  const [theirs, ours] = [folds.theirs.get(items, shown(line)), folds.ours.get(items, shown(line))];
  return (theirs !== undefined && !(theirs.before && theirs.after)) || (ours?.before !== undefined && !ours.after);
}

/** A row that is new in the deposed region: the primary may have made the same one under a number of its own. */
function made(net: Mapped, found: Found, scene: Scene): Applied {
  const { table, pk, role, after } = net;
  if (!after) return nothingApplied();
  const { passing = [], counters = [], later = [] } = role;
  const but = [...Object.keys(pk), ...passing, ...counters, ...later, ...written];
  if (hasSame(after, but, table, found, scene)) return nothingApplied();
  const twin = twinOf(after, table, found, scene);
  if (!twin) return applyRow(net, scene);
  const columns = Object.keys(after).filter(
    (column) => !but.includes(column) && !sameValue(after[column], twin[column]),
  );
  return { ...nothingApplied(), conflicts: columns.map((column) => nameIn(net, column, scene)) };
}

/** What WooCommerce computes of an order that has come further there: it is in one row for each order or line, whoever made that. */
function computedAnew(net: Mapped, scene: Scene) {
  const present = net.role.role === 'derived' ? presentOf(scene, net) : undefined;
  const columns = Object.keys(net.after ?? {});
  return present ? update(net.table, net.pk, differing(net, present, columns)) : [];
}

function changed(net: Mapped, before: Row, found: Found, scene: Scene, isAhead: boolean): Applied {
  const { after, role } = net;
  const present = presentOf(scene, net);
  if (after && present && isAddressOfBoth(net, found, scene)) {
    const columns = changedIn(before, after).filter((column) => !sameValue(after[column], present[column]));
    return { ...nothingApplied(), conflicts: columns.map((column) => nameIn(net, column, scene)) };
  }
  const { writes, conflicts } = applyRow(net, scene);
  if (!after || !present) return { ...nothingApplied(), writes, conflicts };
  const bare = scene.tables.bare(net.table);
  const isSettled = (column: string) => [...moving, ...written].includes(column);
  const open = changedIn(before, after).filter((column) => conflicts.includes(`${bare}.${column}`));
  const others = conflicts.filter((conflict) => !open.some((column) => conflict === `${bare}.${column}`));
  const [write] = writes;
  const movesOn = (column: string) =>
    role.role === 'derived' || moving.includes(column) || (role.passing ?? []).includes(column);
  const moved = isAhead ? differing(net, present, changedIn(before, after).filter(movesOn)) : {};
  const set = { ...(write?.action === 'update' && write.set), ...moved };
  const named = open.filter((column) => !isSettled(column)).map((column) => nameIn(net, column, scene));
  return { ...nothingApplied(), writes: update(net.table, net.pk, set), conflicts: [...others, ...named] };
}

/** The deposed region's values of these columns, where the primary has others; what counts is added up. */
function differing({ after, role }: Mapped, present: Row, columns: readonly string[]) {
  const own = columns.filter(
    (column) => !(role.counters ?? []).includes(column) && !sameValue(after?.[column], present[column]),
  );
  return Object.fromEntries(own.map((column) => [column, after?.[column] ?? null]));
}

function nameIn({ table, after, before }: Mapped, column: string, { tables }: Scene): string {
  const bare = tables.bare(table);
  const named = withName(bare, after ?? before);
  return named === bare ? `${bare}.${column}` : named;
}

const addressParts = /^_(billing|shipping)_(?:company|address_[12]|city|state|postcode|country)$/;

/** Which address of its order a row is part of. */
function addressIn(bare: string, row: Row | undefined): string | undefined {
  if (bare === 'wc_order_addresses') return shown(row?.['address_type'] ?? '');
  return bare === 'postmeta' ? addressParts.exec(shown(row?.['meta_key'] ?? ''))?.[1] : undefined;
}

/** The parts of an address are right together only. */
function isAddressOfBoth({ table, after }: Mapped, { ours }: Found, { tables, folds }: Scene): boolean {
  const address = addressIn(tables.bare(table), after);
  const isIts = ({ table: other, key }: Place) => {
    const net = other === table ? folds.ours.get(other, key) : undefined;
    return net?.before !== undefined && addressIn(tables.bare(table), net.after) === address;
  };
  return address !== undefined && ours.some(isIts);
}
