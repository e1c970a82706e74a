<?php
/**
 * Runs a piece of work while nobody listens.
 *
 * @package Handover
 */

namespace Handover;

/**
 * No hook of another plugin, no mail, no stock: only what WooCommerce needs to find its own store.
 */
final class Silence {

	/** Hooks that WooCommerce needs to find its own tables and types. All others are silent meanwhile. */
	const KEPT_HOOKS = '/^(query$|sanitize_|(pre_|default_)?(site_)?(option|transient)|woocommerce_(order|order-item|order-item-[a-z]+|[a-z_-]+)_data_store$|woocommerce_data_stores$|woocommerce_(order_class|get_order_item_classname)$|clean_url$|esc_html$)/';

	/** Statements that would end the transaction. */
	const ENDING = '/^\s*(start\s|begin\b|commit\b|rollback\b|create\s|alter\s|drop\s|truncate\s|rename\s|lock\s|set\s+autocommit)/i';

	/**
	 * Runs `$work` with all hooks silent but those that WooCommerce itself needs, and lets nothing end the transaction.
	 *
	 * @param callable(): mixed $work What to run.
	 * @return mixed What it returns.
	 */
	public static function keep( callable $work ) {
		$hooks     = $GLOBALS['wp_filter'];
		$suspended = wp_suspend_cache_addition( true );
		try {
			// phpcs:disable WordPress.WP.GlobalVariablesOverride -- put back below.
			$GLOBALS['wp_filter'] = array_filter(
				$hooks,
				static function ( $name ) {
					return 1 === preg_match( self::KEPT_HOOKS, $name );
				},
				ARRAY_FILTER_USE_KEY
			);
			add_filter( 'query', array( __CLASS__, 'refuse_ending' ), PHP_INT_MAX );
			return $work();
		} finally {
			remove_filter( 'query', array( __CLASS__, 'refuse_ending' ), PHP_INT_MAX );
			$GLOBALS['wp_filter'] = $hooks;
			// phpcs:enable
			wp_suspend_cache_addition( $suspended );
		}
	}

	/**
	 * Refuses what would commit half of the canary.
	 *
	 * @param string $query Of wpdb.
	 * @throws \RuntimeException For such a statement.
	 */
	public static function refuse_ending( $query ) {
		if ( 1 === preg_match( self::ENDING, $query ) ) {
			throw new \RuntimeException( 'a statement would have ended the transaction of the canary order: ' . substr( trim( $query ), 0, 40 ) );
		}
		return $query;
	}
}
