<?php
/**
 * Keeps the small file in mu-plugins that loads this plugin first.
 *
 * @package Handover
 */

namespace Handover;

/**
 * A normal plugin is loaded after others and from a list in the database, which is the other region's during a move.
 */
final class Loader {

	const NAME = 'handover-loader.php';

	/**
	 * Writes the file into mu-plugins.
	 *
	 * @return string|null What to do by hand; null when it is there.
	 */
	public static function install(): ?string {
		$source = dirname( HANDOVER_FILE ) . '/' . self::NAME;
		$target = WPMU_PLUGIN_DIR . '/' . self::NAME;
		if ( is_file( $target ) && md5_file( $target ) === md5_file( $source ) ) {
			return null;
		}
		$copied = ( is_dir( WPMU_PLUGIN_DIR ) || @mkdir( WPMU_PLUGIN_DIR, 0755, true ) ) && @copy( $source, $target ); // phpcs:ignore WordPress -- the sentence tells it.
		return $copied ? null : "This user can't write $target. Type: cp $source $target";
	}

	/**
	 * Takes the file away when somebody switches the plugin off here.
	 */
	public static function remove(): void {
		$target = WPMU_PLUGIN_DIR . '/' . self::NAME;
		if ( is_file( $target ) ) {
			wp_delete_file( $target );
		}
	}

	/**
	 * Whether this plugin runs before all others.
	 */
	public static function is_first(): bool {
		return is_file( WPMU_PLUGIN_DIR . '/' . self::NAME );
	}
}
