/** A shop of two products, and a draft of an order for both of them that both regions have. */
import { shapesWith, Side, type Rows } from './entities-world';
import { draft, rowsAfter, type Store } from './checkout-world';

export const products = ['5', '6'];
export const first = { stock: 50, sales: 10 };

const shop: Rows = {
  posts: products.map((ID) => ({ ID, post_type: 'product', post_parent: '0' })),
  postmeta: products.flatMap((post_id, at) => [
    { meta_id: String(at * 2 + 1), post_id, meta_key: '_stock', meta_value: String(first.stock) },
    { meta_id: String(at * 2 + 2), post_id, meta_key: 'total_sales', meta_value: String(first.sales) },
  ]),
  wc_product_meta_lookup: products.map((product_id) => ({
    product_id,
    stock_quantity: String(first.stock),
    total_sales: String(first.sales),
  })),
};

export const sideWith = (rows: Rows) => new Side(shapesWith('wp_'), 'wp_', rows);

export function shopWithDraft(store: Store): Rows {
  const side = sideWith(shop);
  draft(side, store, '7', [
    ['5', 3],
    ['6', 1],
  ]);
  return rowsAfter(shop, side.changes);
}
