<?php
/**
 * Loads the plugin's classes on first use, so that a page which places no order pays for none of them.
 *
 * @package Handover
 */

spl_autoload_register(
	static function ( $name ) {
		if ( 0 !== strpos( $name, 'Handover\\' ) ) {
			return;
		}
		$file = __DIR__ . '/class-' . strtolower( str_replace( '_', '-', substr( $name, 9 ) ) ) . '.php';
		if ( is_file( $file ) ) {
			require_once $file;
		}
	}
);
