<?php
/**
 * The order by which the runbook proves that a region takes orders.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Written through WooCommerce's own store, in a transaction that is rolled back: no mail, no stock, no hook of anybody.
 * Where the tables can't roll back, it is a draft that is deleted at once.
 */
final class Canary {

	/**
	 * Adds the route.
	 */
	public static function register(): void {
		register_rest_route(
			'handover/v1',
			'/canary',
			array(
				'methods'             => 'POST',
				'callback'            => array( __CLASS__, 'answer' ),
				'permission_callback' => array( __CLASS__, 'may' ),
				'args'                => array(
					'key' => array(
						'type'     => 'string',
						'required' => true,
						'pattern'  => '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$',
					),
				),
			)
		);
	}

	/**
	 * Only the runbook may.
	 *
	 * @param \WP_REST_Request $request With the token as its header.
	 */
	public static function may( $request ) {
		if ( Settings::current()->is_token( (string) $request->get_header( 'x_handover_canary' ) ) ) {
			return true;
		}
		return new \WP_Error( 'handover_token', "Header X-Handover-Canary does not hold this shop's token.", array( 'status' => 403 ) );
	}

	/**
	 * Places the order and takes it back: 201 when WooCommerce's store has written and read it.
	 *
	 * @param \WP_REST_Request $request With `key`.
	 */
	public static function answer( $request ) {
		$here = Settings::current();
		$why  = Claim::read( $here )->not_primary( $here );
		if ( null === $why && ! function_exists( 'wc_create_order' ) ) {
			$why = 'WooCommerce is not active';
		}
		try {
			$way = null === $why ? self::place( (string) $request['key'] ) : '';
		} catch ( \Throwable $error ) {
			$why = $error->getMessage();
			self::record( $error );
		}
		if ( null !== $why ) {
			return new \WP_REST_Response( array( 'because' => "no canary order: $why" ), 503, array( 'Retry-After' => '1' ) );
		}
		$body = array(
			'canary' => true,
			'key'    => $request['key'],
			'region' => $here->region(),
			'epoch'  => $here->epoch(),
			'way'    => $way,
		);
		return new \WP_REST_Response( $body, 201 );
	}

	/**
	 * Logs where a canary order failed. The words of the error are left out: they may hold values of customers.
	 *
	 * @param \Throwable $error Of WooCommerce, another plugin or this one.
	 */
	private static function record( \Throwable $error ): void {
		$place = $error->getFile() . ':' . $error->getLine();
		error_log( 'handover: no canary order: ' . get_class( $error ) . " at $place" ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions -- for the person on call.
	}

	/**
	 * Writes the order, reads it back and removes every trace.
	 *
	 * @param string $key Names it.
	 * @return string `transaction` or `draft`.
	 * @throws \RuntimeException When it could not be written, read or removed.
	 */
	private static function place( string $key ): string {
		global $wpdb;
		if ( ! self::rolls_back() ) {
			Silence::keep(
				static function () use ( $key ) {
					self::order( $key )->delete( true );
				}
			);
			return 'draft';
		}
		$before = $wpdb->get_var( 'SELECT CONNECTION_ID()' ); // phpcs:ignore WordPress.DB -- of this connection.
		$id     = 0;
		$wpdb->query( 'START TRANSACTION' ); // phpcs:ignore WordPress.DB -- one order, taken back.
		try {
			$id = Silence::keep(
				static function () use ( $key ) {
					return self::order( $key )->get_id();
				}
			);
		} finally {
			$wpdb->query( 'ROLLBACK' ); // phpcs:ignore WordPress.DB -- as above.
		}
		self::require_gone( $id, $before );
		return 'transaction';
	}

	/**
	 * A whole order of one line, written and read back.
	 *
	 * @param string $key Names it.
	 * @throws \RuntimeException When the store did not write it, or did not find it again.
	 */
	private static function order( string $key ) {
		$order = new \WC_Order();
		$order->set_created_via( 'handover-canary' );
		$order->set_status( 'checkout-draft' );
		$order->set_billing_email( 'canary@handover.invalid' );
		$order->set_order_key( 'wc_order_' . substr( md5( $key ), 0, 13 ) );
		$line = new \WC_Order_Item_Fee();
		$line->set_name( $key );
		$line->set_total( '1' );
		$order->add_item( $line );
		$order->set_total( '1' );
		$id   = $order->save();
		$read = $id ? new \WC_Order( $id ) : null;
		if ( null === $read || $read->get_order_key() !== $order->get_order_key() || 1 !== count( $read->get_items( 'fee' ) ) ) {
			throw new \RuntimeException( 'WooCommerce wrote an order and did not read the same one back' );
		}
		return $read;
	}

	/**
	 * Makes sure that nothing is left: a connection that was lost in between has committed what came after it.
	 *
	 * @param int         $id     The order's.
	 * @param string|null $before The connection at the start.
	 * @throws \RuntimeException When something was left, also if it could be removed.
	 */
	private static function require_gone( int $id, $before ): void {
		global $wpdb;
		foreach ( array( 'posts', 'post_meta', 'orders', 'order-items' ) as $group ) {
			wp_cache_delete( $id, $group );
			wp_cache_delete( "order-$id", $group );
		}
		$after = $wpdb->get_var( 'SELECT CONNECTION_ID()' ); // phpcs:ignore WordPress.DB -- of this connection.
		$left  = $wpdb->get_var( $wpdb->prepare( "SELECT COUNT(*) FROM {$wpdb->posts} WHERE ID = %d", $id ) ) // phpcs:ignore WordPress.DB -- a cache would not know.
			+ $wpdb->get_var( $wpdb->prepare( "SELECT COUNT(*) FROM {$wpdb->prefix}woocommerce_order_items WHERE order_id = %d", $id ) ); // phpcs:ignore WordPress.DB -- a cache would not know.
		if ( $after === $before && 0 === (int) $left ) {
			return;
		}
		Silence::keep(
			static function () use ( $id ) {
				$order = wc_get_order( $id );
				return $order && 'handover-canary' === $order->get_created_via() && $order->delete( true );
			}
		);
		throw new \RuntimeException( "the connection was lost under canary order $id, so it may be a draft now" );
	}

	/**
	 * Whether all tables that the canary writes know transactions.
	 */
	private static function rolls_back(): bool {
		global $wpdb;
		$prefix = $wpdb->esc_like( $wpdb->prefix );
		// phpcs:disable WordPress.DB -- a cache would not know, and the names are prepared.
		return 0 === (int) $wpdb->get_var(
			$wpdb->prepare(
				"SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB' AND (TABLE_NAME IN (%s, %s) OR TABLE_NAME LIKE %s OR TABLE_NAME LIKE %s)",
				$wpdb->posts,
				$wpdb->postmeta,
				$prefix . 'wc\\_order%',
				$prefix . 'woocommerce\\_order%'
			)
		);
		// phpcs:enable
	}
}
