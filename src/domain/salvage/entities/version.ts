/** The deposed region's version of a thing that is left to a person: rows that would replace the primary's, so that the person can take it later. */
import type { Ruling } from '../ruling';
import { sameValue, type Row } from '../transaction';
import type { Version } from '../version';
import { keyOf, whereOf } from './fold';
import type { Found, Place } from './gather';
import { isPlacedBy } from './placed';
import { identityOf } from './progress';
import type { Kind } from './roles';
import { mappedNet, sameRow, unnumbered, type Mapped, type Scene } from './scene';
import { takeConflicts, takeOption } from './version-conflicts';
import { ByHand, Draft } from './version-draft';

/** Which side made or deleted it. */
type Story = 'new' | 'deleted there' | 'deleted here' | 'both';

const roots: Partial<Record<Kind, readonly string[]>> = {
  order: ['wc_orders', 'posts'],
  product: ['posts'],
  coupon: ['posts'],
  post: ['posts'],
  customer: ['users'],
  term: ['terms'],
  comment: ['comments'],
};

export function versionOf(found: Found, ruling: Ruling, scene: Scene): Version {
  const draft = new Draft(ruling, scene);
  const story = storyOf(found, scene);
  try {
    take(found, story, scene, draft);
    return { format: 2, rows: draft.rows, members: membersOf(found, story, scene) };
  } catch (error) {
    if (error instanceof ByHand) return { format: 2, rows: [], members: [], byHand: error.message };
    throw error;
  }
}

const isRoot = ({ table, key }: Place, { kind, id }: Found, { tables }: Scene): boolean =>
  key === id && (roots[kind] ?? []).some((bare) => tables.named(bare) === table);

function storyOf(found: Found, scene: Scene): Story {
  const { folds } = scene;
  const isIts = (place: Place) => isRoot(place, found, scene);
  const [net] = found.theirs.filter(isIts).map(({ table, key }) => folds.theirs.get(table, key));
  const own = found.ours.filter(isIts).map(({ table, key }) => folds.ours.get(table, key));
  if (own.some((each) => each?.before && !each.after)) return 'deleted here';
  if (net && !net.before) return 'new';
  return net && !net.after ? 'deleted there' : 'both';
}

function take(found: Found, story: Story, scene: Scene, draft: Draft): void {
  if (found.kind === 'action')
    throw new ByHand('a scheduled action is run again by hand alone, in WooCommerce under Status, Scheduled Actions');
  if (found.kind === 'option') takeOption(found, scene, draft);
  else if (found.kind === 'order' && scene.twins.orders.has(found.id))
    throw new ByHand(
      scene.twins.orders.get(found.id) === found.id
        ? 'the order was finished in both regions, and what the deposed region has otherwise must be entered there'
        : 'the primary has this order under another number, and what is missing there must be entered there',
    );
  else if (story === 'both' && found.kind !== 'order') takeConflicts(found, scene, draft);
  else takeWhole(found, story, scene, draft);
}

/** All of it as the deposed region has it: what the primary alone changed of it is undone, but for notes and refunds of an order. */
function takeWhole(found: Found, story: Story, scene: Scene, draft: Draft): void {
  if (story === 'new' && found.kind !== 'order') throw new ByHand(whyNotNew(found, scene, draft));
  if (scene.blind && story !== 'new') throw new ByHand('no log tells any more what the primary changed of it');
  const isJoined = story === 'both';
  if (story === 'deleted there' && found.ours.some(({ part }) => part === 'refund'))
    throw new ByHand('the primary has a refund of it, which must stay');
  const taken = new Set<string>();
  for (const place of found.theirs) {
    const net = isJoined && place.part === 'note' ? undefined : mappedNet(scene, place);
    if (!net) continue;
    taken.add(`${net.table} ${keyOf(net.pk, Object.keys(net.pk))}`);
    takeRow(net, scene, draft);
  }
  const added = new Set(found.ours.flatMap((place) => lineOf(place, scene)));
  for (const place of found.ours)
    if (!taken.has(`${place.table} ${place.key}`) && (!isJoined || isUndone(place, added, scene)))
      undo(place, scene, draft);
  if (story === 'new' || isRivalled(found, scene)) takeStock(found, scene, draft);
}

