<?php
/**
 * WooCommerce itself opens, pays, refunds and deletes orders that a salvage brought home, and says what it found in them.
 * Run in the primary region with their ids, after everything else was judged: the orders are different afterwards.
 */

declare(strict_types=1);

$_SERVER += ['HTTP_HOST' => 'www.shop.test', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1'];
require '/srv/www/wp-load.php';
wp_set_current_user(1);

const LAB_OF_EACH = 3;

/** Why WooCommerce can't show the order as it was bought; null when it can. */
function lab_cannot_open(int $id): ?string
{
    $order = wc_get_order($id);
    if (!$order instanceof WC_Order) {
        return "order $id can't be opened";
    }
    $sum = 0.0;
    foreach ($order->get_items() as $item) {
        if (!$item->get_product()) {
            return "an item of order $id has no product";
        }
        $sum += (float) $item->get_total();
    }
    if (0.005 < abs($sum + (float) $order->get_shipping_total() + (float) $order->get_total_tax() - (float) $order->get_total())) {
        return "the total of order $id is not the sum of its items";
    }
    return '' === $order->get_formatted_billing_address() ? "order $id has no billing address" : null;
}

/** @param WC_Order[] $orders */
function lab_pay(array $orders): array
{
    return array_map(static function (WC_Order $order): ?string {
        $order->payment_complete('paid-by-hand');
        return wc_get_order($order->get_id())->is_paid() ? null : "order {$order->get_id()} did not become paid";
    }, $orders);
}

/** @param WC_Order[] $orders */
function lab_refund(array $orders): array
{
    return array_map(static function (WC_Order $order): ?string {
        $refund = wc_create_refund(['order_id' => $order->get_id(), 'amount' => $order->get_total(), 'reason' => 'returned', 'restock_items' => false]);
        $status = wc_get_order($order->get_id())->get_status();
        return !is_wp_error($refund) && 'refunded' === $status ? null : "order {$order->get_id()} is $status after its refund";
    }, $orders);
}

/** @param WC_Order[] $orders */
function lab_delete(array $orders): array
{
    global $wpdb;
    return array_map(static function (WC_Order $order) use ($wpdb): ?string {
        $id = $order->get_id();
        $order->delete(true);
        foreach (['wc_orders' => 'id', 'wc_order_addresses' => 'order_id', 'woocommerce_order_items' => 'order_id', 'wc_orders_meta' => 'order_id'] as $table => $column) {
            if ($wpdb->get_var($wpdb->prepare("SELECT COUNT(*) FROM {$wpdb->prefix}$table WHERE $column = %d", $id)) > 0) {
                return "$table keeps rows of the deleted order $id";
            }
        }
        return null;
    }, $orders);
}

$ids = array_map('intval', array_slice($argv, 1));
$problems = array_map('lab_cannot_open', $ids);
$orders = array_filter(array_map('wc_get_order', $ids));
$of = static fn (callable $wanted): array => array_slice(array_values(array_filter($orders, $wanted)), 0, LAB_OF_EACH);
$unpaid = $of(static fn (WC_Order $order): bool => $order->has_status(['on-hold', 'pending']));
$paid = $of(static fn (WC_Order $order): bool => $order->is_paid());
$last = array_slice(array_values($orders), -LAB_OF_EACH);
$done = ['opened' => count($ids), 'paid' => count($unpaid), 'refunded' => count($paid), 'deleted' => count($last)];
$problems = array_values(array_filter([...$problems, ...lab_pay($unpaid), ...lab_refund($paid), ...lab_delete($last)]));
echo wp_json_encode(['done' => $done, 'problems' => $problems]);
