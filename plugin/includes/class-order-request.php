<?php
/**
 * Which requests write orders.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Decides by method, path and fields alone, before WordPress has loaded other plugins. What writes and is not known to
 * leave orders alone counts as one that writes them: a gateway's call-back has whatever name its maker gave it.
 */
final class Order_Request {

	/** REST routes that write no order. */
	const FREE_ROUTES = array(
		'#^/(wp|wp-block-editor|wp-site-health|oembed|handover)/#',
		'#^/wc/store(/v\d+)?/cart(/|$)#',
	);

	const BATCH_ROUTES = '#^/(wc/store(/v\d+)?/batch|batch/v\d+)/?$#';

	/** Names of `?wc-ajax=` that change the cart, or nothing. */
	const CART_CALLS = array(
		'get_refreshed_fragments',
		'apply_coupon',
		'remove_coupon',
		'update_shipping_method',
		'get_cart_totals',
		'update_order_review',
		'add_to_cart',
		'remove_from_cart',
		'get_variation',
		'get_customer_location',
	);

	/** Actions of admin-ajax.php that begin with `woocommerce_` and write no order. */
	const FREE_ACTIONS = '/^woocommerce_(json_search_|get_|load_|feature_product$|product_ordering$|term_ordering$|tax_rates_save_|shipping_|toggle_gateway_|update_api_key$|(add|save|link|remove|bulk_edit)_(all_)?(new_)?(attributes?(_and_variations)?|variations?)$)/';

	/** Actions of a list or an editor that only show something. */
	const VIEWS = array( '', '-1', 'edit', 'new', 'view' );

