/** Orders that a region placed behind the point: new ones, and checkouts that were under way when the regions parted. */
import type { Row, Value } from '../transaction';
import { shown } from '../transaction';
import type { Fold } from './fold';
import type { ShopTables } from './tables';
import { counting } from './tail';

/** Where an order is: its row among the orders, or a post. */
export const placedRoots = [
  { bare: 'wc_orders', id: 'id', status: 'status' },
  { bare: 'posts', id: 'ID', status: 'post_status' },
] as const;

export const isPlaced = (status: Value | undefined): boolean => counting.has(shown(status).replace(/^wc-/, ''));

type Root = (typeof placedRoots)[number];

/** Also one that is new and not placed yet. */
export const isPlacedIn = (net: { before?: Row; after?: Row }, { status }: Root): boolean => {
  const { before, after } = net;
  if (!after || after['post_type'] === 'shop_order_placehold') return false;
  return !before || (!isPlaced(before[status]) && isPlaced(after[status]));
};

export const isPlacedBy = (fold: Fold, id: string, tables: ShopTables): boolean =>
  placedRoots.some((root) => {
    const net = fold.get(tables.named(root.bare), id);
    return net !== undefined && isPlacedIn(net, root);
  });
