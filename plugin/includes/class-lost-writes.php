<?php
/**
 * Writes of this request that the database did not carry out.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Finds them, and keeps the names of the orders that they belong to.
 */
final class Lost_Writes {

	/** What a server says of a statement that it did not carry out: read-only (1290, 1836), killed, or the connection lost. */
	const REFUSED_WRITE = '/read-only|read only|has gone away|lost connection|was killed|was interrupted/i';

	/**
	 * What the database said of a statement of this request that it did not carry out. WordPress keeps these words also
	 * where nobody looked at the result.
	 */
	public static function first(): ?string {
		global $EZSQL_ERROR; // phpcs:ignore WordPress.NamingConventions.ValidVariableName -- WordPress' own name.
		foreach ( (array) $EZSQL_ERROR as $error ) { // phpcs:ignore WordPress.NamingConventions.ValidVariableName -- WordPress' own name.
			$words = is_array( $error ) ? (string) ( $error['error_str'] ?? '' ) : '';
			if ( 1 === preg_match( self::REFUSED_WRITE, $words ) ) {
				return "the database did not carry out a statement of this request: $words";
			}
		}
		return null;
	}

	/**
	 * Names the orders that nobody acknowledged, on this host: the database takes no writes now.
	 *
	 * @param Settings $here   What this host has been told.
	 * @param string   $kind   Of `Order_Request`.
	 * @param int[]    $orders Their ids.
	 * @param string   $why    What happened.
	 */
	public static function record( Settings $here, string $kind, array $orders, string $why ): void {
		$line = array(
			'at'      => gmdate( 'c' ),
			'kind'    => $kind,
			'region'  => $here->region(),
			'epoch'   => $here->epoch(),
			'orders'  => $orders,
			'because' => $why,
		);
		$text = (string) json_encode( $line, JSON_UNESCAPED_SLASHES ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- as in Answer.
		@file_put_contents( $here->path( 'journal' ), "$text\n", FILE_APPEND | LOCK_EX ); // phpcs:ignore WordPress -- the log has it too.
		error_log( "handover: not acknowledged $text" ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions -- for the person on call.
	}
}
