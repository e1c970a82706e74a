<?php

declare(strict_types=1);

namespace Shop;

/**
 * The first half of a checkout through the Store API: the cart becomes a draft of an order, with nothing of it final. In the order in which
 * WooCommerce writes it.
 */
final class Draft
{
    private const SHIPPING_CENTS = 490;
    private const EMPTY_HASH = 'd751713988987e9331980363e24189ce';
    public const METHODS = ['now' => ['lab-card', 'Card'], 'later' => ['bacs', 'Direct bank transfer']];

    /**
     * A draft that the customer's session has already, because a checkout broke off, is filled anew.
     *
     * @return int the order's id
     */
    public static function write(OrderRequest $asked, ?Order $known = null): int
    {
        self::session($asked, 'cart');
        self::session($asked, 'customer');
        $id = $known === null ? self::placeholder('shop_order_placehold') : $known->id;
        $lines = array_map(static fn (array $line): array => [...Products::ofSku($line['sku']), 'qty' => $line['qty']], $asked->lines);
        if ($known === null) {
            self::header($id, $asked, $lines);
            self::refuseSecond($id, $asked->key);
        } else {
            Removing::items($id);
            Rows::update('wc_orders', ['status' => 'wc-checkout-draft'], ['id' => $id]);
        }
        self::addresses($id, $asked, $known !== null);
        Options::touch('orders');
        foreach ($lines as $line) {
            self::line($id, $line['id'], $line['name'], $line['qty'], $line['cents'] * $line['qty']);
        }
        self::shipping($id, $lines);
        $cents = array_sum(array_map(static fn (array $line): int => $line['cents'] * $line['qty'], $lines)) + self::SHIPPING_CENTS;
        Rows::update('wc_orders', ['total_amount' => Money::text($cents), 'date_updated_gmt' => gmdate('Y-m-d H:i:s')], ['id' => $id]);
        Options::touch('orders');
        Actions::import($id);
        do_action('woocommerce_new_order', $id);
        self::choosePayment($id, $asked);
        return $id;
    }

    /**
     * An order of another region may arrive while its customer sends it again: no unique key keeps the two apart. A row that is about to be
     * committed is waited for.
     */
    private static function refuseSecond(int $id, string $key): void
    {
        $other = 'SELECT order_id FROM wp_wc_order_operational_data WHERE order_key = %s AND order_id <> %d LIMIT 1 LOCK IN SHARE MODE';
        if (Rows::text($other, $key, $id) === null) {
            return;
        }
        Removing::remove($id);
        throw new Refusal(503, "order $key has just arrived from the other region");
    }

    /** The row of posts that keeps the number. */
    public static function placeholder(string $type, int $parent = 0): int
    {
        $now = gmdate('Y-m-d H:i:s');
        $id = Rows::insert('posts', [
            'post_author' => 0,
            'post_date' => $now,
            'post_date_gmt' => $now,
            'post_content' => '',
            'post_title' => '',
            'post_excerpt' => '',
            'post_status' => 'draft',
            'comment_status' => 'closed',
            'ping_status' => 'closed',
            'to_ping' => '',
            'pinged' => '',
            'post_modified' => $now,
            'post_modified_gmt' => $now,
            'post_content_filtered' => '',
            'post_parent' => $parent,
            'post_type' => $type,
        ]);
        if ($id === 0) {
            throw new Refusal(503, 'the database of this region takes no order now');
        }
        Rows::update('posts', ['guid' => "https://www.shop.test/?post_type=$type&p=$id"], ['ID' => $id]);
        return $id;
    }

    /** A line of goods with its details; amounts are negative in a refund. */
    public static function line(int $id, int $product, string $name, int $qty, int $cents): int
    {
        $item = Rows::insert('woocommerce_order_items', ['order_item_name' => $name, 'order_item_type' => 'line_item', 'order_id' => $id]);
        self::details($item, [
            '_product_id' => (string) $product,
            '_variation_id' => '0',
            '_qty' => (string) $qty,
            '_tax_class' => '',
            '_line_subtotal' => Money::text($cents),
            '_line_subtotal_tax' => '0',
            '_line_total' => Money::text($cents),
            '_line_tax' => '0',
            '_line_tax_data' => 'a:2:{s:5:"total";a:0:{}s:8:"subtotal";a:0:{}}',
        ]);
        return $item;
    }

    /** @param array<string, string> $values */
    public static function details(int $item, array $values): void
    {
        foreach ($values as $name => $value) {
            Rows::insert('woocommerce_order_itemmeta', ['order_item_id' => $item, 'meta_key' => $name, 'meta_value' => $value]);
        }
    }

    /** The trace that WooCommerce keeps of a checkout under way: each save replaces the row. */
    public static function trace(int $id, int $times, string $name = '_debug_log_source'): void
    {
        for ($saves = 0; $saves < $times; $saves++) {
            Rows::delete('wc_orders_meta', ['order_id' => $id, 'meta_key' => '_debug_log_source']);
            Rows::insert('wc_orders_meta', ['order_id' => $id, 'meta_key' => $name, 'meta_value' => 'place-order-debug-' . substr(md5((string) $id), 0, 8)]);
        }
    }

