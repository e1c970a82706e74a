<?php
/**
 * What is installed, so that both regions can be compared.
 *
 * @package Handover
 */

namespace Handover;

/**
 * The active plugins, must-use plugins, drop-ins and the theme by version and content: two folders with the same version
 * and one patched file are not the same. Reading all PHP files of a shop takes a moment, so the answer is kept a minute.
 */
final class Versions {

	const KEPT_SECONDS = 60;

	/**
	 * Versions by name.
	 *
	 * @param Settings $settings Where to keep them.
	 * @return array<string, string>
	 */
	public static function all( Settings $settings ): array {
		$file = $settings->path( 'versions' );
		if ( is_readable( $file ) && time() - (int) filemtime( $file ) < self::KEPT_SECONDS ) {
			$kept = json_decode( (string) file_get_contents( $file ), true );
			if ( is_array( $kept ) ) {
				return $kept;
			}
		}
		$found = self::read();
		$next  = $file . '.' . getmypid();
		if ( @file_put_contents( $next, (string) json_encode( $found ) ) ) { // phpcs:ignore WordPress -- a cache that can't be kept is not kept.
			rename( $next, $file ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- whole or not at all.
		}
		return $found;
	}

	/**
	 * A folder's or file's PHP by name and content: twelve hexadecimal digits.
	 *
	 * @param string $path The plugin's folder, or its one file.
	 */
	public static function hash( string $path ): string {
		$files = array();
		if ( is_dir( $path ) ) {
			$flags = \FilesystemIterator::SKIP_DOTS | \FilesystemIterator::FOLLOW_SYMLINKS;
			foreach ( new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( $path, $flags ) ) as $file ) {
				if ( 'php' === strtolower( $file->getExtension() ) ) {
					$files[ substr( $file->getPathname(), strlen( $path ) ) ] = $file->getPathname();
				}
			}
		} elseif ( is_file( $path ) ) {
			$files[''] = $path;
		}
		ksort( $files, SORT_STRING );
		$sum = hash_init( 'sha256' );
		foreach ( $files as $name => $file ) {
			hash_update( $sum, $name . "\0" . hash_file( 'sha256', $file ) . "\0" );
		}
		return substr( hash_final( $sum ), 0, 12 );
	}

	/**
	 * Reads all of it.
	 *
	 * @return array<string, string>
	 */
	private static function read(): array {
		$versions = array(
			'wordpress'                           => (string) $GLOBALS['wp_version'],
			'wordpress db_version'                => (string) get_option( 'db_version' ),
			'woocommerce db_version'              => (string) get_option( 'woocommerce_db_version' ),
			'woocommerce storage of orders'       => Shop_State::storage(),
			'woocommerce types of orders'         => Shop_State::order_types(),
			'table prefix'                        => $GLOBALS['wpdb']->prefix,
			'php'                                 => PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION,
			'theme ' . get_option( 'stylesheet' ) => self::hash( WP_CONTENT_DIR . '/themes/' . get_option( 'stylesheet' ) ),
		);
		foreach ( (array) get_option( 'active_plugins', array() ) as $plugin ) {
			$name              = '.' === dirname( $plugin ) ? $plugin : dirname( $plugin );
			$versions[ $name ] = self::version( WP_PLUGIN_DIR . "/$plugin" ) . ' ' . self::hash( WP_PLUGIN_DIR . "/$name" );
		}
		foreach ( (array) glob( WPMU_PLUGIN_DIR . '/*.php' ) as $file ) {
			$versions[ 'mu-plugins/' . basename( $file ) ] = self::hash( $file );
		}
		foreach ( array( 'object-cache.php', 'advanced-cache.php', 'db.php', 'db-error.php' ) as $name ) {
			if ( is_file( WP_CONTENT_DIR . "/$name" ) ) {
				$versions[ $name ] = self::hash( WP_CONTENT_DIR . "/$name" );
			}
		}
		$versions['handover'] = HANDOVER_VERSION . ' ' . self::hash( dirname( HANDOVER_FILE ) );
		return $versions;
	}

	/**
	 * The version in a plugin's header.
	 *
	 * @param string $file Its main file.
	 */
	private static function version( string $file ): string {
		if ( ! is_file( $file ) ) {
			return 'missing';
		}
		return (string) get_file_data( $file, array( 'version' => 'Version' ) )['version'];
	}
}
