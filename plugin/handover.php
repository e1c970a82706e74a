<?php
/**
 * Plugin Name: Handover
 * Description: Lets a WooCommerce shop move between two regions without acknowledging half an order: health, gate, scheduler, canary order, heartbeat.
 * Version: 1.0.0
 * Requires at least: 6.1
 * Requires PHP: 7.4
 * WC requires at least: 8.2
 * Author: handover
 * License: GPL-2.0-or-later
 * License URI: https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain: handover
 *
 * @package Handover
 */

if ( ! defined( 'ABSPATH' ) || defined( 'HANDOVER_VERSION' ) ) {
	return;
}

define( 'HANDOVER_VERSION', '1.0.0' );
define( 'HANDOVER_FILE', __FILE__ );

require_once __DIR__ . '/includes/autoload.php';

Handover\Plugin::start();
