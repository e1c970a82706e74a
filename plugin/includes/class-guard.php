<?php
/**
 * Stands in front of every request that writes an order, and again behind it.
 *
 * @package Handover
 */

namespace Handover;

/**
 * In front: counted, then refused with 503 while the gate is shut or this region is not the one that takes orders.
 * Behind: an order whose writes met a database that refused them is answered with 503, whatever WooCommerce made of it,
 * because WooCommerce does not look at the result of most of its writes.
 */
final class Guard {

	const LATER = 'Orders are paused for a moment. Your cart is kept and nothing was charged. Please try again in a few seconds.';
	const LOST  = 'Your order could not be confirmed, because the shop is being moved. Please try again in a few seconds. If you have been charged already, ask us before you pay again.';

	/**
	 * The guard of this request.
	 *
	 * @var self|null
	 */
	private static $standing = null;

	/**
	 * Of `Order_Request`.
	 *
	 * @var string
	 */
	private $kind;

	/**
	 * What this host has been told.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * Ids of the orders that this request has written.
	 *
	 * @var array<int, true>
	 */
	private $orders = array();

	/**
	 * Why the orders must not be acknowledged; empty while no reason is known.
	 *
	 * @var string
	 */
	private $lost = '';

	/**
	 * Takes a request.
	 *
	 * @param string   $kind     Of `Order_Request`.
	 * @param Settings $settings What this host has been told.
	 */
	private function __construct( string $kind, Settings $settings ) {
		$this->kind     = $kind;
		$this->settings = $settings;
	}

	/**
	 * Guards this request if it is of a kind; ends it with 503 where it must not run now.
	 *
	 * @param string $kind Of `Order_Request`; empty for a request that writes no order.
	 */
	public static function stand( string $kind ): void {
		$settings = Settings::current();
		if ( '' === $kind || null !== self::$standing || ! $settings->is_set_up() ) {
			return;
		}
		self::$standing = new self( $kind, $settings );
		In_Flight::enter( $settings->path( 'in-flight' ) );
		$gate = $settings->gate();
		$why  = null === $gate ? Claim::read( $settings )->not_taking_orders( $settings ) : "the gate is shut: $gate";
		if ( null !== $why ) {
			In_Flight::leave();
			self::$standing->refuse( $why );
		}
		self::$standing->watch();
	}

	/**
	 * For a REST call that the path did not show, such as one under another prefix than wp-json.
	 *
	 * @param mixed            $result  The answer so far.
	 * @param \WP_REST_Server  $server  Unused.
	 * @param \WP_REST_Request $request The call.
	 * @return mixed
	 */
	public static function before_rest( $result, $server, $request ) {
		if ( null === self::$standing && defined( 'REST_REQUEST' ) && REST_REQUEST ) {
			$writes = Order_Request::writes_rest( $request->get_route(), $request->get_method(), array( $request, 'get_body' ) );
			self::stand( $writes ? 'rest' : '' );
		}
		return $result;
	}

	/**
	 * Ends the request before WooCommerce has begun with it.
	 *
	 * @param string $because For the person who looks into it.
	 */
	private function refuse( string $because ): void {
		Answer::head( 503, $this->settings );
		list( $type, $body ) = Answer::refusal( $this->kind, self::LATER, $because );
		header( "Content-Type: $type" );
		echo $body; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it was made.
		exit;
	}

	/**
	 * Keeps the whole answer back until its end, so that it can still become another one.
	 */
	private function watch(): void {
		new Held_Answer( array( $this, 'at_the_end' ) );
		add_action( 'woocommerce_new_order', array( $this, 'remember' ), 0 );
		add_action( 'woocommerce_update_order', array( $this, 'remember' ), 0 );
	}

	/**
	 * Notes an order that this request has written.
	 *
	 * @param int $order_id Its id.
	 */
	public function remember( $order_id ): void {
		$this->orders[ (int) $order_id ] = true;
	}

	/**
	 * The whole answer before it is sent, of whatever kind.
	 *
	 * @param string $text What was printed.
	 */
	public function at_the_end( $text ): string {
		$lost = 503 === http_response_code() ? '' : $this->lost();
		if ( '' === $lost || headers_sent() ) {
			return $text;
		}
		Answer::head( 503, $this->settings );
		array_map( 'header_remove', array( 'Location', 'Content-Length', 'Content-Encoding' ) );
		list( $type, $body ) = Answer::refusal( $this->kind, self::LOST, $lost );
		header( "Content-Type: $type" );
		return $body;
	}

	/**
	 * Why what this request has written must not be acknowledged; empty when it may. Asked again until there is a reason:
	 * what was true in the middle of an order says nothing of its end.
	 */
	private function lost(): string {
		if ( '' === $this->lost ) {
			$this->lost = (string) ( Lost_Writes::first() ?? Claim::read( $this->settings )->not_taking_orders( $this->settings ) );
			if ( '' !== $this->lost ) {
				Lost_Writes::record( $this->settings, $this->kind, array_keys( $this->orders ), $this->lost );
			}
		}
		return $this->lost;
	}
}
