<?php
/**
 * WordPress without its plugins, theme and query: settings and database alone.
 *
 * @package Handover
 */

/**
 * Finds wp-load.php above the plugin, or where `HANDOVER_WORDPRESS` says, and loads WordPress with SHORTINIT.
 *
 * @return bool Whether it was found.
 */
function handover_small_wordpress(): bool {
	$folders = array( (string) getenv( 'HANDOVER_WORDPRESS' ), (string) ( $_SERVER['HANDOVER_WORDPRESS'] ?? '' ) ); // phpcs:ignore WordPress.Security -- set by the web server's configuration.
	$folder  = __DIR__;
	while ( dirname( $folder ) !== $folder ) {
		$folders[] = $folder;
		$folder    = dirname( $folder );
	}
	foreach ( $folders as $folder ) {
		if ( '' !== $folder && is_file( "$folder/wp-load.php" ) ) {
			define( 'SHORTINIT', true );
			require "$folder/wp-load.php";
			return true;
		}
	}
	return false;
}
