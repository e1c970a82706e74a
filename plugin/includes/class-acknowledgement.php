<?php
/**
 * Whether the customer may be told that an order was taken.
 *
 * @package Handover
 */

namespace Handover;

/**
 * The answer of a request that writes orders. It becomes a 503 where the database did not carry out what the request
 * wrote.
 */
final class Acknowledgement {

	const LOST = 'Your order could not be confirmed, because the shop is being moved. Please try again in a few seconds. If you have been charged already, ask us before you pay again.';

	/**
	 * Of `Order_Request`, or `write` for a request that its address does not show.
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
	 * Whether the request writes orders. The page of an order does so seldom, and asks nobody else.
	 *
	 * @var bool
	 */
	public $writes = false;

	/**
	 * Whether the status of a request that was watched is decided.
	 *
	 * @var bool
	 */
	private $is_decided = false;

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
	 * @param string   $kind     As above.
	 * @param Settings $settings What this host has been told.
	 */
	public function __construct( string $kind, Settings $settings ) {
		$this->kind     = $kind;
		$this->settings = $settings;
		add_action( 'woocommerce_new_order', array( $this, 'remember' ), 0 );
		add_action( 'woocommerce_update_order', array( $this, 'remember' ), 0 );
	}

	/**
	 * Keeps the whole answer back until its end, so that it can still become another one.
	 */
	public function keep(): void {
		new Held_Answer( array( $this, 'at_the_end' ) );
	}

	/**
	 * Decides the status when the head is sent. For a request that has begun: a buffer in the middle of others' would be
	 * taken for theirs.
	 */
	public function watch(): void {
		// PHP loads no class any more when it sends the head of an answer without text.
		class_exists( Answer::class );
		class_exists( Lost_Writes::class );
		header_register_callback( array( $this, 'before_headers' ) );
		register_shutdown_function( array( $this, 'before_headers' ) );
	}

	/**
	 * Decides the status of a request that was watched.
	 */
	public function before_headers(): void {
		// Once: after the shutdown PHP may have closed the database.
		if ( ! $this->is_decided ) {
			$this->is_decided = true;
			$this->at_the_end( '' );
		}
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
		if ( '' === $this->lost && $this->writes ) {
			$this->lost = (string) ( Lost_Writes::first() ?? Claim::read( $this->settings )->not_taking_orders( $this->settings ) );
			if ( '' !== $this->lost ) {
				Lost_Writes::record( $this->settings, $this->kind, array_keys( $this->orders ), $this->lost );
			}
		}
		return $this->lost;
	}
}
