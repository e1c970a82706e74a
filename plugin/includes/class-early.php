<?php
/**
 * Answers health and serving before WordPress has loaded a theme or another plugin.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Neither a plugin that closes the REST API nor one that is slow stands between a probe and its answer.
 */
final class Early {

	/**
	 * Answers the request under way if it is the plugin's own, and ends it.
	 */
	public static function answer(): void {
		$name = self::name( $_SERVER, $_GET ); // phpcs:ignore WordPress.Security -- compared with two names.
		if ( 'serving' === $name ) {
			Health::answer_serving( Settings::current() );
		}
		if ( 'health' === $name ) {
			Health::answer( Settings::current() );
		}
	}

	/**
	 * `health`, `serving`, or empty for what is not ours to answer here.
	 *
	 * @param array<string, mixed> $server `$_SERVER`.
	 * @param array<string, mixed> $get    `$_GET`.
	 */
	public static function name( array $server, array $get ): string {
		if ( ! in_array( $server['REQUEST_METHOD'] ?? '', array( 'GET', 'HEAD' ), true ) ) {
			return '';
		}
		$path = (string) strtok( (string) ( $server['REQUEST_URI'] ?? '' ), '?' );
		if ( 1 === preg_match( '#/handover-serving/?$#D', $path ) ) {
			return 'serving';
		}
		return 1 === preg_match( '#^/handover/v1/(health|serving)/?$#D', Order_Request::route( $path, $get ), $found ) ? $found[1] : '';
	}
}
