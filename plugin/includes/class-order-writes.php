<?php
/**
 * The writes of orders themselves, whatever route they came by.
 *
 * @package Handover
 */

namespace Handover;

/**
 * The last net: gateways complete payments on the page that a customer comes back to, in admin-post.php and under actions
 * and routes of their own. WooCommerce tells of each order before it writes it.
 */
final class Order_Writes {

	/** What WooCommerce calls before it writes or deletes one. */
	const HOOKS = array(
		'woocommerce_before_order_object_save',
		'woocommerce_before_order_refund_object_save',
		'woocommerce_before_subscription_object_save',
		'woocommerce_before_trash_order',
		'woocommerce_before_delete_order',
	);

	/** An order of these is not one yet: a cart at the checkout, an empty form of an admin. */
	const DRAFTS = array( 'checkout-draft', 'auto-draft' );

	/**
	 * Begins to listen. A program at a shell has no answer to keep back.
	 */
	public static function listen(): void {
		foreach ( 'cli' === PHP_SAPI ? array() : self::HOOKS as $hook ) {
			add_action( $hook, array( __CLASS__, 'before' ), PHP_INT_MIN, 2 );
		}
	}

	/**
	 * Lets the guard look at a write.
	 *
	 * @param mixed $first  The order, or its id.
	 * @param mixed $second The order where the first one is its id.
	 */
	public static function before( $first, $second = null ): void {
		$order    = is_object( $first ) ? $first : $second;
		$is_draft = $order instanceof \WC_Abstract_Order && in_array( $order->get_status(), self::DRAFTS, true );
		// A pause holds background work, and a batch stops at its next action: an exit in the middle of one would lose it.
		if ( $is_draft || wp_doing_cron() || did_action( 'action_scheduler_before_execute' ) > 0 ) {
			return;
		}
		Guard::before_write( is_object( $first ) ? (int) $first->get_id() : (int) $first );
	}
}
