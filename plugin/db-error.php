<?php
/**
 * WordPress loads wp-content/db-error.php when its database does not let it in. Copy this file there unless the shop has
 * one of its own: a shop without a database is closed for a moment (503), not broken (500), and a probe learns why.
 *
 * @package Handover
 */

// WordPress has not defined the folders of plugins yet, unless wp-config.php has.
$handover_folders = array(
	defined( 'WPMU_PLUGIN_DIR' ) ? WPMU_PLUGIN_DIR : WP_CONTENT_DIR . '/mu-plugins',
	defined( 'WP_PLUGIN_DIR' ) ? WP_PLUGIN_DIR : WP_CONTENT_DIR . '/plugins',
);
foreach ( $handover_folders as $handover_folder ) {
	if ( is_file( $handover_folder . '/handover/includes/autoload.php' ) ) {
		require_once $handover_folder . '/handover/includes/autoload.php';
		Handover\Early::answer();
		Handover\Answer::head( 503, Handover\Settings::current() );
		break;
	}
}

http_response_code( 503 );
header( 'Retry-After: 5' );
header( 'Content-Type: text/html; charset=utf-8' );
echo '<!doctype html><meta charset="utf-8"><title>One moment</title><p>The shop is closed for a moment. Please try again in a few seconds.</p>';
