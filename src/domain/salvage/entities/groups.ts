/** Values under a name, such as a product's price: what counts are the values that an owner has under it, whatever their rows are numbered. */
import { pick, sameValue, shown, type Row, type Value } from '../transaction';
import type { Write } from '../ruling';
import { keyOf } from './fold';
import type { Found, Place } from './gather';
import { matches, names } from './names';
import type { Pairs } from './roles';
import { applied, nothingApplied, type Applied } from './rows';
import { insert, mappedNet, unnumbered, update, type Mapped, type Scene } from './scene';
import { entriesOf, serializedOf, united } from './serialized';
import { isAbsent, summed } from './sums';
import { difference } from './three-way';

export interface Group {
  table: string;
  pairs: Pairs;
  owner: string;
  name: string;
  primary: readonly string[];
  places: Place[];
  nets: Mapped[];
}

/** The changes of `found` in tables of names and values, one group for each owner and name. */
export function groupsOf(found: Found, scene: Scene): Group[] {
  const groups = new Map<string, Group>();
  for (const place of found.theirs) {
    const net = mappedNet(scene, place);
    const pairs = net?.role.pairs;
    if (!net || !pairs) continue;
    const row = net.after ?? net.before ?? {};
    const [owner, name] = [shown(row[pairs.owner]), shown(row[pairs.name])];
    const id = JSON.stringify([place.table, owner, name]);
    const group = groups.get(id) ?? {
      table: place.table,
      pairs,
      owner,
      name,
      primary: Object.keys(net.pk),
      places: [],
      nets: [],
    };
    groups.set(id, group);
    group.places.push(place);
    group.nets.push(net);
  }
  return [...groups.values()];
}

/** The values of a group on all three sides, and the primary's rows. */
interface Sides {
  was: string[];
  there: string[];
  here: string[];
  rows: readonly Row[];
}

export const lookOf = ({ table, pairs, owner }: Group, name: string) => ({
  table,
  where: { [pairs.owner]: owner, [pairs.name]: name },
});

function sidesOf(group: Group, found: Found, scene: Scene): Sides {
  const { table, pairs, owner, name, nets } = group;
  const { primary } = scene.tables.shapeOf(table);
  const valueOf = (row: Row) => JSON.stringify(row[pairs.value] ?? null);
  const belongs = (row: Row | undefined): row is Row =>
    row !== undefined && shown(row[pairs.owner]) === owner && shown(row[pairs.name]) === name;
  const rows = scene.rows(lookOf(group, name)).filter(belongs);
  const undone = rows.flatMap((row) => {
    const key = keyOf(row, primary);
    // A row may also have changed a moment ago, behind the end of the primary's log as it was read.
    const net = scene.folds.ours.get(table, key) ?? nets.find((each) => each.key === key && each.before);
    return net ? (belongs(net.before) ? [net.before] : []) : [row];
  });
  const gone = found.ours.flatMap((place) => {
    const net = place.table === table ? scene.folds.ours.get(table, place.key) : undefined;
    return net && !net.after && belongs(net.before) ? [net.before] : [];
  });
  const was = [...undone, ...gone].map(valueOf);
  const taken = nets.flatMap(({ before }) => (belongs(before) ? [valueOf(before)] : []));
  const added = nets.flatMap(({ after }) => (belongs(after) ? [valueOf(after)] : []));
  return { was, there: [...difference(was, taken), ...added], here: rows.map(valueOf), rows };
}

/** The values that the deposed region has under the name. */
export const valuesThere = (group: Group, found: Found, scene: Scene): Value[] =>
  sidesOf(group, found, scene).there.map((value) => JSON.parse(value) as Value);

const same = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && difference(one, other).length === 0;

/** `sum` is the counter that both sides changed, as it will be. */
export interface Settled extends Applied {
  sum?: string;
}

