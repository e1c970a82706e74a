<?php
/**
 * Plugin Name: The lab's shop
 * Description: Pays at the lab's gateway, mails through the lab's mail service, and names in each answer the region that gave it.
 *
 * WooCommerce itself stays as it was released; this is what a shop owner has from others: a payment provider and a mail provider.
 */

declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    header('X-Handover-Region: ' . getenv('HANDOVER_REGION'));
    header('X-Handover-Epoch: ' . getenv('HANDOVER_EPOCH'));
}
// The shop is known to nobody: no notes, offers or usage data are fetched for it, and no mail leaves it but the receipts.
add_filter('pre_wp_mail', '__return_true');
add_filter('woocommerce_allow_tracking', '__return_false');
$lab_unwanted = ['remote-inbox-notifications', 'remote-free-extensions', 'marketing', 'payment-gateway-suggestions'];
add_filter('woocommerce_admin_features', static fn (array $features): array => array_values(array_diff($features, $lab_unwanted)));

add_filter('woocommerce_payment_gateways', static function (array $gateways): array {
    require_once __DIR__ . '/lab-shop/gateway.php';
    return [...$gateways, 'Lab_Gateway'];
});

// The order has the shopper's own name of it as its key, and what the provider calls the payment, whichever way it is paid.
add_action('woocommerce_store_api_checkout_update_order_from_request', static function (WC_Order $order, WP_REST_Request $request): void {
    $data = array_column((array) $request['payment_data'], 'value', 'key');
    if (isset($data['key'], $data['intent'])) {
        $order->set_order_key((string) $data['key']);
        $order->update_meta_data('_payment_intent', (string) $data['intent']);
    }
}, 10, 2);

add_filter('woocommerce_mail_callback', static function ($callback, WC_Email $email) {
    if ($email->id !== 'customer_processing_order' || !$email->object instanceof WC_Order) {
        return $callback;
    }
    return static function (string $to, string $subject) use ($email): bool {
        require_once __DIR__ . '/lab-shop/provider.php';
        $intent = (string) $email->object->get_meta('_payment_intent');
        $receipt = [
            'to' => $to,
            'subject' => "Your order {$email->object->get_id()}: " . wc_format_decimal($email->object->get_total(), 2) . " {$email->object->get_currency()}",
            'orderKey' => $email->object->get_order_key(),
            'intent' => $intent,
        ];
        return null !== lab_ask(LAB_MAIL . '/mails', "receipt/$intent", $receipt);
    };
}, 10, 2);
