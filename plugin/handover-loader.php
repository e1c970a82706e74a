<?php
/**
 * Loads Handover before all other plugins, so that a shut gate answers before WooCommerce begins an order.
 *
 * This file belongs into wp-content/mu-plugins; the folder `handover` may be beside it or in wp-content/plugins. It has no
 * header of a plugin: in its folder WordPress would list it as a second one.
 *
 * @package Handover
 */

if ( ! defined( 'ABSPATH' ) ) {
	return;
}

foreach ( array( __DIR__, WP_PLUGIN_DIR ) as $handover_folder ) {
	if ( is_file( $handover_folder . '/handover/handover.php' ) ) {
		require_once $handover_folder . '/handover/handover.php';
		break;
	}
}
unset( $handover_folder );
