/** The version of a thing that was merged but for what both regions changed: only that becomes the deposed region's. */
import { pick, shown } from '../transaction';
import { whereOf } from './fold';
import { changedIn, type Found } from './gather';
import { groupsOf, lookOf, settle, valuesThere, type Group } from './groups';
import { isReplaced } from './merging';
import { named } from './namesakes';
import { tied } from './names';
import { applyRow } from './rows';
import { mappedNet, unnumbered, type Mapped, type Scene } from './scene';
import { untied } from './ties';
import { ByHand, type Draft } from './version-draft';

/** A column, or a row that one side deleted; all else that is in the way stays in the way. */
const isOpen = (conflict: string) => /^[\w.]+( \(deleted\))?$/.test(conflict);

export function takeConflicts(found: Found, scene: Scene, draft: Draft): void {
  for (const place of found.theirs) {
    const changed = mappedNet(scene, place);
    if (!changed || changed.role.pairs || isReplaced(changed, scene, false)) continue;
    const { net, because } = named(changed, scene);
    const { conflicts } = applyRow(net, scene);
    if (because !== undefined) conflicts.unshift(because);
    const other = conflicts.find((conflict) => !isOpen(conflict));
    if (other !== undefined) throw new ByHand(`it can't be written as it is: ${other}`);
    if (conflicts.length > 0) takeColumns(net, draft);
  }
  takeNames(found, scene, draft);
}

function takeColumns({ table, pk, role, before, after }: Mapped, draft: Draft): void {
  const had = draft.row(table, pk);
  const { counters = [], passing = [], later = [] } = role;
  const moving = [...counters, ...passing, ...later];
  const columns = before && after ? changedIn(before, after).filter((column) => !moving.includes(column)) : [];
  draft.add(table, pk, had && after ? { ...had, ...pick(after, columns) } : (after ?? null));
}

type Named = Pick<Group, 'table' | 'owner' | 'name'>;

const isSame = (one: Named, other: Named): boolean =>
  one.table === other.table && one.owner === other.owner && one.name === other.name;

/** With one of the values that are right together only come all of them, and what the primary alone changed of them is undone. */
function takeNames(found: Found, scene: Scene, draft: Draft): void {
  const groups = groupsOf(found, scene);
  const all = groups.map((group) => ({ group, settled: settle(group, found, scene) }));
  const open = untied(all, found, scene).filter(({ settled }) => settled.conflicts.length > 0);
  const isTaken = (named: Named) =>
    open.some(
      ({ group }) => isSame(group, named) || tiesOf(group.name).some((name) => isSame({ ...group, name }, named)),
    );
  for (const group of groups.filter(isTaken)) takeValues(group, found, scene, draft);
  for (const { table, key } of found.ours) {
    const { pairs } = scene.tables.roleOf(table);
    const net = scene.folds.ours.get(table, key);
    const row = net?.after ?? net?.before;
    if (!pairs || !net || !row) continue;
    const named = { table, owner: shown(row[pairs.owner]), name: shown(row[pairs.name]) };
    if (isTaken(named) && !groups.some((group) => isSame(group, named)))
      draft.add(table, whereOf(scene.tables.shapeOf(table), key), net.before ?? null);
  }
}

const tiesOf = (name: string): readonly string[] => tied.find((each) => each.includes(name)) ?? [];

/** The rows that the primary has under the name take the values one by one. */
function takeValues(group: Group, found: Found, scene: Scene, draft: Draft): void {
  const { table, pairs, primary } = group;
  const there = valuesThere(group, found, scene);
  const rows = scene.rows(lookOf(group, group.name)).map((row) => draft.row(table, pick(row, primary)));
  rows.forEach((row, at) => {
    if (row === null) return;
    const value = there[at];
    draft.add(table, pick(row, primary), value === undefined ? null : { ...row, [pairs.value]: value });
  });
  const row = group.nets[0]?.after ?? group.nets[0]?.before ?? {};
  for (const value of there.slice(rows.length))
    draft.addNew(table, { ...unnumbered(row, pick(row, primary)), [pairs.value]: value });
}

export function takeOption(found: Found, scene: Scene, draft: Draft): void {
  // One that was deleted and made again is two rows.
  const nets = found.theirs.flatMap((place) => mappedNet(scene, place) ?? []);
  const net = nets.find((each) => each.after) ?? nets[0];
  if (!net) return;
  const { table, pk, after } = net;
  const [had] = scene.rows({ table, where: { option_name: found.id } });
  if (had) draft.add(table, pick(had, Object.keys(pk)), after ? { ...had, ...pick(after, ['option_value']) } : null);
  else if (after) draft.addNew(table, unnumbered(after, pk));
}
