/** A checkout as WooCommerce writes it, row by row, each a transaction: a counter first, and its mark after. */
import { shown, type Change, type Row } from '../../src/domain/salvage/transaction';
import { Side, shapesWith, type Rows } from './entities-world';

/** Where a shop keeps its orders: in tables of their own, or as posts. */
export type Store = 'tables' | 'posts';

interface Sold {
  item: string;
  product: string;
  qty: number;
}

const metaOf = (side: Side, product: string, name: string): number =>
  Number(shown(side.rows('postmeta', { post_id: product, meta_key: name })[0]?.['meta_value']));

const detail = (side: Side, item: string, name: string): Row | undefined =>
  side.rows('woocommerce_order_itemmeta', { order_item_id: item, meta_key: name })[0];

const linesIn = (side: Side, order: string): Sold[] =>
  side
    .rows('woocommerce_order_items', { order_id: order })
    .map((row) => shown(row['order_item_id']))
    .map((item) => ({
      item,
      product: shown(detail(side, item, '_product_id')?.['meta_value']),
      qty: Number(shown(detail(side, item, '_qty')?.['meta_value'])),
    }));

const marks = {
  recorded: ['recorded_sales', '_recorded_sales'],
  reduced: ['order_stock_reduced', '_order_stock_reduced'],
} as const;

function isMarked(side: Side, order: string, mark: keyof typeof marks): boolean {
  const [column, name] = marks[mark];
  const [row] = side.rows('wc_order_operational_data', { order_id: order });
  const [meta] = side.rows('postmeta', { post_id: order, meta_key: name });
  return row?.[column] === '1' || meta?.['meta_value'] === 'yes';
}

function setMark(side: Side, order: string, mark: keyof typeof marks): Side {
  const [column, name] = marks[mark];
  if (side.rows('wc_order_operational_data', { order_id: order }).length > 0)
    return side.set('wc_order_operational_data', { order_id: order }, { [column]: '1' });
  return side.put('postmeta', { meta_id: side.fresh(), post_id: order, meta_key: name, meta_value: 'yes' });
}

function setStatus(side: Side, order: string, status: string): Side {
  side.set('wc_orders', { id: order, type: 'shop_order' }, { status: `wc-${status}` });
  return side.set('posts', { ID: order, post_type: 'shop_order' }, { post_status: `wc-${status}` });
}

const statusOf = (side: Side, order: string): string => {
  const [row] = side.rows('wc_orders', { id: order });
  return shown((row ?? side.rows('posts', { ID: order })[0])?.[row ? 'status' : 'post_status']).replace('wc-', '');
};

/** The row to look a product up repeats what its meta says. */
const lookUp = (side: Side, product: string): Side =>
  side.set(
    'wc_product_meta_lookup',
    { product_id: product },
    {
      stock_quantity: String(metaOf(side, product, '_stock')),
      total_sales: String(metaOf(side, product, 'total_sales')),
    },
  );

const add = (side: Side, product: string, name: string, amount: number): Side =>
  side.set(
    'postmeta',
    { post_id: product, meta_key: name },
    { meta_value: String(metaOf(side, product, name) + amount) },
  );

/** A draft with its lines. */
export function draft(side: Side, store: Store, order: string, sold: readonly [product: string, qty: number][]): void {
  const legacy = store === 'posts';
  side.put('posts', {
    ID: order,
    post_type: legacy ? 'shop_order' : 'shop_order_placehold',
    post_parent: '0',
    ...(legacy && { post_status: 'wc-pending' }),
  });
  if (!legacy) {
    const head = {
      type: 'shop_order',
      parent_order_id: '0',
      status: 'wc-pending',
      currency: 'EUR',
      total_amount: '9.00',
    };
    side.put('wc_orders', { id: order, ...head });
    const none = { order_stock_reduced: '0', recorded_sales: '0', coupon_usages_are_counted: '0' };
    side.put('wc_order_operational_data', { id: order, order_id: order, order_key: `key_${order}`, ...none });
  }
  fill(side, order, sold);
}

const detailed = (side: Side, item: string, name: string, value: string): Side =>
  side.put('woocommerce_order_itemmeta', {
    meta_id: side.fresh(),
    order_item_id: item,
    meta_key: name,
    meta_value: value,
  });

