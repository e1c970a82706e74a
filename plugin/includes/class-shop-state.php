<?php
/**
 * Queues, storage and folders of the shop.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Read from the tables and options directly, so that it works before WooCommerce is loaded and without it.
 */
final class Shop_State {

	/**
	 * Where orders are: `orders tables`, `orders tables and posts`, `posts`, or `posts and orders tables`; the first one
	 * named is the one that counts.
	 */
	public static function storage(): string {
		$tables = 'yes' === get_option( 'woocommerce_custom_orders_table_enabled' );
		$both   = 'yes' === get_option( 'woocommerce_custom_orders_table_data_sync_enabled' );
		if ( $tables ) {
			return $both ? 'orders tables and posts' : 'orders tables';
		}
		return $both ? 'posts and orders tables' : 'posts';
	}

	/**
	 * The types of orders that the shop has, and those that its plugins have made; empty for a shop without WooCommerce.
	 */
	public static function order_types(): string {
		global $wpdb;
		$suppressed = $wpdb->suppress_errors( true );
		$there      = (array) $wpdb->get_col( "SELECT DISTINCT type FROM {$wpdb->prefix}wc_orders" ); // phpcs:ignore WordPress.DB -- WooCommerce has no function for it.
		$wpdb->suppress_errors( $suppressed );
		$types = array_unique( array_merge( $there, function_exists( 'wc_get_order_types' ) ? wc_get_order_types() : array() ) );
		sort( $types );
		return implode( ', ', array_filter( $types ) );
	}

	/**
	 * What somebody asks who looks into a move.
	 *
	 * @return array<string, mixed>
	 */
	public static function of(): array {
		return array(
			'storage'         => self::storage(),
			'cronOverdue'     => self::overdue_cron(),
			'actionScheduler' => self::actions(),
			'uploadsWritable' => is_writable( self::uploads() ), // phpcs:ignore WordPress.WP.AlternativeFunctions -- asks, writes nothing.
			'heartbeatAt'     => Heartbeat::last(),
			'multisite'       => is_multisite(),
		);
	}

	/**
	 * Cron events that should have run five minutes ago.
	 */
	private static function overdue_cron(): int {
		$overdue = 0;
		foreach ( (array) get_option( 'cron', array() ) as $at => $hooks ) {
			$overdue += is_numeric( $at ) && $at < time() - 300 ? count( (array) $hooks ) : 0;
		}
		return $overdue;
	}

	/**
	 * Actions by state; null for a shop without Action Scheduler.
	 *
	 * @return array<string, int>|null
	 */
	private static function actions(): ?array {
		global $wpdb;
		$table      = $wpdb->prefix . 'actionscheduler_actions';
		$suppressed = $wpdb->suppress_errors( true );
		// phpcs:disable WordPress.DB -- the table's name is WordPress' own.
		$row = $wpdb->get_row( "SELECT SUM(status = 'in-progress') AS running, SUM(status = 'pending') AS pending, SUM(status = 'pending' AND scheduled_date_gmt < UTC_TIMESTAMP() - INTERVAL 5 MINUTE) AS overdue FROM $table WHERE status IN ('pending', 'in-progress')", ARRAY_A );
		// phpcs:enable
		$wpdb->suppress_errors( $suppressed );
		return is_array( $row ) ? array_map( 'intval', $row ) : null;
	}

	/**
	 * The folder of uploads, without making it.
	 */
	private static function uploads(): string {
		$path = (string) get_option( 'upload_path' );
		if ( '' === $path || 'wp-content/uploads' === $path ) {
			return WP_CONTENT_DIR . '/uploads';
		}
		return 0 === strpos( $path, '/' ) ? $path : ABSPATH . $path;
	}
}
