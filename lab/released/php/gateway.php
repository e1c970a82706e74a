<?php
/**
 * A payment provider's plugin: charges at the checkout, and takes call-backs of the provider afterwards.
 */

declare(strict_types=1);

require_once __DIR__ . '/provider.php';

final class Lab_Gateway extends WC_Payment_Gateway
{
    public function __construct()
    {
        $this->id = 'lab-card';
        $this->method_title = $this->title = 'Card of the lab';
        $this->enabled = 'yes';
        $this->supports = ['products', 'refunds'];
        add_action('woocommerce_api_lab-card', [$this, 'call_back']);
    }

    /** @return array<string, string> */
    public function process_payment($order_id): array
    {
        $order = wc_get_order($order_id);
        return $this->charge($order)
            ? ['result' => 'success', 'redirect' => $this->get_return_url($order)]
            : ['result' => 'failure', 'message' => 'The payment provider does not answer.'];
    }

    public function process_refund($order_id, $amount = null, $reason = ''): bool
    {
        $intent = self::intent(wc_get_order($order_id));
        return null !== lab_ask(LAB_GATEWAY . '/refunds', $intent, ['intent' => $intent]);
    }

    /** The provider tells the shop what became of a payment, or a customer comes back for an order: where it is there and not paid, it is paid now. */
    public function call_back(): void
    {
        $intent = (string) ($_GET['intent'] ?? '');
        [$order] = wc_get_orders(['limit' => 1, 'meta_key' => '_payment_intent', 'meta_value' => $intent, 'orderby' => 'ID']) + [null];
        if (!$order instanceof WC_Order || $order->has_status('checkout-draft')) {
            wp_send_json(['because' => 'there is no order of this intent'], 404);
        }
        $done = match ($_GET['do'] ?? '') {
            'refund' => $order->has_status('refunded') || $this->refund($order),
            'pay' => $order->is_paid() || $order->has_status('refunded') || $this->charge($order),
            default => !$order->needs_payment() || $this->charge($order),
        };
        wp_send_json($done ? self::told(wc_get_order($order->get_id())) : ['because' => 'the order is not paid'], $done ? 200 : 503);
    }

    private function charge(WC_Order $order): bool
    {
        $intent = self::intent($order);
        $charge = lab_ask(LAB_GATEWAY . '/charges', $intent, [
            'intent' => $intent,
            'amount' => wc_format_decimal($order->get_total(), 2),
            'currency' => $order->get_currency(),
            'orderKey' => $order->get_order_key(),
        ]);
        return null !== $charge && $order->payment_complete((string) $charge['id']);
    }

    /** WooCommerce refunds at the gateway that took the payment; one that was paid later is refunded here. */
    private function refund(WC_Order $order): bool
    {
        $isOurs = $order->get_payment_method() === $this->id;
        if (!$isOurs && !$this->process_refund($order->get_id())) {
            return false;
        }
        $refund = wc_create_refund(['order_id' => $order->get_id(), 'amount' => $order->get_total(), 'reason' => 'returned', 'refund_payment' => $isOurs, 'restock_items' => false]);
        return !is_wp_error($refund);
    }

    private static function intent(WC_Order $order): string
    {
        return (string) $order->get_meta('_payment_intent');
    }

    /** @return array<string, mixed> the order as the shop has it */
    private static function told(WC_Order $order): array
    {
        $lines = array_map(static fn ($item): array => [
            'sku' => $item->get_product()->get_sku(),
            'qty' => $item->get_quantity(),
            'total' => wc_format_decimal($item->get_total(), 2),
        ], array_values($order->get_items()));
        return [
            'id' => $order->get_id(),
            'key' => $order->get_order_key(),
            'intent' => self::intent($order),
            'status' => $order->get_status(),
            'total' => wc_format_decimal($order->get_total(), 2),
            'currency' => $order->get_currency(),
            'transactionId' => $order->get_transaction_id(),
            'lines' => $lines,
        ];
    }
}