function fill(side: Side, order: string, sold: readonly [product: string, qty: number][]): void {
  for (const [product, qty] of sold) {
    const item = side.fresh();
    side.put('woocommerce_order_items', {
      order_item_id: item,
      order_id: order,
      order_item_type: 'line_item',
      order_item_name: `Product ${product}`,
    });
    for (const [name, value] of Object.entries({ _product_id: product, _variation_id: '0', _qty: String(qty) }))
      detailed(side, item, name, value);
  }
}

/** The customer's cart fills the draft anew. */
export function refill(side: Side, order: string): void {
  const lines = linesIn(side, order);
  for (const { item } of lines) {
    side.drop('woocommerce_order_items', { order_item_id: item });
    side.drop('woocommerce_order_itemmeta', { order_item_id: item });
  }
  fill(
    side,
    order,
    lines.map(({ product, qty }) => [product, qty]),
  );
}

/** From a draft to a paid order; begun again, it does what is not marked. Stops after each write. */
export function* checkoutSteps(side: Side, order: string): Generator<Side> {
  if (statusOf(side, order) === 'pending') yield setStatus(side, order, 'on-hold');
  if (!isMarked(side, order, 'recorded')) {
    for (const { product, qty } of linesIn(side, order)) {
      yield add(side, product, 'total_sales', qty);
      yield lookUp(side, product);
    }
    yield setMark(side, order, 'recorded');
  }
  if (!isMarked(side, order, 'reduced')) {
    for (const { item, product, qty } of linesIn(side, order)) {
      if (detail(side, item, '_reduced_stock')) continue;
      yield add(side, product, '_stock', -qty);
      yield lookUp(side, product);
      yield detailed(side, item, '_reduced_stock', String(qty));
    }
    yield setMark(side, order, 'reduced');
  }
  if (statusOf(side, order) === 'on-hold') yield setStatus(side, order, 'processing');
}

export const checkout = (side: Side, order: string): number => [...checkoutSteps(side, order)].length;

/** All rows after the first changes. */
export function rowsAfter(rows: Rows, changes: readonly Change[]): Rows {
  const side = new Side(shapesWith('wp_'), 'wp_', rows);
  apply(side, changes);
  return Object.fromEntries([...side.tables].map(([table, all]) => [table.slice(3), [...all]]));
}

export function apply(side: Side, changes: readonly Change[]): void {
  for (const { table, ...change } of changes) {
    const bare = table.slice(3);
    if (change.action === 'insert') side.put(bare, change.after);
    else if (change.action === 'delete') side.drop(bare, change.before);
    else side.set(bare, change.before, change.after);
  }
}

/** What does not add up: each counter against the marks of orders and lines. */
export function flaws(side: Side, products: readonly string[], first: { stock: number; sales: number }): string[] {
  const orders = new Set(side.rows('woocommerce_order_items').map((row) => shown(row['order_id'])));
  const lines = [...orders].flatMap((order) => linesIn(side, order).map((line) => ({ order, ...line })));
  return products.flatMap((product) => {
    const own = lines.filter((line) => line.product === product);
    const sold = own.reduce((sum, { order, qty }) => sum + (isMarked(side, order, 'recorded') ? qty : 0), 0);
    const taken = own.reduce(
      (sum, { item }) => sum + Number(detail(side, item, '_reduced_stock')?.['meta_value'] ?? 0),
      0,
    );
    const [lookup] = side.rows('wc_product_meta_lookup', { product_id: product });
    const [stock, sales] = [metaOf(side, product, '_stock'), metaOf(side, product, 'total_sales')];
    const wrong: string[] = [];
    const check = (what: string, is: number, should: number) => {
      if (is !== should) wrong.push(`${what} of ${product} is ${is} instead of ${should}`);
    };
    check('stock', stock, first.stock - taken);
    check('sales', sales, first.sales + sold);
    check('stock to look up', Number(shown(lookup?.['stock_quantity'])), stock);
    check('sales to look up', Number(shown(lookup?.['total_sales'])), sales);
    return wrong;
  });
}
