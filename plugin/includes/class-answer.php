<?php
/**
 * Writes an answer of the plugin's own and ends the request.
 *
 * @package Handover
 */

namespace Handover;

/**
 * JSON for programs, a short page for people. Works before WordPress has loaded its plugins.
 */
final class Answer {

	const RETRY_SECONDS = 5;
	const REASONS       = array( 503 => 'Service Unavailable' );

	/**
	 * Whether this request has its answer.
	 *
	 * @var bool
	 */
	public static $is_given = false;

	/**
	 * Sends JSON and ends.
	 *
	 * @param int                  $status   HTTP status.
	 * @param array<string, mixed> $body     The fields.
	 * @param Settings             $settings Names region and epoch.
	 * @return never
	 */
	public static function json( int $status, array $body, Settings $settings ): void {
		self::head( $status, $settings );
		header( 'Content-Type: application/json; charset=utf-8' );
		echo json_encode( $body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- works without WordPress.
		exit;
	}

	/**
	 * The head of every answer of the plugin's own.
	 *
	 * @param int      $status   HTTP status.
	 * @param Settings $settings Names region and epoch.
	 */
	public static function head( int $status, Settings $settings ): void {
		self::$is_given = true;
		// A status line that WordPress has set already stays what it was under http_response_code() before PHP 8.3.
		header( "HTTP/1.1 $status " . ( self::REASONS[ $status ] ?? 'OK' ), true, $status );
		header( 'Cache-Control: no-store' );
		header( 'X-Handover-Region: ' . $settings->region() );
		header( 'X-Handover-Epoch: ' . $settings->epoch() );
		if ( 503 === $status ) {
			header( 'Retry-After: ' . self::RETRY_SECONDS );
		}
	}

	/**
	 * The body of a 503 for an order request, in the form its caller reads.
	 *
	 * @param string $kind     Of `Order_Request`.
	 * @param string $sentence For the customer.
	 * @param string $because  For the person who looks into it.
	 * @return array{string, string} Content type and text.
	 */
	public static function refusal( string $kind, string $sentence, string $because ): array {
		$json  = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;
		$plain = htmlspecialchars( $sentence, ENT_QUOTES );
		if ( 'rest' === $kind ) {
			$body = array(
				'code'    => 'handover_not_now',
				'message' => $sentence,
				'data'    => array(
					'status'  => 503,
					'because' => $because,
				),
			);
			return array( 'application/json; charset=utf-8', (string) json_encode( $body, $json ) ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- works without WordPress.
		}
		if ( 'checkout' === $kind && isset( $_GET['wc-ajax'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification -- the form of the answer, nothing else.
			$body = array(
				'result'   => 'failure',
				'messages' => "<ul class=\"woocommerce-error\" role=\"alert\"><li>$plain</li></ul>",
				'refresh'  => false,
				'reload'   => false,
				'because'  => $because,
			);
			return array( 'application/json; charset=utf-8', (string) json_encode( $body, $json ) ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- works without WordPress.
		}
		return array( 'text/html; charset=utf-8', "<!doctype html><meta charset=\"utf-8\"><title>One moment</title><p>$plain</p>" );
	}
}
