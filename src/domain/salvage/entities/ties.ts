/** Values that are right together only, such as the prices of a product or the lines of an address: one side's all, or none of them. */
import { shown } from '../transaction';
import type { Found } from './gather';
import type { Group, Settled } from './groups';
import { matches, names, tied } from './names';
import { nothingApplied } from './rows';
import type { Scene } from './scene';

export interface SettledGroup {
  group: Group;
  settled: Settled;
}

/** Where the primary changed one of them too, nothing of the others comes, and each that would have is a conflict. */
export function untied(all: readonly SettledGroup[], found: Found, scene: Scene): SettledGroup[] {
  const changedHere = new Set(found.ours.flatMap((place) => nameIn(place, scene)));
  return all.map(({ group, settled }) => {
    const tie = tied.find((each) => each.includes(group.name));
    // A set by itself, such as the prices of all variations, has both sides' values.
    const isAlone = matches(group.name, names.sets) && !all.some((each) => isBeside(each.group, group, tie));
    const isContested = tie?.some((name) => changedHere.has(nameOf(group.table, group.owner, name))) ?? false;
    if (!isContested || isAlone || settled.writes.length === 0) return { group, settled };
    const conflict = `${scene.tables.bare(group.table)} ${group.name}`;
    return { group, settled: { ...nothingApplied(), conflicts: [conflict] } };
  });
}

const isBeside = (one: Group, group: Group, tie: readonly string[] = []) =>
  one.name !== group.name && one.owner === group.owner && tie.includes(one.name);

const nameOf = (table: string, owner: string, name: string) => JSON.stringify([table, owner, name]);

function nameIn({ table, key }: Found['ours'][number], { folds, tables }: Scene): string[] {
  const { pairs } = tables.roleOf(table);
  const net = folds.ours.get(table, key);
  const row = net?.after ?? net?.before;
  return pairs && row ? [nameOf(table, shown(row[pairs.owner]), shown(row[pairs.name]))] : [];
}
