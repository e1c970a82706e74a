<?php

declare(strict_types=1);

namespace Shop;

/** An order on hold becomes a paid one. */
final class Paying
{
    /** What the payment's transaction id changes; done again, it does what is missing. */
    public static function complete(Order $order, string $transaction): void
    {
        $now = gmdate('Y-m-d H:i:s');
        if ($order->status() === 'on-hold') {
            Notes::add($order->id, "Payment via Card ($transaction).", 'payment');
            $paid = ['status' => 'wc-processing', 'date_updated_gmt' => $now, 'transaction_id' => $transaction];
            Rows::update('wc_orders', $paid, ['id' => $order->id]);
        }
        if (!$order->has('date_paid_gmt')) {
            Rows::update('wc_order_operational_data', ['date_paid_gmt' => $now], ['order_id' => $order->id]);
            Options::touch('orders');
            Actions::import($order->id);
        }
        if (!$order->has('download_permission_granted')) {
            Rows::update('wc_order_operational_data', ['download_permission_granted' => 1], ['order_id' => $order->id]);
            Notes::add($order->id, 'Email "Processing order" sent.', 'email_notification');
        }
    }
}
