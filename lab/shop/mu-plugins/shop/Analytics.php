<?php

declare(strict_types=1);

namespace Shop;

/** The tables that WooCommerce computes from an order for its reports. */
final class Analytics
{
    public static function import(int $orderId): void
    {
        $row = Rows::one('SELECT * FROM wp_wc_orders WHERE id = %d', $orderId);
        if ($row === null || $row['status'] === 'wc-checkout-draft') {
            return;
        }
        $parent = (int) $row['parent_order_id'];
        $order = Order::byId($parent === 0 ? $orderId : $parent);
        if ($order === null) {
            return;
        }
        $customer = self::customer($order);
        $items = Rows::all(
            "SELECT i.order_item_id AS item, p.meta_value AS product, q.meta_value AS qty, t.meta_value AS total FROM wp_woocommerce_order_items i"
            . " JOIN wp_woocommerce_order_itemmeta p ON p.order_item_id = i.order_item_id AND p.meta_key = '_product_id'"
            . " JOIN wp_woocommerce_order_itemmeta q ON q.order_item_id = i.order_item_id AND q.meta_key = '_qty'"
            . " JOIN wp_woocommerce_order_itemmeta t ON t.order_item_id = i.order_item_id AND t.meta_key = '_line_total'"
            . ' WHERE i.order_id = %d ORDER BY i.order_item_id',
            $orderId,
        );
        self::stats($row, $parent, $customer, $items);
        foreach ($items as $item) {
            Rows::replace('wc_order_product_lookup', [
                'order_item_id' => (int) $item['item'],
                'order_id' => $orderId,
                'product_id' => (int) $item['product'],
                'variation_id' => 0,
                'customer_id' => $customer,
                'date_created' => (string) $row['date_created_gmt'],
                'product_qty' => (int) $item['qty'],
                'product_net_revenue' => (string) $item['total'],
                'product_gross_revenue' => (string) $item['total'],
                'coupon_amount' => 0,
                'tax_amount' => 0,
                'shipping_amount' => 0,
                'shipping_tax_amount' => 0,
            ]);
        }
        Options::touch('woocommerce_reports');
    }

    private static function customer(Order $order): int
    {
        $known = $order->customer() > 0
            ? Rows::text('SELECT customer_id FROM wp_wc_customer_lookup WHERE user_id = %d', $order->customer())
            : Rows::text('SELECT customer_id FROM wp_wc_customer_lookup WHERE email = %s AND user_id IS NULL', $order->email());
        return $known !== null ? (int) $known : Rows::insert('wc_customer_lookup', [
            'user_id' => $order->customer() > 0 ? $order->customer() : null,
            'username' => '',
            'first_name' => strtok($order->email(), '@'),
            'last_name' => 'Shopper',
            'email' => $order->email(),
            'date_last_active' => gmdate('Y-m-d H:i:s'),
            'date_registered' => null,
            'country' => 'DE',
            'postcode' => '10115',
            'city' => 'Town',
            'state' => '',
        ]);
    }

    /**
     * @param array<string, string|null> $row
     * @param list<array<string, string|null>> $items
     */
    private static function stats(array $row, int $parent, int $customer, array $items): void
    {
        $paid = Rows::text('SELECT date_paid_gmt FROM wp_wc_order_operational_data WHERE order_id = %d', (int) $row['id']);
        $net = array_sum(array_map(static fn (array $item): int => Money::cents((string) $item['total']), $items));
        $total = Money::cents((string) $row['total_amount']);
        Rows::replace('wc_order_stats', [
            'order_id' => (int) $row['id'],
            'parent_id' => $parent,
            'date_created' => (string) $row['date_created_gmt'],
            'date_created_gmt' => (string) $row['date_created_gmt'],
            'date_paid' => $paid,
            'date_completed' => null,
            'num_items_sold' => array_sum(array_map(static fn (array $item): int => (int) $item['qty'], $items)),
            'total_sales' => Money::text($total),
            'tax_total' => 0,
            'shipping_total' => Money::text($total - $net),
            'net_total' => Money::text($net),
            'returning_customer' => 0,
            'status' => (string) $row['status'],
            'customer_id' => $customer,
        ]);
    }
}
