-- A shop that keeps to transactions: one for each order, unique order keys, and a stock of its own that is no column of WooCommerce's.

CREATE TABLE handover_epoch (
  site varchar(63) NOT NULL,
  epoch bigint unsigned NOT NULL,
  region varchar(16) NOT NULL,
  verified_epoch bigint unsigned NOT NULL,
  changed_at datetime(6) NOT NULL,
  PRIMARY KEY (site)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE handover_heartbeat (
  region varchar(16) NOT NULL,
  at datetime(6) NOT NULL,
  epoch bigint unsigned NOT NULL,
  PRIMARY KEY (region)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE handover_canary (
  canary_key varchar(100) NOT NULL,
  epoch bigint unsigned NOT NULL,
  region varchar(16) NOT NULL,
  at datetime(6) NOT NULL,
  PRIMARY KEY (canary_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE wp_wc_orders (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  status varchar(20) NOT NULL,
  currency varchar(10) NOT NULL,
  total_amount decimal(26,8) NOT NULL,
  customer_id bigint unsigned NOT NULL,
  billing_email varchar(320) NOT NULL,
  payment_method varchar(100) NOT NULL,
  transaction_id varchar(100) NULL,
  date_created_gmt datetime NOT NULL,
  date_updated_gmt datetime NOT NULL,
  PRIMARY KEY (id),
  KEY status_created (status, date_created_gmt)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE wp_wc_order_operational_data (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  order_id bigint unsigned NOT NULL,
  order_key varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_region varchar(16) NOT NULL,
  created_epoch bigint unsigned NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY order_id (order_id),
  UNIQUE KEY order_key (order_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE wp_woocommerce_order_items (
  order_item_id bigint unsigned NOT NULL AUTO_INCREMENT,
  order_id bigint unsigned NOT NULL,
  order_item_name varchar(100) NOT NULL,
  order_item_type varchar(200) NOT NULL,
  PRIMARY KEY (order_item_id),
  KEY order_id (order_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE wp_woocommerce_order_itemmeta (
  meta_id bigint unsigned NOT NULL AUTO_INCREMENT,
  order_item_id bigint unsigned NOT NULL,
  meta_key varchar(64) NOT NULL,
  meta_value varchar(255) NOT NULL,
  PRIMARY KEY (meta_id),
  KEY order_item_id (order_item_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE wp_handover_stock (
  sku varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  price decimal(10,2) NOT NULL,
  stock_initial bigint NOT NULL,
  stock bigint NOT NULL,
  PRIMARY KEY (sku)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE wp_handover_scheduler_runs (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  region varchar(16) NOT NULL,
  epoch bigint unsigned NOT NULL,
  at datetime(6) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Twenty products, plenty of each: the lab tests transfers, not scarcity.
INSERT INTO wp_handover_stock (sku, price, stock_initial, stock)
  SELECT CONCAT('sku-', LPAD(seq, 2, '0')), 4.99 + 3 * seq, 10000000, 10000000 FROM seq_1_to_20;

-- Last: from here on region A serves.
INSERT INTO handover_epoch (site, epoch, region, verified_epoch, changed_at) VALUES ('lab', 1, 'A', 1, UTC_TIMESTAMP(6));
