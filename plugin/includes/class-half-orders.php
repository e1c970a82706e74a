<?php
/**
 * Finds orders that a fence cut in half, and ends them one way or the other.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Through WooCommerce's own objects, so that it works on every storage of orders. A draft that nobody paid is an
 * abandoned checkout and is left to WooCommerce, which deletes it after a day.
 */
final class Half_Orders {

	/** The verb of an order that no command may end. */
	const BY_HAND = 'by hand';

	/**
	 * The orders changed in the last `$days` that are not whole.
	 *
	 * @param int $days How far back.
	 * @return array<int, array{order: int, status: string, because: string, verb: string}>
	 */
	public static function find( int $days ): array {
		$found = array();
		for ( $page = 1; ; $page++ ) {
			$ids = wc_get_orders(
				array(
					'type'          => 'shop_order',
					'status'        => array_merge( array_keys( wc_get_order_statuses() ), array( 'checkout-draft' ) ),
					'date_modified' => '>' . ( time() - $days * DAY_IN_SECONDS ),
					'return'        => 'ids',
					'orderby'       => 'ID',
					'order'         => 'ASC',
					'limit'         => 100,
					'page'          => $page,
				)
			);
			foreach ( $ids as $id ) {
				$order = wc_get_order( $id );
				$flaw  = $order instanceof \WC_Order ? self::flaw( self::facts( $order ) ) : null;
				if ( null !== $flaw ) {
					$found[] = array(
						'order'  => (int) $id,
						'status' => $order->get_status(),
					) + $flaw;
				}
			}
			if ( count( $ids ) < 100 ) {
				return $found;
			}
		}
	}

	/**
	 * What decides whether an order is whole.
	 *
	 * @param \WC_Order $order Any.
	 * @return array<string, mixed>
	 */
	public static function facts( \WC_Order $order ): array {
		$lines   = $order->get_items();
		$tracked = 0;
		$torn    = 0;
		foreach ( $lines as $line ) {
			$product  = $line->get_product();
			$tracked += $product && $product->managing_stock() ? 1 : 0;
			// As stored: WooCommerce's objects say 0 of a product that was deleted since, and 1 where no quantity was written.
			$stored = array_keys( (array) get_metadata( 'order_item', $line->get_id() ) );
			$torn  += array() === array_diff( array( '_product_id', '_qty', '_line_total' ), $stored ) ? 0 : 1;
		}
		$sum = 0.0;
		foreach ( $order->get_items( array( 'line_item', 'fee', 'shipping' ) ) as $item ) {
			$sum += (float) $item->get_total() + (float) $item->get_total_tax();
		}
		return array(
			'status'  => $order->get_status(),
			'paid'    => null !== $order->get_date_paid() || '' !== (string) $order->get_transaction_id(),
			'lines'   => count( $order->get_items( array( 'line_item', 'fee', 'shipping' ) ) ),
			'torn'    => $torn,
			'tracked' => $tracked,
			'reduced' => (bool) $order->get_data_store()->get_stock_reduced( $order->get_id() ),
			'manages' => 'yes' === get_option( 'woocommerce_manage_stock' ),
			'excess'  => abs( (float) $order->get_total() - $sum ) > 0.05 + 0.01 * count( $lines ) ? (float) $order->get_total() - $sum : 0.0,
			'total'   => (float) $order->get_total(),
			'key'     => '' !== (string) $order->get_order_key(),
		);
	}

