/** Changes of single rows, by their primary keys. */
import { pick, sameValue, type Row } from '../transaction';
import type { Oversold, Write } from '../ruling';
import { countedRowName } from '../naming';
import { keyOf } from './fold';
import { changedIn, type Place } from './gather';
import { childLooks } from './looks';
import { insert, mappedNet, presentOf, sameRow, unnumbered, update, type Mapped, type Scene } from './scene';
import { isBelowZero } from './sums';
import { mergeRow } from './three-way';

/** What can be written, and what can't because the primary has another version: `TABLE.COLUMN`, or a table and what is in the way. */
export interface Applied {
  writes: Write[];
  conflicts: string[];
  oversold: Oversold[];
}

export const nothingApplied = (): Applied => ({ writes: [], conflicts: [], oversold: [] });
const conflict = (...conflicts: string[]): Applied => ({ writes: [], conflicts, oversold: [] });

export function applied(places: readonly Place[], scene: Scene): Applied {
  const all = nothingApplied();
  for (const place of places) {
    const net = mappedNet(scene, place);
    if (!net) continue;
    const { writes, conflicts, oversold } = applyRow(net, scene);
    all.writes.push(...writes);
    all.conflicts.push(...conflicts);
    all.oversold.push(...oversold);
  }
  return all;
}

/** Whether the primary has another row than the deposed region began with, though no log that was read says so. */
export const hasMoved = (places: readonly Place[], scene: Scene): boolean =>
  places.some((place) => {
    const net = place.part === 'quiet' ? undefined : mappedNet(scene, place);
    const present = net && presentOf(scene, net);
    return net?.before && present ? !sameRow(net.before, present, movingIn(net)) : false;
  });

export function applyRow(net: Mapped, scene: Scene): Applied {
  const { table, pk, role, before, after } = net;
  const present = presentOf(scene, net);
  if (!after) return departure(net, present, scene);
  if (!before) return arrival(net, after, present, scene);
  const isQuiet = changedIn(before, after).every((column) => movingIn(net).includes(column));
  const name = scene.tables.bare(table);
  if (!present) return role.role === 'derived' || isQuiet ? nothingApplied() : conflict(`${name} (deleted)`);
  const { set, conflicts } = mergeRow(before, after, present, role);
  const isTaken = takenBy(net, after, scene, (columns) => columns.some((column) => column in set));
  if (isTaken !== undefined) return conflict(isTaken);
  const child = childIn(net, scene);
  if (child !== undefined) return conflict(child);
  const oversold = oversoldIn(net, set);
  const unsigned = oversold.find(({ column }) => isUnsigned(table, column, scene));
  if (unsigned)
    return {
      ...conflict(
        `${countedRowName(table, pk)} (its unsigned ${unsigned.column} would fall ${unsigned.missing} below zero)`,
      ),
      oversold: [{ ...unsigned, applied: false }],
    };
  const open = role.role === 'derived' ? [] : conflicts.map((column) => `${name}.${column}`);
  return { writes: update(table, pk, set), conflicts: open, oversold };
}

const movingIn = ({ role }: Mapped) => [...(role.counters ?? []), ...(role.passing ?? []), ...(role.later ?? [])];

const isUnsigned = (table: string, column: string, { tables }: Scene) =>
  tables.shapeOf(table).columns.some(({ name, unsigned }) => name === column && unsigned);

function oversoldIn({ table, pk, role }: Mapped, set: Row): Oversold[] {
  return (role.sold ?? []).flatMap((column) => {
    const left = set[column];
    if (typeof left !== 'string' || !isBelowZero(left)) return [];
    const key = countedRowName(table, pk).slice(table.length + 1);
    return [{ table, key, column, missing: left.slice(1), applied: true }];
  });
}

function departure(net: Mapped, present: Row | undefined, scene: Scene): Applied {
  const { table, pk, role, before } = net;
  if (!present || !before) return nothingApplied();
  if (role.role !== 'derived' && !sameRow(before, present, movingIn(net)))
    return conflict(`${scene.tables.bare(table)} (deleted)`);
  const child = childIn(net, scene);
  if (child !== undefined) return conflict(child);
  return { ...nothingApplied(), writes: [{ action: 'delete', table, key: pk }] };
}

function arrival(net: Mapped, after: Row, present: Row | undefined, scene: Scene): Applied {
  const { table, pk, role } = net;
  if (present && sameRow(after, present)) return nothingApplied();
  const isTaken = takenBy(net, after, scene, () => true);
  if (isTaken !== undefined) return role.role === 'derived' ? nothingApplied() : conflict(isTaken);
  if (!present) return { ...nothingApplied(), writes: [insert(table, after)] };
  if (role.role === 'derived') return nothingApplied();
  return role.leaf && Object.keys(pk).length === 1
    ? { ...nothingApplied(), writes: [insert(table, unnumbered(after, pk))] }
    : conflict(`${scene.tables.bare(table)} (its number is another row's)`);
}

/** Another row of the primary has the value of a unique key, and the deposed region did not take it away from that row. */
function takenBy(
  { table, pk }: Mapped,
  after: Row,
  { tables, folds, rows }: Scene,
  concerns: (columns: readonly string[]) => boolean,
): string | undefined {
  const { uniques, primary } = tables.shapeOf(table);
  for (const columns of uniques) {
    if (!concerns(columns) || columns.some((column) => after[column] == null)) continue;
    const other = rows({ table, where: pick(after, columns) }).find((row) => {
      const isOther = Object.entries(pk).some(([column, value]) => !sameValue(row[column], value));
      const net = folds.theirs.get(table, keyOf(row, primary));
      const givesUp =
        net?.before && (!net.after || columns.some((column) => !sameValue(net.after?.[column], row[column])));
      return isOther && !givesUp;
    });
    if (other) return `${tables.bare(table)} (another row has its ${columns.join(', ')})`;
  }
  return undefined;
}

/** A row of the primary that refers to it, and that the deposed region did not delete too. */
function childIn(net: Mapped, { tables, folds, rows }: Scene): string | undefined {
  for (const { reference, look } of childLooks(net, tables)) {
    const { primary } = tables.shapeOf(look.table);
    const isUnknown = !tables.shapes.has(look.table);
    const left = rows(look).filter((row) => {
      const child = folds.theirs.get(look.table, keyOf(row, primary));
      return !(child?.before && !child.after && sameRow(child.before, row));
    });
    if (isUnknown || left.length > 0)
      return `${net.table}, to which rows of ${reference.child} refer on the primary (${reference.columns.join(', ')})`;
  }
  return undefined;
}
