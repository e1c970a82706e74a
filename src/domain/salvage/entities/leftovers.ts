/** What the deposed region changed of an order that stays as the primary has it: told to a person, unless the primary has the same. */
import { sameValue, type Row } from '../transaction';
import { changedIn, type Found, type Place } from './gather';
import { mappedNet, presentOf, sameRow, type Scene } from './scene';
import { matches, names, withName } from './names';

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
function hasSame(after: Row, but: readonly string[], table: string, { ours }: Found, scene: Scene): boolean {
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
