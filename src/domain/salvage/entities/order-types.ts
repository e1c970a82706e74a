/** Types of orders: what belongs to one that a plugin made is not known. */
import type { Ruling } from '../ruling';
import { shown, type Row } from '../transaction';
import type { Found } from './gather';
import { isOrderType } from './roles';
import { listed } from './rulings';
import type { Scene } from './scene';

const typeColumns = { wc_orders: 'type', posts: 'post_type' } as const;

/** The type by which either region has an order, where that is none of WooCommerce's own. */
function strangeType({ id }: Found, { tables, folds, rows }: Scene): string | undefined {
  for (const [bare, column] of Object.entries(typeColumns)) {
    const table = tables.named(bare);
    if (!tables.shapes.has(table)) continue;
    const [theirs, ours] = [folds.theirs.get(table, id), folds.ours.get(table, id)];
    const [key = 'id'] = tables.shapeOf(table).primary;
    const known: (Row | undefined)[] = [theirs?.after, theirs?.before, ours?.after, ours?.before];
    const type = (known.find(Boolean) ?? rows({ table, where: { [key]: id } })[0])?.[column];
    if (type != null && type !== '' && !isOrderType(shown(type))) return shown(type);
  }
  return undefined;
}

/** Lists an order of a type that is not known, with all that is its own; undefined for all others. */
export function strangeOrder(found: Found, scene: Scene): Ruling | undefined {
  const type = strangeType(found, scene);
  if (type === undefined || found.theirs.every(({ part }) => part === 'quiet')) return undefined;
  const spelt = /^[\w-]{1,20}$/.test(type) ? type : 'that is not spelt as one';
  const because = `Order ${found.id} has the type ${spelt}, which handover does not know, so nothing of the deposed region's was brought over: see in the plugin that makes such orders what belongs to it, then apply the item whole or dismiss it.`;
  return { ...listed(because, scene, found), orderId: found.id };
}