function whyNotNew(found: Found, scene: Scene, draft: Draft): string {
  const place = found.theirs.find((each) => isRoot(each, found, scene));
  const net = place && mappedNet(scene, place);
  if (net && scene.rows({ table: net.table, where: net.pk }).length > 0)
    return 'the primary has another one under its number';
  return net && draft.row(net.table, net.pk)
    ? 'all that can be brought over of it is on the primary'
    : 'the primary has another one of that name';
}

function takeRow({ table, pk, role, before, after }: Mapped, scene: Scene, draft: Draft): void {
  const had = draft.row(table, pk);
  const isTaken = had !== null && after !== undefined && before === undefined && !sameRow(after, had);
  if (!isTaken) draft.add(table, pk, after ?? null);
  else if (role.role === 'derived') draft.add(table, pk, after);
  else if (role.leaf && Object.keys(pk).length === 1) draft.addNew(table, unnumbered(after, pk));
  else throw new ByHand(`the number of its row in ${scene.tables.bare(table)} is another row's on the primary`);
}

function undo({ table, key }: Place, { tables, folds }: Scene, draft: Draft): void {
  const net = folds.ours.get(table, key);
  if (net) draft.add(table, whereOf(tables.shapeOf(table), key), net.before ?? null);
}

/** Notes and refunds stay; so do marks, such as that its stock is reduced, unless their line goes. */
function isUndone({ table, key, part }: Place, added: ReadonlySet<string>, { tables, folds }: Scene): boolean {
  if (part !== 'quiet') return part === 'body';
  const line = folds.ours.get(table, key)?.after?.['order_item_id'];
  return tables.roleOf(table).role === 'derived' || (typeof line === 'string' && added.has(line));
}

/** The number of a line that the primary added. */
function lineOf({ table, key, part }: Place, { tables, folds }: Scene): string[] {
  const isNew = folds.ours.get(table, key)?.before === undefined;
  return isNew && part === 'body' && tables.bare(table) === 'woocommerce_order_items' ? [key] : [];
}

/** One that was begun before the regions parted, and did not go on here since the primary has another one of its key or payment. */
const isRivalled = (found: Found, scene: Scene): boolean =>
  isPlacedBy(scene.folds.theirs, found.id, scene.tables) &&
  scene.rivals(identityOf(found, scene), found.id) !== undefined;

/** An order that did not arrive gave back what it took, also the use of its coupons; when it arrives it takes that. */
function takeStock(found: Found, scene: Scene, draft: Draft): void {
  const { returned, undone } = scene.takenBy(found.id);
  for (const [name, add] of returned) {
    if (!scene.returned.has(name)) continue;
    const [table, key] = placeNamed(name);
    const had = scene.folds.theirs.get(table, key)?.after ?? null;
    draft.rows.push({ table, key: whereOf(scene.tables.shapeOf(table), key), had, want: null, add });
  }
  for (const name of undone) {
    const [table, key] = placeNamed(name);
    const after = scene.folds.theirs.get(table, key)?.after;
    if (scene.undone.has(name) && after)
      draft.addNew(table, unnumbered(after, whereOf(scene.tables.shapeOf(table), key)));
  }
}

function placeNamed(name: string): [table: string, key: string] {
  const at = name.indexOf(' ');
  return [name.slice(0, at), name.slice(at + 1)];
}

/** The lines of an order that both changed: one that is added later is not part of what the person sees. */
function membersOf({ kind, id }: Found, story: Story, { tables, rows }: Scene): Version['members'] {
  const table = tables.named('woocommerce_order_items');
  if (kind !== 'order' || story !== 'both' || !tables.shapes.has(table)) return [];
  const { primary } = tables.shapeOf(table);
  const where = { order_id: id };
  return [{ table, where, keys: rows({ table, where }).map((row) => keyOf(row, primary)) }];
}

/** Columns in which two versions of a row differ. */
export const differing = (one: Row, other: Row): string[] =>
  Object.keys(one).filter((column) => !sameValue(one[column], other[column]));
