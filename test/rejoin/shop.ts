import type { RejoinPair, Region } from './pair';

export interface Line {
  sku: string;
  qty: number;
}

/** One order as the shop of `lab/loopback/own-shop.sql` writes it: header, operational row, items, item meta, stock; one transaction. One payment has one customer. */
export async function place(
  pair: RejoinPair,
  region: Region,
  key: string,
  intent = `intent-${key}`,
  lines: Line[] = [{ sku: 'sku-01', qty: 2 }],
): Promise<void> {
  const items = lines.flatMap(({ sku, qty }): [string, ...unknown[]][] => [
    [
      "INSERT INTO wp_woocommerce_order_items (order_id, order_item_name, order_item_type) VALUES (@order, ?, 'line_item')",
      sku,
    ],
    [
      "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (LAST_INSERT_ID(), '_qty', ?)",
      String(qty),
    ],
  ]);
  await pair.shop(region, [
    [
      `INSERT INTO wp_wc_orders (status, currency, total_amount, customer_id, billing_email, payment_method, date_created_gmt, date_updated_gmt)
       VALUES ('pending', 'EUR', 25.98, 17, ?, 'lab-gateway', UTC_TIMESTAMP(), UTC_TIMESTAMP())`,
      `${intent}@customers.test`,
    ],
    ['SET @order = LAST_INSERT_ID()'],
    [
      'INSERT INTO wp_wc_order_operational_data (order_id, order_key, created_region, created_epoch) VALUES (@order, ?, ?, 1)',
      key,
      region,
    ],
    ...items,
    ...lines.map(({ sku, qty }): [string, ...unknown[]] => [
      'UPDATE wp_handover_stock SET stock = stock - ? WHERE sku = ?',
      qty,
      sku,
    ]),
  ]);
}

const mark =
  (status: string) =>
  (pair: RejoinPair, region: Region, key: string, payment = `charge-${key}`) =>
    pair.shop(region, [
      [
        `UPDATE wp_wc_orders o JOIN wp_wc_order_operational_data p ON p.order_id = o.id
       SET o.status = ?, o.transaction_id = ?, o.date_updated_gmt = UTC_TIMESTAMP() WHERE p.order_key = ?`,
        status,
        payment,
        key,
      ],
    ]);
export const pay = mark('processing');
export const refund = mark('refunded');

/** One round of the scheduler: a heartbeat and its trace. */
export const beat = (pair: RejoinPair, region: Region) =>
  pair.shop(region, [
    ['REPLACE INTO handover_heartbeat VALUES (?, UTC_TIMESTAMP(6), 1)', region],
    ['INSERT INTO wp_handover_scheduler_runs (region, epoch, at) VALUES (?, 1, UTC_TIMESTAMP(6))', region],
  ]);

/** Everything about an order that its customer can see. */
export async function orderIn(pair: RejoinPair, region: Region, key: string): Promise<string> {
  const rows = await pair.rows(
    region,
    `SELECT o.id, o.status, o.total_amount, o.billing_email, o.transaction_id, i.order_item_id, i.order_item_name, m.meta_key, m.meta_value
     FROM wp_wc_order_operational_data p JOIN wp_wc_orders o ON o.id = p.order_id LEFT JOIN wp_woocommerce_order_items i ON i.order_id = o.id
     LEFT JOIN wp_woocommerce_order_itemmeta m ON m.order_item_id = i.order_item_id WHERE p.order_key = '${key}' ORDER BY i.order_item_id, m.meta_id`,
  );
  return JSON.stringify(rows);
}

export async function idIn(pair: RejoinPair, region: Region, key: string): Promise<string> {
  const rows = await pair.rows(
    region,
    `SELECT CAST(order_id AS CHAR) AS id FROM wp_wc_order_operational_data WHERE order_key = '${key}'`,
  );
  return String(rows[0]?.['id']);
}

export async function statusIn(pair: RejoinPair, region: Region, key: string): Promise<string> {
  const rows = await pair.rows(
    region,
    `SELECT o.status FROM wp_wc_orders o JOIN wp_wc_order_operational_data p ON p.order_id = o.id WHERE p.order_key = '${key}'`,
  );
  return typeof rows[0]?.['status'] === 'string' ? rows[0]['status'] : 'absent';
}

export async function stockIn(pair: RejoinPair, region: Region, sku = 'sku-01'): Promise<number> {
  const rows = await pair.rows(
    region,
    `SELECT stock_initial - stock AS sold FROM wp_handover_stock WHERE sku = '${sku}'`,
  );
  return Number(rows[0]?.['sold']);
}
