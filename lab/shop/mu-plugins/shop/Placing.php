<?php

declare(strict_types=1);

namespace Shop;

/**
 * The second half of a checkout: a draft becomes an order that waits for its payment. Each part looks whether it was done before, so that an
 * order which a fence cut in half becomes whole when its customer tries again.
 */
final class Placing
{
    public static function place(Order $order, OrderRequest $asked): void
    {
        self::hold($order);
        self::status($order, 'pending');
        Rows::update('wc_order_operational_data', ['coupon_usages_are_counted' => 1], ['order_id' => $order->id]);
        self::status($order, 'on-hold');
        self::complete($order->again());
        Draft::trace($order->id, 1);
        Draft::trace($order->id, 1, '_debug_log_source_pending_deletion');
        Draft::session($asked, 'empty');
    }

    /** What an order on hold still lacks: sales, stock, notes. */
    public static function complete(Order $order): void
    {
        $mark = ['order_id' => $order->id];
        if (!$order->has('recorded_sales')) {
            foreach ($order->lines as $line) {
                Products::sell($line['sku'], $line['qty']);
            }
            Rows::update('wc_order_operational_data', ['recorded_sales' => 1], $mark);
        }
        if (!$order->has('order_stock_reduced')) {
            self::reduceStock($order);
            Rows::update('wc_order_operational_data', ['order_stock_reduced' => 1], $mark);
            foreach ($order->lines as $line) {
                Rows::delete('wc_reserved_stock', ['order_id' => $order->id, 'product_id' => $line['product']]);
            }
        }
        if (!$order->has('new_order_email_sent')) {
            Notes::add($order->id, 'Awaiting payment. Order status changed from Pending payment to On hold.', 'order_update');
            Notes::add($order->id, 'Email "New order" sent.', 'email_notification');
            Rows::update('wc_order_operational_data', ['new_order_email_sent' => 1], $mark);
            Notes::add($order->id, 'Email "Order on-hold" sent.', 'email_notification');
        }
    }

    private static function hold(Order $order): void
    {
        $now = gmdate('Y-m-d H:i:s');
        foreach ($order->lines as $line) {
            Rows::insert('wc_reserved_stock', [
                'order_id' => $order->id,
                'product_id' => $line['product'],
                'stock_quantity' => $line['qty'],
                'timestamp' => $now,
                'expires' => gmdate('Y-m-d H:i:s', time() + 3600),
            ]);
        }
        $held = array_map(static fn (array $line): string => "- {$line['name']} ({$line['sku']}) &times; {$line['qty']}", $order->lines);
        Notes::add($order->id, 'Stock hold of 60 minutes applied to: <br>' . implode('<br>', $held), 'product_stock');
        Draft::trace($order->id, 1);
    }

    private static function reduceStock(Order $order): void
    {
        $changes = [];
        foreach ($order->lines as $line) {
            if ($line['reduced'] > 0) {
                continue;
            }
            $before = Products::take($line['sku'], $line['qty']);
            Draft::details($line['item'], ['_reduced_stock' => (string) $line['qty']]);
            $changes[] = "{$line['name']} ($before&rarr;" . ($before - $line['qty']) . ')';
        }
        Notes::add($order->id, 'Stock levels reduced: ' . implode(', ', $changes), 'product_stock');
    }

    private static function status(Order $order, string $status): void
    {
        Rows::update('wc_orders', ['status' => "wc-$status", 'date_updated_gmt' => gmdate('Y-m-d H:i:s')], ['id' => $order->id]);
    }
}
