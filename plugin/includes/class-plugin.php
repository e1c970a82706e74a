<?php
/**
 * Puts the parts in their places.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Runs once, as early as WordPress loads this plugin.
 */
final class Plugin {

	/**
	 * Answers what is the plugin's own, guards what writes orders, and hooks the rest.
	 */
	public static function start(): void {
		$is_shell = defined( 'WP_CLI' ) && WP_CLI;
		if ( ! $is_shell && ! wp_installing() ) {
			Early::answer();
			// phpcs:disable WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- only compared; WooCommerce checks the nonce after.
			Guard::stand(
				Order_Request::kind(
					$_SERVER,
					$_GET,
					$_POST,
					static function () {
						return (string) file_get_contents( 'php://input' );
					}
				)
			);
			// phpcs:enable
			Order_Writes::listen();
			add_filter( 'rest_pre_dispatch', array( __NAMESPACE__ . '\\Guard', 'before_rest' ), 0, 3 );
		}
		Scheduler::start();
		add_filter( 'handover_dynamodb_region', array( __CLASS__, 'dynamodb_region' ), 0 );
		add_action( 'rest_api_init', array( __NAMESPACE__ . '\\Canary', 'register' ) );
		add_action( 'admin_menu', array( __NAMESPACE__ . '\\Screen', 'register' ) );
		add_action( 'before_woocommerce_init', array( __CLASS__, 'declare_compatibility' ) );
		register_activation_hook( HANDOVER_FILE, array( __NAMESPACE__ . '\\Loader', 'install' ) );
		register_deactivation_hook( HANDOVER_FILE, array( __NAMESPACE__ . '\\Loader', 'remove' ) );
		if ( $is_shell ) {
			Command::register();
		}
	}

	/**
	 * The region of the DynamoDB table that this region uses now. Others ask by the filter of this name.
	 *
	 * @param string $otherwise Their own.
	 */
	public static function dynamodb_region( $otherwise ) {
		$region = Settings::current()->table_region();
		return '' === $region ? $otherwise : $region;
	}

	/**
	 * Tells WooCommerce that both storages of orders are fine with this plugin.
	 */
	public static function declare_compatibility(): void {
		if ( class_exists( '\Automattic\WooCommerce\Utilities\FeaturesUtil' ) ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', HANDOVER_FILE, true );
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', HANDOVER_FILE, true );
		}
	}
}
