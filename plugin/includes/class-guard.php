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
	const HELD  = 'Orders are paused for a moment, and what you sent was not saved yet. Please load this page again in a few seconds. If you have paid already, do not pay again.';

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
	 * Its answer; null while nothing keeps it back.
	 *
	 * @var Acknowledgement|null
	 */
	private $answer = null;

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
		$is_return      = 'return' === $kind;
		$why            = $is_return ? null : self::$standing->count();
		if ( null !== $why ) {
			self::$standing->refuse( $why );
		}
		self::$standing->answer         = new Acknowledgement( $kind, $settings );
		self::$standing->answer->writes = ! $is_return;
		self::$standing->answer->keep();
	}

	/**
	 * Before an order is written by a request that nobody took for one that writes orders: the return from a gateway, a
	 * call-back under a name of its own. Counted from here on, or ended before the write.
	 *
	 * @param int $order_id The order; 0 for a new one.
	 */
	public static function before_write( int $order_id ): void {
		$settings = Settings::current();
		$known    = self::$standing ?? new self( defined( 'REST_REQUEST' ) && REST_REQUEST ? 'rest' : 'write', $settings );
		if ( ! $settings->is_set_up() || ( null !== $known->answer && $known->answer->writes ) ) {
			return;
		}
		self::$standing = $known;
		$why            = $known->count();
		if ( null !== $why ) {
			Lost_Writes::record( $settings, $known->kind, array_filter( array( $order_id ) ), $why );
			$known->discard();
			$known->refuse( $why, self::HELD );
		}
		if ( null === $known->answer ) {
			$known->answer = new Acknowledgement( $known->kind, $settings );
			$known->answer->watch();
		}
		$known->answer->writes = true;
	}

	/**
	 * Throws away what was printed so far, because this request ends now.
	 */
	private function discard(): void {
		for ( $levels = ob_get_level(); $levels > 0; $levels-- ) {
			@ob_end_clean(); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- another plugin's may not be removable.
		}
		if ( ! headers_sent() ) {
			array_map( 'header_remove', array( 'Location', 'Content-Length', 'Content-Encoding' ) );
		}
	}

	/**
	 * Counts this request, then looks whether it may write orders.
	 *
	 * @return string|null Why it must not; then it is not counted.
	 */
	private function count(): ?string {
		In_Flight::enter( $this->settings->path( 'in-flight' ) );
		$gate = $this->settings->gate();
		$why  = null === $gate ? Claim::read( $this->settings )->not_taking_orders( $this->settings ) : "the gate is shut: $gate";
		if ( null !== $why ) {
			In_Flight::leave();
		}
		return $why;
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
	 * Ends the request before WooCommerce has begun with it, or before it writes.
	 *
	 * @param string $because  For the person who looks into it.
	 * @param string $sentence For the customer.
	 */
	private function refuse( string $because, string $sentence = self::LATER ): void {
		Answer::head( 503, $this->settings );
		list( $type, $body ) = Answer::refusal( $this->kind, $sentence, $because );
		header( "Content-Type: $type" );
		echo $body; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it was made.
		exit;
	}
}
