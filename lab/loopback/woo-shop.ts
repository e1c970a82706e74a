/** A shop as WordPress runs it: every row is written by a transaction of its own. Tables beside those of `own-shop.sql`. */
export const wooTables = `USE shop;
CREATE TABLE wp_wc_orders_meta (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, order_id bigint unsigned NULL, meta_key varchar(255), meta_value text NULL,
  KEY order_id (order_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE wp_actionscheduler_actions (action_id bigint unsigned AUTO_INCREMENT PRIMARY KEY, hook varchar(191) NOT NULL, status varchar(20) NOT NULL,
  args varchar(191), attempts int NOT NULL DEFAULT 0) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

/** The statements of one order, with `meta` rows that plugins add: a real shop of 2026-11 wrote 130 transactions an order. */
export function wooOrder(key: string, meta: number): string[] {
  return [
    `INSERT INTO wp_wc_orders (status, currency, total_amount, customer_id, billing_email, payment_method, date_created_gmt, date_updated_gmt)
       VALUES ('pending', 'EUR', 25.98, 17, '${key}@customers.test', 'card', UTC_TIMESTAMP(), UTC_TIMESTAMP())`,
    'SET @o = LAST_INSERT_ID()',
    `INSERT INTO wp_wc_order_operational_data (order_id, order_key, created_region, created_epoch) VALUES (@o, '${key}', 'A', 1)`,
    "INSERT INTO wp_woocommerce_order_items (order_id, order_item_name, order_item_type) VALUES (@o, 'sku-01', 'line_item')",
    'SET @i = LAST_INSERT_ID()',
    "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (@i, '_qty', '2')",
    ...Array.from(
      { length: meta },
      (_, n) =>
        `INSERT INTO wp_wc_orders_meta (order_id, meta_key, meta_value) VALUES (@o, '_meta_${n}', REPEAT('x', 40))`,
    ),
    "UPDATE wp_handover_stock SET stock = stock - 2 WHERE sku = 'sku-01'",
    `UPDATE wp_wc_orders SET status = 'processing', transaction_id = 'ch_${key}', date_updated_gmt = UTC_TIMESTAMP() WHERE id = @o`,
    `INSERT INTO wp_actionscheduler_actions (hook, status, args) VALUES ('deliver_webhook', 'pending', CONCAT('[12,', @o, ']'))`,
    'SET @a = LAST_INSERT_ID()',
    "UPDATE wp_actionscheduler_actions SET status = 'in-progress', attempts = 1 WHERE action_id = @a",
    "UPDATE wp_actionscheduler_actions SET status = 'complete' WHERE action_id = @a",
  ];
}