export function settle(group: Group, found: Found, scene: Scene): Settled {
  const { name } = group;
  const sides = sidesOf(group, found, scene);
  const { was, there, here } = sides;
  const counts = matches(name, names.counters);
  // The primary deleted what counts here, or what changes by itself.
  if (here.length === 0 && was.length > 0 && matches(name, [...names.counters, ...names.passing]))
    return nothingApplied();
  if (same(there, was) || (same(there, here) && !counts && !matches(name, names.uses))) return nothingApplied();
  if (same(here, was)) {
    const { writes, conflicts } = applied(group.places, scene);
    return { ...nothingApplied(), writes, conflicts: conflicts.length > 0 ? [conflictName(group, scene)] : [] };
  }
  // The deposed region deleted it, and the primary only counted.
  if (there.length === 0 && was.length > 0 && counts) return { ...nothingApplied(), writes: deletions(group, sides) };
  if (matches(name, names.levels) && [was, there, here].some((side) => side.every(isNone)))
    return there.every(isNone) || here.every(isNone)
      ? { ...nothingApplied(), writes: there.every(isNone) ? replacedByTheirs(group, sides) : [] }
      : { ...nothingApplied(), conflicts: [conflictName(group, scene)] };
  if (counts) {
    const sum = was.length <= 1 && there.length === 1 && here.length === 1 ? counted(sides) : undefined;
    if (sum !== undefined) return { ...nothingApplied(), writes: replaced(group, sides, sum), sum };
  }
  if (matches(name, names.sets)) return { ...nothingApplied(), writes: setWrites(group, sides, scene) };
  if (name === 'session_tokens') return { ...nothingApplied(), writes: tokens(group, sides) };
  if (matches(name, names.passing)) return nothingApplied();
  return { ...nothingApplied(), conflicts: [conflictName(group, scene)] };
}

const conflictName = ({ table, name }: Group, { tables }: Scene) => `${tables.bare(table)} ${name}`;

const parsed = (text: string | undefined): Value => (text === undefined ? null : (JSON.parse(text) as Value));

const deletions = ({ table, primary }: Group, { rows }: Sides): Write[] =>
  rows.map((row) => ({ action: 'delete', table, key: pick(row, primary) }));

const isNone = (text: string) => isAbsent(parsed(text));

/** The one row that the primary has under the name gets the deposed region's value. */
function replacedByTheirs({ table, pairs, primary }: Group, { there, rows }: Sides): Write[] {
  const [row] = rows;
  const value = parsed(there[0]);
  return row && !sameValue(row[pairs.value], value) ? update(table, pick(row, primary), { [pairs.value]: value }) : [];
}

const counted = ({ was, there, here }: Sides) => summed(parsed(here[0]), parsed(there[0]), parsed(was[0]));

/** The one row that the primary has under the name gets this value. */
function replaced({ table, pairs, primary }: Group, { rows }: Sides, value: string): Write[] {
  const [row] = rows;
  if (!row || row[pairs.value] === value) return [];
  return update(table, pick(row, primary), { [pairs.value]: value });
}

function setWrites(group: Group, { was, there, here, rows }: Sides, scene: Scene): Write[] {
  const { table, pairs, nets, primary } = group;
  // One price on each side is a value that both changed: it follows the price that a person set.
  if (group.name === '_price' && [was, there, here].every(({ length }) => length <= 1)) return [];
  const added = difference(difference(there, was), group.name === '_price' ? here : []);
  const removed = difference(was, there);
  const inserts = nets.flatMap(({ after, pk }) => {
    const at = after ? added.indexOf(JSON.stringify(after[pairs.value] ?? null)) : -1;
    if (!after || at < 0) return [];
    added.splice(at, 1);
    const isFree = scene.rows({ table, where: pk }).length === 0;
    return [insert(table, isFree ? after : unnumbered(after, pk))];
  });
  const deletes = rows.flatMap((row): Write[] => {
    const at = removed.indexOf(JSON.stringify(row[pairs.value] ?? null));
    if (at < 0) return [];
    removed.splice(at, 1);
    return [{ action: 'delete', table, key: pick(row, primary) }];
  });
  return [...deletes, ...inserts];
}

/** Who logged in stays logged in. */
function tokens(group: Group, sides: Sides): Write[] {
  const [was, there, here] = [sides.was, sides.there, sides.here].map(([first]) => {
    const value = parsed(first);
    return typeof value === 'string' ? entriesOf(value) : undefined;
  });
  if (!there || !here) return [];
  return replaced(group, sides, serializedOf(united(was ?? new Map<string, string>(), there, here)));
}
