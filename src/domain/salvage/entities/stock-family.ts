/** A product with its variations: where both regions changed the stock of any of them, whether each can be bought is computed again. */
import { sameValue, shown, type Row } from '../transaction';
import type { Write } from '../ruling';
import { afterWrites } from './after';
import type { Folds, Found, Place } from './gather';
import type { Fetch } from './order-lines';
import type { Look, Scene } from './scene';
import { statusLooks, statusOf, stockNames, valueIn, withStatus, type Status } from './stock-status';
import type { ShopTables } from './tables';

/** The numbers of the variations of a product. */
export type Families = ReadonlyMap<string, readonly string[]>;

type Ground = { tables: ShopTables; folds: Folds };

/** The products and variations whose stock, or what is computed of it, these changes concern. */
function ownersIn(places: readonly Place[], side: keyof Folds, { tables, folds }: Ground): Set<string> {
  const table = tables.named('postmeta');
  const names: readonly string[] = stockNames;
  return new Set(
    places.flatMap((place) => {
      const net = place.table === table ? folds[side].get(table, place.key) : undefined;
      const row = net?.after ?? net?.before;
      return row && names.includes(shown(row['meta_key'])) ? [shown(row['post_id'])] : [];
    }),
  );
}

const isStocked = (found: Found, ground: Ground): boolean =>
  found.kind === 'product' && ownersIn(found.theirs, 'theirs', ground).size > 0;

/** Looks up the variations of all products whose stock the deposed region changed. */
export async function familiesOf(all: Iterable<Found>, ground: Ground, fetch: Fetch): Promise<Families> {
  const products = [...all].filter((found) => isStocked(found, ground));
  const table = ground.tables.named('posts');
  const rows = await fetch(products.map(({ id }) => ({ table, where: { post_parent: id } })));
  return new Map(products.map((found, at) => [found.id, variationsOf(found, rows[at] ?? [], ground)]));
}

/** As WooCommerce reads its children: what is in the bin or not yet published is none. */
function variationsOf({ theirs }: Found, rows: readonly Row[], { tables, folds }: Ground): string[] {
  const isSold = (row: Row) =>
    row['post_type'] === 'product_variation' &&
    !/^(trash|draft|pending|auto-draft)$/.test(shown(row['post_status'] ?? null));
  const table = tables.named('posts');
  const added = theirs.flatMap((place) => {
    const net = place.table === table ? folds.theirs.get(table, place.key) : undefined;
    return net && !net.before && net.after ? [net.after] : [];
  });
  return [...new Set([...rows, ...added].filter(isSold).map((row) => shown(row['ID'])))];
}

type Sighted = Pick<Scene, 'tables' | 'folds' | 'families' | 'returned' | 'blind'>;

/** All that must be known of a product and its variations. */
export function stockLooks(found: Found, { tables, folds, families }: Omit<Sighted, 'returned' | 'blind'>): Look[] {
  if (!isStocked(found, { tables, folds })) return [];
  const members = [found.id, ...(families.get(found.id) ?? []), ...ownersIn(found.theirs, 'theirs', { tables, folds })];
  return [...new Set(members)].flatMap((owner) => statusLooks(owner, tables));
}

/** Whether what the deposed region computed may be of another stock than the one that there will be. */
function isShared({ theirs, ours }: Found, scene: Sighted): boolean {
  const isReturned = theirs.some(({ table, key }) => scene.returned.has(`${table} ${key}`));
  return scene.blind || isReturned || ownersIn(ours, 'ours', scene).size > 0;
}

/** The writes, with the status of each as its stock will be; a product without a stock of its own follows its variations. */
export function withStockStatus(writes: readonly Write[], found: Found, scene: Scene): readonly Write[] {
  if (!isStocked(found, scene) || !isShared(found, scene)) return writes;
  let all = writes;
  for (const owner of ownersIn(found.theirs, 'theirs', scene)) {
    const status = statusOf(owner, all, scene);
    if (status) all = withStatus(all, owner, status, scene);
  }
  const variations = scene.families.get(found.id) ?? [];
  return variations.length > 0 ? withFamily(all, found.id, variations, scene) : all;
}

function withFamily(writes: readonly Write[], product: string, variations: readonly string[], scene: Scene) {
  const own = statusOf(product, writes, scene);
  const after = { tables: scene.tables, rows: afterWrites(writes, scene) };
  if (own) {
    const following = variations.filter((each) => !sameValue(valueIn(each, '_manage_stock', after), 'yes'));
    return following.reduce((all, each) => withStatus(all, each, own, scene, false), writes);
  }
  const statuses = variations.flatMap((each) => valueIn(each, '_stock_status', after) ?? []);
  const order: readonly Status[] = ['instock', 'onbackorder', 'outofstock'];
  const best = order.find((status) => statuses.includes(status));
  return best ? withStatus(writes, product, best, scene) : writes;
}
