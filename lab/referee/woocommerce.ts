/** What the judge needs of a shop, from WooCommerce's own tables, whoever wrote them. */
import type { Database } from './database';
import type { ActionStart, DatabaseView, LineRow, OrderParts, OrderRow, RefundRow, StockRow } from './shop-rows';

const ORDERS = `SELECT o.id, SUBSTR(o.status, 4) AS status, o.currency, o.total_amount AS total, COALESCE(o.transaction_id, '') AS transactionId,
  o.billing_email AS email, o.customer_id AS customerId, o.payment_method AS paymentMethod,
  CAST(UNIX_TIMESTAMP(o.date_created_gmt) AS UNSIGNED) * 1000 AS createdAt, COALESCE(p.order_key, '') AS \`key\`, '' AS intent,
  (SELECT COUNT(*) FROM wp_posts w WHERE w.ID = o.id) AS posts,
  (SELECT COUNT(*) FROM wp_wc_order_operational_data d WHERE d.order_id = o.id) AS operational,
  (SELECT COUNT(*) FROM wp_wc_order_addresses a WHERE a.order_id = o.id AND a.address_type = 'billing') AS billing,
  COALESCE(p.order_stock_reduced, 0) AS stockReduced, COALESCE(p.recorded_sales, 0) AS salesRecorded, p.date_paid_gmt IS NOT NULL AS datePaid,
  COALESCE(p.shipping_total_amount, 0) + COALESCE(p.shipping_tax_amount, 0) AS shipping
  FROM wp_wc_orders o LEFT JOIN wp_wc_order_operational_data p ON p.order_id = o.id
  WHERE o.type = 'shop_order' AND o.status <> 'wc-checkout-draft'`;

const DRAFTS = "SELECT COUNT(*) AS drafts FROM wp_wc_orders WHERE status = 'wc-checkout-draft'";

const REFUNDS =
  "SELECT id, parent_order_id AS parentId, total_amount AS total FROM wp_wc_orders WHERE type = 'shop_order_refund'";

/** Each line has these once, and nothing else but marks of its stock. */
const DETAILS = [
  ...['_product_id', '_variation_id', '_qty', '_tax_class', '_line_subtotal', '_line_subtotal_tax'],
  ...['_line_total', '_line_tax', '_line_tax_data'],
];
const MARKS = ['_reduced_stock', '_restock_refunded_items'];
const of = (name: string) => `MAX(CASE WHEN m.meta_key = '${name}' THEN m.meta_value END)`;
const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/** Also lines of an order that is not there; a draft's are no order's. */
const LINES = `SELECT i.order_id AS orderId, COALESCE(MAX(s.meta_value), 'no product') AS sku, ${of('_qty')} + 0 AS qty, ${of('_line_total')} AS total,
  COALESCE(${of('_line_tax')}, '0') AS tax, COALESCE(${of('_reduced_stock')}, 0) + 0 AS reduced,
  CONCAT_WS(', ', GROUP_CONCAT(CASE WHEN m.meta_key NOT IN (${list([...DETAILS, ...MARKS])}) THEN m.meta_key END),
    CASE WHEN COUNT(DISTINCT m.meta_key) <> COUNT(*) THEN 'one of them twice' END,
    CASE WHEN SUM(m.meta_key IN (${list(DETAILS)})) <> ${DETAILS.length} THEN 'not all of them' END) AS otherMeta
  FROM wp_woocommerce_order_items i
  LEFT JOIN wp_wc_orders o ON o.id = i.order_id
  LEFT JOIN wp_woocommerce_order_itemmeta m ON m.order_item_id = i.order_item_id
  LEFT JOIN wp_woocommerce_order_itemmeta g ON g.order_item_id = i.order_item_id AND g.meta_key = '_product_id' AND m.meta_key = '_product_id'
  LEFT JOIN wp_postmeta s ON s.post_id = g.meta_value AND s.meta_key = '_sku'
  WHERE i.order_item_type = 'line_item' AND (o.id IS NULL OR (o.type = 'shop_order' AND o.status <> 'wc-checkout-draft')) GROUP BY i.order_item_id`;

/** What a product had at first is a note of the lab on the product. */
const STOCK = `SELECT l.sku, l.stock_quantity AS stockLookup, l.total_sales AS salesLookup, ${of('_initial_stock')} + 0 AS initial,
  ${of('_stock')} + 0 AS stock, ${of('total_sales')} + 0 AS sales
  FROM wp_wc_product_meta_lookup l JOIN wp_postmeta m ON m.post_id = l.product_id GROUP BY l.product_id`;

const STARTS = `SELECT l.action_id AS action, a.hook, IF(l.log_id % 2 = 1, 'A', 'B') AS region,
  CAST(UNIX_TIMESTAMP(l.log_date_gmt) AS UNSIGNED) * 1000 AS at
  FROM wp_actionscheduler_logs l JOIN wp_actionscheduler_actions a ON a.action_id = l.action_id
  WHERE l.message LIKE 'action started%' ORDER BY l.log_date_gmt, l.log_id`;

/** What an order owes is an action that waits, with the order's number as its argument. */
const OWED = `SELECT hook, REPLACE(REPLACE(args, '[', ''), ']', '') + 0 AS id FROM wp_actionscheduler_actions
  WHERE hook IN ('lab_send_receipt', 'lab_send_event') AND status IN ('pending', 'in-progress')`;

/** Reads it all; call `openSnapshot` first, so that it belongs to one moment. */
export async function viewOf(database: Database, readAt: number): Promise<DatabaseView> {
  const orders = await database.rows<Omit<OrderRow, 'parts'> & OrderParts>(ORDERS);
  const owed = await database.rows<{ id: number; hook: string }>(OWED);
  const owedOf = (hook: string) => owed.filter((row) => row.hook === hook).map((row) => row.id);
  return {
    region: database.region,
    readAt,
    orders: orders.map(withParts),
    drafts: (await database.row<{ drafts: number }>(DRAFTS)).drafts,
    refunds: await database.rows<RefundRow>(REFUNDS),
    lines: await database.rows<LineRow>(LINES),
    stock: await database.rows<StockRow>(STOCK),
    actionStarts: await database.rows<ActionStart>(STARTS),
    owedMails: owedOf('lab_send_receipt'),
    owedEvents: owedOf('lab_send_event'),
    nextOrderId: await nextOrderId(database),
  };
}

function withParts(row: Omit<OrderRow, 'parts'> & OrderParts): OrderRow {
  const { posts, operational, billing, stockReduced, salesRecorded, datePaid, shipping, ...order } = row;
  return { ...order, parts: { posts, operational, billing, stockReduced, salesRecorded, datePaid, shipping } };
}

/** Orders take their numbers from posts. */
async function nextOrderId(database: Database): Promise<DatabaseView['nextOrderId']> {
  const { value } = await database.row<{ value: number }>(
    "SELECT auto_increment AS value FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'wp_posts'",
  );
  const step = await database.row<{ increment: number; offset: number }>(
    'SELECT @@global.auto_increment_increment AS `increment`, @@global.auto_increment_offset AS `offset`',
  );
  return { value, ...step };
}