	/**
	 * The kind of an order request: `rest`, `checkout`, `pay`, `callback` or `admin`; `return` for the page of one
	 * order, to which gateways send customers back; empty for every other request.
	 *
	 * @param array<string, mixed> $server `$_SERVER`.
	 * @param array<string, mixed> $get    `$_GET`.
	 * @param array<string, mixed> $post   `$_POST`.
	 * @param callable(): string   $body   Reads the body; called for a batch alone.
	 */
	public static function kind( array $server, array $get, array $post, callable $body ): string {
		$path  = (string) parse_url( '//x' . self::text( $server, 'REQUEST_URI' ), PHP_URL_PATH ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- this class must work without WordPress.
		$route = self::route( $path, $get );
		if ( '' !== $route ) {
			return self::writes_rest( $route, self::method( $server, $get ), $body ) ? 'rest' : '';
		}
		if ( '' !== self::text( $get, 'wc-ajax' ) ) {
			return in_array( self::text( $get, 'wc-ajax' ), self::CART_CALLS, true ) ? '' : 'checkout';
		}
		if ( '' !== self::text( $get, 'wc-api' ) || 1 === preg_match( '#/wc-api/.#', $path ) ) {
			return 'callback';
		}
		if ( false !== strpos( $path, '/wp-admin/' ) ) {
			$is_post = 'POST' === self::text( $server, 'REQUEST_METHOD' );
			return self::writes_admin( $path, $is_post, $get, $post ) ? 'admin' : '';
		}
		return self::form( $get, $post );
	}

	/**
	 * The REST route; empty for a page.
	 *
	 * @param string               $path Of the URL.
	 * @param array<string, mixed> $get  `$_GET`.
	 */
	public static function route( string $path, array $get ): string {
		$plain = self::text( $get, 'rest_route' );
		if ( '' !== $plain ) {
			return '/' . ltrim( $plain, '/' );
		}
		$prefix = defined( 'HANDOVER_REST_PREFIX' ) ? (string) HANDOVER_REST_PREFIX : 'wp-json';
		$at     = strpos( $path, "/$prefix/" );
		return false === $at ? '' : rawurldecode( substr( $path, $at + strlen( $prefix ) + 1 ) );
	}

	/**
	 * Whether a REST call may write an order.
	 *
	 * @param string             $route  Such as `/wc/v3/orders/12`.
	 * @param string             $method Upper case.
	 * @param callable(): string $body   Reads the body.
	 */
	public static function writes_rest( string $route, string $method, callable $body ): bool {
		if ( in_array( $method, array( 'GET', 'HEAD', 'OPTIONS' ), true ) ) {
			return false;
		}
		if ( 1 === preg_match( self::BATCH_ROUTES, $route ) ) {
			return self::batch_writes( $body() );
		}
		foreach ( self::FREE_ROUTES as $free ) {
			if ( 1 === preg_match( $free, $route ) ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether one request of a batch may write an order. A body that can't be read may hold one.
	 *
	 * @param string $body JSON.
	 */
	private static function batch_writes( string $body ): bool {
		$requests = json_decode( $body, true )['requests'] ?? null;
		if ( ! is_array( $requests ) ) {
			return true;
		}
		$none = static function () {
			return '';
		};
		foreach ( $requests as $request ) {
			$path   = parse_url( '//x' . self::text( (array) $request, 'path' ), PHP_URL_PATH ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- this class must work without WordPress.
			$method = strtoupper( self::text( (array) $request, 'method' ) );
			if ( self::writes_rest( (string) $path, '' === $method ? 'POST' : $method, $none ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether an admin's request may write an order: the editor, the lists of both storages, and what they call.
	 *
	 * @param string               $path    Of the URL.
	 * @param bool                 $is_post Whether it has a form.
	 * @param array<string, mixed> $get     `$_GET`.
	 * @param array<string, mixed> $post    `$_POST`.
	 */
	private static function writes_admin( string $path, bool $is_post, array $get, array $post ): bool {
		$action = self::text( $post, 'action' ) . self::text( $get, 'action' );
		if ( '-1' === $action || '' === $action ) {
			$action = self::text( $post, 'action2' ) . self::text( $get, 'action2' );
		}
		switch ( basename( $path ) ) {
			case 'admin-ajax.php':
				$is_free = 1 === preg_match( self::FREE_ACTIONS, $action ) || in_array( preg_replace( '/^woocommerce_/', '', $action ), self::CART_CALLS, true );
				return 1 === preg_match( '/^(woocommerce|wc)[_-]/', $action ) && ! $is_free;
			case 'admin.php':
				return 0 === strpos( self::text( $get, 'page' ), 'wc-orders' ) && ( $is_post || ! in_array( $action, self::VIEWS, true ) );
			case 'edit.php':
				return 0 === strpos( self::text( $get, 'post_type' ), 'shop_order' ) && ( $is_post || ! in_array( $action, self::VIEWS, true ) );
			case 'post.php':
				$type = self::text( $post, 'post_type' );
				return $is_post ? '' === $type || 0 === strpos( $type, 'shop_order' ) : ! in_array( $action, self::VIEWS, true );
			default:
				return false;
		}
	}

	/**
	 * The forms of a shop's pages, the link that cancels an order, and its pages, whose address has its key.
	 *
	 * @param array<string, mixed> $get  `$_GET`.
	 * @param array<string, mixed> $post `$_POST`.
	 */
	private static function form( array $get, array $post ): string {
		if ( isset( $post['woocommerce_pay'] ) || isset( $get['cancel_order'] ) ) {
			return 'pay';
		}
		if ( isset( $post['woocommerce_checkout_place_order'] ) || isset( $post['woocommerce-process-checkout-nonce'] ) ) {
			return 'checkout';
		}
		return 0 === strpos( self::text( $get, 'key' ), 'wc_' ) ? 'return' : '';
	}

	/**
	 * The method, also where a client sends it beside another one, as WordPress allows.
	 *
	 * @param array<string, mixed> $server `$_SERVER`.
	 * @param array<string, mixed> $get    `$_GET`.
	 */
	private static function method( array $server, array $get ): string {
		$method = self::text( $get, '_method' );
		$method = '' === $method ? self::text( $server, 'HTTP_X_HTTP_METHOD_OVERRIDE' ) : $method;
		return strtoupper( '' === $method ? self::text( $server, 'REQUEST_METHOD' ) : $method );
	}

	/**
	 * A field as text; empty for a list.
	 *
	 * @param array<string, mixed> $fields Anything from outside.
	 * @param string               $name   The field.
	 */
	private static function text( array $fields, string $name ): string {
		return isset( $fields[ $name ] ) && is_scalar( $fields[ $name ] ) ? (string) $fields[ $name ] : '';
	}
}
