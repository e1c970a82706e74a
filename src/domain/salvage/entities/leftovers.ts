/** What the deposed region changed of an order that stays as the primary has it: told to a person, unless the primary has the same. */
import { sameValue, type Row } from '../transaction';
import { changedIn, type Found, type Place } from './gather';
import { mappedNet, presentOf, sameRow, type Scene } from './scene';
import { matches, names, withName } from './names';

const atMost = 12;

/** So many are named in a sentence. */
export const someOf = (names: readonly string[]): string =>
  names.slice(0, atMost).join(', ') + (names.length > atMost ? ` and ${names.length - atMost} more` : '');

/** `TABLE.COLUMN`, `TABLE NAME` for a value under a name, or `TABLE` for a row that only one side has; each once. */
export function leftovers(places: readonly Place[], found: Found, scene: Scene): string[] {
  const open = places.flatMap((place) => {
    const net = mappedNet(scene, place);
    if (!net) return [];
    const bare = scene.tables.bare(net.table);
    const { passing = [], counters = [], later = [] } = net.role;
    const moving = [...passing, ...counters, ...later];
    const present = presentOf(scene, net);
    const named = withName(bare, net.after ?? net.before);
    if (!net.after) return present ? [`${named} (deleted)`] : [];
    if (!net.before)
      return hasSame(net.after, [...Object.keys(net.pk), ...moving], net.table, found, scene) ? [] : [named];
    if (!present) return [`${named} (deleted)`];
    const { before, after } = net;
    const name = after['meta_key'];
    if (typeof name === 'string' && matches(name, names.passing)) return [];
    return changedIn(before, after)
      .filter((column) => !moving.includes(column) && !sameValue(after[column], present[column]))
      .map((column) => (named === bare ? `${bare}.${column}` : named));
  });
  return [...new Set(open)];
}

/** A row that both regions made, each with its own number. */
export function hasSame(after: Row, but: readonly string[], table: string, { ours }: Found, scene: Scene): boolean {
  const { pairs } = scene.tables.roleOf(table);
  const name = (pairs && after[pairs.name]) ?? after['meta_key'];
  const isPassing = typeof name === 'string' && matches(name, [...names.passing, ...names.counters]);
  return ours.some((place) => {
    const row = place.table === table ? scene.folds.ours.get(table, place.key)?.after : undefined;
    if (!row) return false;
    if (sameRow(after, row, but)) return true;
    return isPassing && row['meta_key'] === name;
  });
}

/** By which columns two rows of one order are the same thing. */
const things: Readonly<Record<string, readonly string[]>> = {
  wc_order_addresses: ['order_id', 'address_type'],
  wc_order_operational_data: ['order_id'],
  wc_orders_meta: ['order_id', 'meta_key'],
  postmeta: ['post_id', 'meta_key'],
  woocommerce_order_itemmeta: ['order_item_id', 'meta_key'],
  woocommerce_downloadable_product_permissions: ['order_id', 'product_id', 'download_id'],
};

/** The row that the primary made of the same thing as this new one. */
export function twinOf(after: Row, table: string, { ours }: Found, { tables, folds }: Scene): Row | undefined {
  const columns = things[tables.bare(table)];
  const rows = ours.flatMap((place) => {
    const net = place.table === table ? folds.ours.get(table, place.key) : undefined;
    return net?.after && !net.before ? [net.after] : [];
  });
  return columns && rows.find((row) => columns.every((column) => sameValue(row[column], after[column])));
}
