<?php

declare(strict_types=1);

namespace Shop;

/** A refund of a whole order: an order of its own with negative amounts, whose parent is refunded then. Stock stays where it is. */
final class Refunding
{
    public static function refund(Order $order): void
    {
        foreach (Rows::all("SELECT id FROM wp_wc_orders WHERE parent_order_id = %d AND type = 'shop_order_refund'", $order->id) as $half) {
            // A fence cut it off; the customer asks again.
            Removing::remove((int) $half['id']);
        }
        $cents = Money::cents($order->total());
        $id = self::header($order, $cents);
        foreach ($order->lines as $line) {
            $item = Draft::line($id, $line['product'], $line['name'], -$line['qty'], -Money::cents($line['total']));
            Draft::details($item, ['_refunded_item_id' => (string) $line['item']]);
        }
        $ofLines = -array_sum(array_map(static fn (array $line): int => Money::cents($line['total']), $order->lines));
        Rows::update('wc_orders', ['total_amount' => Money::text($ofLines)], ['id' => $id]);
        Rows::update('wc_orders', ['total_amount' => Money::text(-$cents)], ['id' => $id]);
        Rows::insert('wc_orders_meta', ['order_id' => $id, 'meta_key' => '_refund_type', 'meta_value' => 'full']);
        Notes::add($order->id, 'Email "Refunded order" sent.', 'email_notification');
        $refunded = ['status' => 'wc-refunded', 'date_updated_gmt' => gmdate('Y-m-d H:i:s')];
        Rows::update('wc_orders', $refunded, ['id' => $order->id]);
        Actions::import($order->id);
        Notes::add($order->id, 'Order status changed from Processing to Refunded.', 'order_update');
        Actions::import($id);
    }

    private static function header(Order $order, int $cents): int
    {
        $id = Draft::placeholder('shop_order_placehold', $order->id);
        $now = gmdate('Y-m-d H:i:s');
        Rows::insert('wc_orders', [
            'id' => $id,
            'status' => 'wc-completed',
            'currency' => 'EUR',
            'type' => 'shop_order_refund',
            'tax_amount' => '0',
            'total_amount' => '0',
            'customer_id' => null,
            'billing_email' => null,
            'date_created_gmt' => $now,
            'date_updated_gmt' => $now,
            'parent_order_id' => $order->id,
            'payment_method' => null,
            'payment_method_title' => null,
            'transaction_id' => null,
            'ip_address' => null,
            'user_agent' => null,
            'customer_note' => null,
        ]);
        Rows::insert('wc_order_operational_data', [
            'order_id' => $id,
            'created_via' => null,
            'woocommerce_version' => '11.0.1',
            'prices_include_tax' => 0,
            'coupon_usages_are_counted' => null,
            'download_permission_granted' => null,
            'cart_hash' => null,
            'new_order_email_sent' => null,
            'order_key' => null,
            'order_stock_reduced' => null,
            'date_paid_gmt' => null,
            'date_completed_gmt' => null,
            'shipping_tax_amount' => '0',
            'shipping_total_amount' => '0',
            'discount_tax_amount' => '0',
            'discount_total_amount' => '0',
            'recorded_sales' => null,
        ]);
        $meta = ['_refund_amount' => Money::text($cents), '_refunded_by' => '1', '_refunded_payment' => '1', '_refund_reason' => 'returned'];
        foreach ($meta as $name => $value) {
            Rows::insert('wc_orders_meta', ['order_id' => $id, 'meta_key' => $name, 'meta_value' => $value]);
        }
        Options::touch('orders');
        return $id;
    }
}
