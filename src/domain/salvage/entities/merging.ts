/** Products, coupons, customers and all else that both regions may change at once: column by column, value by value, counters added up. */
import type { Oversold, Ruling, Write } from '../ruling';
import { shownName, type Found } from './gather';
import { groupsOf, settle, type Group } from './groups';
import { listed, nothing, ruled } from './rulings';
import { applyRow, nothingApplied, type Applied } from './rows';
import { mappedNet, presentOf, sameRow, update, type Mapped, type Scene } from './scene';
import { attributeTaken, codeTaken, named } from './namesakes';
import { followed } from './lookup-follows';
import { withStockStatus } from './stock-family';
import { isBelowZero, summed } from './sums';
import type { Kind } from './roles';
import { untied } from './ties';

/** The row that an entity is: with another row under its number, none of the entity arrives. */
const roots: Partial<Record<Kind, string>> = {
  product: 'posts',
  coupon: 'posts',
  post: 'posts',
  customer: 'users',
  term: 'terms',
  comment: 'comments',
};

const title = (found: Found): string => {
  const name = shownName(found);
  return found.kind === 'rows' ? `The row ${name}` : `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
};

/** Conflicts are names of columns; what else stands in the way is told in words. */
const isColumn = (conflict: string) => /^[\w.]+( \S+)?$/.test(conflict);

function sentenceOf(found: Found, conflicts: readonly string[]): string {
  const left = "The primary's stays; all else of it was brought over.";
  return conflicts.every(isColumn)
    ? `${title(found)} was changed in both regions: ${conflicts.join(', ')}. ${left}`
    : `${title(found)} can't be brought over whole: ${conflicts.join(', ')}. ${left}`;
}

export function decideMerge(found: Found, scene: Scene): Ruling {
  const root = roots[found.kind];
  const rootTable = root === undefined ? '' : scene.tables.named(root);
  const place = found.theirs.find(({ table, key }) => table === rootTable && key === found.id);
  const net = place && mappedNet(scene, place);
  const twin = twinOf(found, scene);
  const isTwin = twin !== undefined;
  const obstacle = net && !isTwin ? (codeTaken(net, found, scene) ?? obstacleAt(net, found, scene)) : undefined;
  if (obstacle !== undefined) return listed(obstacle, scene, found);
  if (isGone(found, rootTable, scene)) return gone(found, scene);
  const merged = mergeAll(found, scene, isTwin);
  const conflicts = [...new Set(merged.conflicts)];
  const oversold = merged.oversold.length > 0 ? { oversold: merged.oversold } : {};
  if (conflicts.length > 0 && !isTwin) {
    const because = sentenceOf(found, conflicts);
    return { ...listed(because, scene, found), writes: merged.writes, ...oversold };
  }
  const because = isTwin
    ? `${title(found)} is on the primary as ${twin}, with the same ${found.kind === 'term' ? 'name in addresses' : 'e-mail address'}.`
    : `${title(found)} was changed in the deposed region.`;
  const outcome = isTwin ? 'merged' : found.theirs.some((each) => isNew(each, scene)) ? 'copied' : 'update';
  return { ...ruled(merged.writes, outcome, because), ...oversold };
}

/** Its number on the primary, where both regions made it. */
const twinOf = ({ kind, id }: Found, { twins }: Scene): string | undefined =>
  kind === 'customer' ? twins.users.get(id) : kind === 'term' ? twins.terms.get(id) : undefined;

const isGone = ({ id, ours }: Found, root: string, { folds }: Scene) =>
  ours.some(({ table, key }) => {
    const net = table === root && key === id ? folds.ours.get(table, key) : undefined;
    return net?.before !== undefined && net.after === undefined;
  });

/** The primary deleted it: what counts or changes by itself went with it. */
function gone(found: Found, scene: Scene): Ruling {
  if (found.theirs.every(({ table, key, part }) => part === 'quiet' || !scene.folds.theirs.get(table, key)?.after))
    return nothing;
  const because = `${title(found)} was deleted on the primary and changed in the deposed region: decide by hand whether to bring it back.`;
  return listed(because, scene, found);
}

const isNew = ({ table, key }: Found['theirs'][number], { folds }: Scene) =>
  folds.theirs.get(table, key)?.before === undefined;

/** Why none of it can be brought over. */
function obstacleAt(net: Mapped, found: Found, scene: Scene): string | undefined {
  const present = presentOf(scene, net);
  const { before, after } = net;
  if (!before && after && present && !sameRow(after, present))
    return `${title(found)} is new in both regions under one number: enter the deposed region's by hand.`;
  if (before && !after && present && (found.ours.length > 0 || scene.blind))
    return `${title(found)} was deleted in the deposed region and changed on the primary, where it stays.`;
  return undefined;
}

function mergeAll(found: Found, scene: Scene, isTwin: boolean): Applied {
  const all = nothingApplied();
  for (const place of found.theirs) {
    const changed = mappedNet(scene, place);
    if (!changed || changed.role.pairs) continue;
    if (isReplaced(changed, scene, isTwin)) {
      all.writes.push(...counts(changed, scene));
      continue;
    }
    const twice = attributeTaken(changed, scene);
    if (twice !== undefined) {
      all.conflicts.push(twice);
      continue;
    }
    const { net, because } = named(changed, scene);
    const { writes, conflicts, oversold } = applyRow(net, scene);
    all.writes.push(...writes);
    all.conflicts.push(...(because === undefined ? [] : [because]), ...conflicts);
    all.oversold.push(...oversold);
  }
  const groups = groupsOf(found, scene).map((group) => ({ group, settled: settle(group, found, scene) }));
  for (const { group, settled } of untied(groups, found, scene)) {
    const { writes, conflicts, sum } = settled;
    all.writes.push(...writes);
    all.conflicts.push(...conflicts);
    if (group.name === '_stock' && isBelowZero(sum)) all.oversold.push(oversoldOf(group, sum ?? '', scene));
  }
  return { ...all, writes: followed(withStockStatus(all.writes, found, scene), found, scene) };
}

/** What the deposed region counted in a row whose twin the primary has. */
function counts(net: Mapped, scene: Scene): Write[] {
  const present = presentOf(scene, net);
  const sums = (net.role.counters ?? []).flatMap((column) => {
    const sum = summed(present?.[column] ?? null, net.after?.[column] ?? null, '0');
    return sum === undefined || sum === present?.[column] ? [] : [[column, sum] as const];
  });
  return present ? update(net.table, net.pk, Object.fromEntries(sums)) : [];
}

/** A row whose twin the primary has. */
export function isReplaced({ table, key, before }: Mapped, { tables, twins }: Scene, isTwin: boolean): boolean {
  if (before) return false;
  const bare = tables.bare(table);
  if (bare === 'users' || bare === 'terms') return isTwin;
  if (bare === 'term_taxonomy') return twins.taxonomies.has(key);
  if (bare === 'wc_customer_lookup') return twins.lookups.has(key);
  return bare === 'actionscheduler_groups' && twins.groups.has(key);
}

const oversoldOf = ({ table, owner, name }: Group, sum: string, { tables }: Scene): Oversold => ({
  table: tables.bare(table),
  key: owner,
  column: name,
  missing: sum.slice(1),
  applied: true,
});
