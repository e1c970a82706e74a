<?php
/**
 * Plugin Name: Handover (loader)
 * Description: Loads Handover before all other plugins, so that a shut gate answers before WooCommerce begins an order.
 * Version: 1.0.0
 * License: GPL-2.0-or-later
 *
 * This file belongs into wp-content/mu-plugins; the folder `handover` may be beside it or in wp-content/plugins.
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