    /** The customer's cart in the database, as every visitor has one. */
    public static function session(OrderRequest $asked, string $what): void
    {
        global $wpdb;
        $value = serialize([$what => wp_json_encode($asked->lines), 'customer' => $asked->customer]);
        $wpdb->query($wpdb->prepare(
            'INSERT INTO wp_woocommerce_sessions (session_key, session_value, session_expiry) VALUES (%s, %s, %d)'
            . ' ON DUPLICATE KEY UPDATE session_value = VALUES(session_value), session_expiry = VALUES(session_expiry)',
            't_' . substr(md5($asked->key), 0, 30),
            $value,
            time() + 172800,
        ));
    }

    /** @param list<array{qty: int, sku: string}> $lines */
    private static function header(int $id, OrderRequest $asked, array $lines): void
    {
        $now = gmdate('Y-m-d H:i:s');
        Rows::insert('wc_orders', [
            'id' => $id,
            'status' => 'wc-checkout-draft',
            'currency' => 'EUR',
            'type' => 'shop_order',
            'tax_amount' => '0',
            'total_amount' => '0',
            'customer_id' => $asked->customerId(),
            'billing_email' => $asked->email(),
            'date_created_gmt' => $now,
            'date_updated_gmt' => $now,
            'parent_order_id' => 0,
            'payment_method' => '',
            'payment_method_title' => '',
            'transaction_id' => '',
            'ip_address' => '127.0.0.1',
            'user_agent' => 'shopper',
            'customer_note' => '',
        ]);
        Rows::insert('wc_order_operational_data', [
            'order_id' => $id,
            'created_via' => 'store-api',
            'woocommerce_version' => '11.0.1',
            'prices_include_tax' => 0,
            'coupon_usages_are_counted' => 0,
            'download_permission_granted' => 0,
            'cart_hash' => md5((string) wp_json_encode($lines)),
            'new_order_email_sent' => 0,
            'order_key' => $asked->key,
            'order_stock_reduced' => 0,
            'date_paid_gmt' => null,
            'date_completed_gmt' => null,
            'shipping_tax_amount' => '0',
            'shipping_total_amount' => Money::text(self::SHIPPING_CENTS),
            'discount_tax_amount' => '0',
            'discount_total_amount' => '0',
            'recorded_sales' => 0,
        ]);
    }

    private static function addresses(int $id, OrderRequest $asked, bool $isKnown): void
    {
        $who = ['first_name' => $asked->customer, 'last_name' => 'Shopper', 'company' => null, 'address_1' => 'Main Street 1', 'address_2' => null];
        $where = ['city' => 'Town', 'state' => null, 'postcode' => '10115', 'country' => 'DE'];
        $has = static fn (string $table, string $column, string $value): bool => $isKnown
            && Rows::text("SELECT 1 FROM wp_$table WHERE order_id = %d AND $column = %s LIMIT 1", $id, $value) !== null;
        foreach (['billing' => $asked->email(), 'shipping' => null] as $type => $email) {
            if ($has('wc_order_addresses', 'address_type', $type)) {
                continue;
            }
            Rows::insert('wc_order_addresses', ['order_id' => $id, 'address_type' => $type, ...$who, ...$where, 'email' => $email, 'phone' => '030 1']);
        }
        $index = "{$asked->customer} Shopper  Main Street 1  Town  10115 DE";
        $hashes = ['_shipping_hash' => md5($asked->key), '_coupons_hash' => self::EMPTY_HASH, '_fees_hash' => self::EMPTY_HASH, '_taxes_hash' => self::EMPTY_HASH];
        $indexes = ['_billing_address_index' => "$index {$asked->email()} 030 1", '_shipping_address_index' => "$index 030 1"];
        foreach ([...$hashes, 'is_vat_exempt' => 'no', ...$indexes] as $name => $value) {
            if ($has('wc_orders_meta', 'meta_key', $name)) {
                continue;
            }
            Rows::insert('wc_orders_meta', ['order_id' => $id, 'meta_key' => $name, 'meta_value' => $value]);
        }
    }

    /** @param list<array{name: string, qty: int}> $lines */
    private static function shipping(int $id, array $lines): void
    {
        $item = Rows::insert('woocommerce_order_items', ['order_item_name' => 'Flat rate', 'order_item_type' => 'shipping', 'order_id' => $id]);
        self::details($item, [
            'method_id' => 'flat_rate',
            'instance_id' => '1',
            'cost' => Money::text(self::SHIPPING_CENTS),
            'total_tax' => '0',
            'taxes' => 'a:1:{s:5:"total";a:0:{}}',
            'Items' => implode(', ', array_map(static fn (array $line): string => "{$line['name']} &times; {$line['qty']}", $lines)),
        ]);
    }

    private static function choosePayment(int $id, OrderRequest $asked): void
    {
        self::trace($id, 3);
        [$method, $title] = self::METHODS[$asked->payNow ? 'now' : 'later'];
        Rows::update('wc_orders', ['payment_method' => $method, 'payment_method_title' => $title], ['id' => $id]);
        // What a gateway's plugin keeps of its own.
        Rows::delete('wc_orders_meta', ['order_id' => $id, 'meta_key' => '_payment_intent']);
        Rows::insert('wc_orders_meta', ['order_id' => $id, 'meta_key' => '_payment_intent', 'meta_value' => $asked->intent]);
        self::trace($id, 3);
    }
}