	/**
	 * What is missing from an order, and the verb that ends it: null for a whole one.
	 *
	 * @param array<string, mixed> $order Of `facts`.
	 * @return array{because: string, verb: string}|null
	 */
	public static function flaw( array $order ): ?array {
		$open = in_array( $order['status'], array( 'checkout-draft', 'pending' ), true );
		if ( $open && ! $order['paid'] ) {
			return null;
		}
		if ( in_array( $order['status'], array( 'cancelled', 'failed', 'refunded', 'trash' ), true ) ) {
			return null;
		}
		// Somebody has paid, or a gift card has: only a person can tell what for.
		$end     = $order['paid'] ? self::BY_HAND : 'cancel';
		$lowered = $order['excess'] < 0 && $order['total'] > 0;
		$text    = array(
			array( 0 === $order['lines'], 'it has no lines', $end ),
			array( $order['torn'] > 0, 'a line has no product, quantity or total', $end ),
			array( ! $order['key'], 'it has no order key', $end ),
			array( $order['excess'] > 0, 'its total is more than the sum of its lines', $end ),
			array( ! $order['paid'] && $lowered, 'its total is less than the sum of its lines', self::BY_HAND ),
			array( ! $order['paid'] && $order['excess'] < 0, 'it has no total', 'cancel' ),
			array( $open, 'it is paid and still open', 'complete' ),
			array( $order['manages'] && $order['tracked'] > 0 && ! $order['reduced'], 'its stock was not reduced', 'complete' ),
		);
		foreach ( $text as list( $is, $because, $verb ) ) {
			if ( $is ) {
				return array(
					'because' => $because,
					'verb'    => $verb,
				);
			}
		}
		return null;
	}

	/**
	 * Does what was left undone: the stock of an order, the status of a paid one.
	 *
	 * @param int $order_id The order.
	 * @return string What was done.
	 * @throws \RuntimeException When the order can't be completed.
	 */
	public static function complete( int $order_id ): string {
		$order = self::order( $order_id );
		$flaw  = self::flaw( self::facts( $order ) );
		if ( null === $flaw ) {
			return "Order $order_id is whole; nothing was changed.";
		}
		if ( 'complete' !== $flaw['verb'] ) {
			throw new \RuntimeException( "Order $order_id can't be completed: {$flaw['because']}. " . ( self::BY_HAND === $flaw['verb'] ? 'Compare it with the gateway and edit it in WooCommerce.' : "Type: wp handover cancel $order_id" ) );
		}
		if ( $order->has_status( array( 'checkout-draft', 'pending' ) ) ) {
			$order->payment_complete( $order->get_transaction_id() );
		} else {
			wc_maybe_reduce_stock_levels( $order_id );
		}
		$order = self::order( $order_id );
		$order->add_order_note( "Completed by wp handover complete: {$flaw['because']}." );
		if ( null !== self::flaw( self::facts( $order ) ) ) {
			throw new \RuntimeException( "Order $order_id is still not whole; see: wp handover check" );
		}
		return "Order $order_id is whole now.";
	}

	/**
	 * Cancels an order that can't be completed. What was paid is refunded by hand.
	 *
	 * @param int $order_id The order.
	 * @return string What was done.
	 * @throws \RuntimeException When the order is whole or absent.
	 */
	public static function cancel( int $order_id ): string {
		$order = self::order( $order_id );
		$flaw  = self::flaw( self::facts( $order ) );
		if ( null === $flaw ) {
			throw new \RuntimeException( "Order $order_id is whole; cancel it in WooCommerce if you mean to." );
		}
		if ( self::BY_HAND === $flaw['verb'] ) {
			throw new \RuntimeException( "Order $order_id is not cancelled, because {$flaw['because']} and it may be paid. Compare it with the gateway and edit it in WooCommerce." );
		}
		$paid = $order->get_transaction_id();
		$order->update_status( 'cancelled', "Cancelled by wp handover cancel: {$flaw['because']}." );
		return "Order $order_id is cancelled." . ( '' === (string) $paid ? '' : " It was paid (transaction $paid): refund it at the gateway." );
	}

	/**
	 * An order by id.
	 *
	 * @param int $order_id The order.
	 * @throws \RuntimeException When there is none.
	 */
	private static function order( int $order_id ): \WC_Order {
		$order = wc_get_order( $order_id );
		if ( ! $order instanceof \WC_Order ) {
			throw new \RuntimeException( "There is no order $order_id." );
		}
		return $order;
	}
}
