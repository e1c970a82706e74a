<?php
/**
 * Writes this region's heartbeat once; a systemd timer runs it every few seconds as the web server's user.
 *
 * @package Handover
 */

if ( 'cli' !== PHP_SAPI ) {
	http_response_code( 404 );
	exit;
}

require_once __DIR__ . '/includes/autoload.php';
require_once __DIR__ . '/includes/small-wordpress.php';

$handover_why = handover_small_wordpress()
	? Handover\Heartbeat::beat( Handover\Settings::current() )
	: 'WordPress was not found; set HANDOVER_WORDPRESS to the folder of wp-load.php';

// A standby has nothing to write, and nothing is wrong with that.
if ( null !== $handover_why && 'standby' !== Handover\Settings::current()->role() ) {
	fwrite( STDERR, "handover: no heartbeat: $handover_why\n" ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- for the journal.
	exit( 1 );
}
