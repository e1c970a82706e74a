-- What the lab's shop has in its tables before the first order: the runbook's own tables, settings, twenty products and a coupon.

CREATE TABLE handover_epoch (
  site varchar(63) NOT NULL, epoch bigint unsigned NOT NULL, region varchar(16) NOT NULL, verified_epoch bigint unsigned NOT NULL,
  changed_at datetime(6) NOT NULL, PRIMARY KEY (site)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE handover_heartbeat (
  region varchar(16) NOT NULL, at datetime(6) NOT NULL, epoch bigint unsigned NOT NULL, PRIMARY KEY (region)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO wp_options (option_name, option_value, autoload) VALUES
  ('woocommerce_db_version', '11.0.1', 'on'), ('woocommerce_version', '11.0.1', 'on'), ('woocommerce_manage_stock', 'yes', 'on'),
  ('woocommerce_custom_orders_table_enabled', 'yes', 'on'), ('woocommerce_custom_orders_table_data_sync_enabled', 'no', 'on'),
  ('_transient_orders-transient-version', '0', 'on'), ('_transient_product_query-transient-version', '0', 'on'),
  ('_transient_product-transient-version', '0', 'on'), ('_transient_woocommerce_reports-transient-version', '0', 'on');

INSERT INTO wp_actionscheduler_groups (slug) VALUES ('action-scheduler-migration'), ('wc-admin-data'), ('lab-shop');

-- Plenty of each product: the lab tests transfers, not scarcity.
INSERT INTO wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, post_name, to_ping, pinged,
    post_modified, post_modified_gmt, post_content_filtered, guid, post_type)
  WITH RECURSIVE twenty (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM twenty WHERE seq < 20)
  SELECT 1, NOW(), UTC_TIMESTAMP(), '', CONCAT('Product ', seq), '', 'publish', CONCAT('sku-', LPAD(seq, 2, '0')), '', '', NOW(), UTC_TIMESTAMP(), '',
    CONCAT('https://www.shop.test/product/sku-', LPAD(seq, 2, '0')), 'product' FROM twenty;
INSERT INTO wp_postmeta (post_id, meta_key, meta_value)
  SELECT ID, '_sku', post_name FROM wp_posts WHERE post_type = 'product'
  UNION ALL SELECT ID, '_regular_price', ROUND(4.99 + 3 * SUBSTR(post_name, 5), 2) FROM wp_posts WHERE post_type = 'product'
  UNION ALL SELECT ID, '_price', ROUND(4.99 + 3 * SUBSTR(post_name, 5), 2) FROM wp_posts WHERE post_type = 'product';
INSERT INTO wp_postmeta (post_id, meta_key, meta_value)
  SELECT p.ID, m.name, m.value FROM wp_posts p JOIN (
    SELECT 'total_sales' AS name, '0' AS value UNION ALL SELECT '_tax_status', 'taxable' UNION ALL SELECT '_tax_class', ''
    UNION ALL SELECT '_manage_stock', 'yes' UNION ALL SELECT '_backorders', 'no' UNION ALL SELECT '_sold_individually', 'no'
    UNION ALL SELECT '_virtual', 'no' UNION ALL SELECT '_downloadable', 'no' UNION ALL SELECT '_stock', '10000000'
    UNION ALL SELECT '_initial_stock', '10000000' UNION ALL SELECT '_stock_status', 'instock' UNION ALL SELECT '_product_version', '11.0.1'
  ) m WHERE p.post_type = 'product';
INSERT INTO wp_wc_product_meta_lookup (product_id, sku, min_price, max_price, stock_quantity)
  SELECT ID, post_name, 4.99 + 3 * SUBSTR(post_name, 5), 4.99 + 3 * SUBSTR(post_name, 5), 10000000 FROM wp_posts WHERE post_type = 'product';

-- Last: from here on region A serves.
INSERT INTO handover_epoch (site, epoch, region, verified_epoch, changed_at) VALUES ('lab', 1, 'A', 1, UTC_TIMESTAMP(6));
