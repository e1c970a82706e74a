/** The order in which final states can be written: nothing is in the way of anything else, and no row is without its parent. */
import type { Write } from '../ruling';
import type { Shapes } from '../transaction';

const actions: readonly Write['action'][] = ['delete', 'update', 'insert'];

/** Deletions first, children before parents; then changes; then new rows, parents before children. */
export function inSafeOrder(writes: readonly Write[], shapes: Shapes): Write[] {
  const depths = depthsOf(shapes);
  const depth = ({ action, table }: Write) => (action === 'delete' ? -1 : 1) * (depths.get(table) ?? 0);
  // Stable: rows of one table stay together as they were decided, so that they are one statement.
  return [...writes].sort(
    (one, other) =>
      actions.indexOf(one.action) - actions.indexOf(other.action) ||
      depth(one) - depth(other) ||
      (one.action === 'insert' && one.table !== other.table ? (one.table < other.table ? -1 : 1) : 0),
  );
}

/** How many tables stand above one that refers to others. */
export function depthsOf(shapes: Shapes): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  // Each round finds one more level; tables that refer to each other in a circle stop at the number of tables.
  for (let round = 0; round < shapes.size; round += 1) {
    let deeper = false;
    for (const [parent, { references = [] }] of shapes)
      for (const { child } of references) {
        const depth = (depths.get(parent) ?? 0) + 1;
        if (child === parent || depth <= (depths.get(child) ?? 0)) continue;
        depths.set(child, depth);
        deeper = true;
      }
    if (!deeper) break;
  }
  return depths;
}
