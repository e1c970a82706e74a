<?php
/**
 * The page under Tools.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Shows what this host is and changes nothing: a transfer is moved from outside both regions.
 */
final class Screen {

	/**
	 * Adds the page.
	 */
	public static function register(): void {
		add_management_page( 'Handover', 'Handover', 'manage_options', 'handover', array( __CLASS__, 'show' ) );
	}

	/**
	 * Prints the page.
	 */
	public static function show(): void {
		echo '<div class="wrap"><h1>Handover</h1><table class="widefat striped"><tbody>';
		foreach ( self::rows( Settings::current() ) as list( $name, $value ) ) {
			printf( '<tr><th scope="row">%s</th><td>%s</td></tr>', esc_html( $name ), esc_html( $value ) );
		}
		echo '</tbody></table></div>';
	}

	/**
	 * What to show, by name.
	 *
	 * @param Settings $here What this host has been told.
	 * @return array<int, array{string, string}>
	 */
	public static function rows( Settings $here ): array {
		if ( ! $here->is_set_up() ) {
			return array( array( 'Set up', 'Not yet: this host has no HANDOVER_ROLE, so nothing is held. See docs/woocommerce.md.' ) );
		}
		$claim    = Claim::read( $here );
		$waits    = $claim->not_serving( $here );
		$held     = Scheduler::held();
		$flying   = In_Flight::count( $here->path( 'in-flight' ) );
		$problems = self::problems( $here, $claim );
		return array(
			array( 'Region', $here->region() ),
			array( 'Role', $here->role() ),
			array( 'Epoch', "{$here->epoch()} here, " . ( $claim->row['epoch'] ?? 'none' ) . ' in the database' ),
			array( 'Takes customers', null === $waits ? 'yes' : "no: $waits" ),
			array( 'Gate', null === $here->gate() ? 'open' : 'shut: ' . $here->gate() ),
			array( 'Orders in flight', null === $flying ? 'unknown' : (string) $flying ),
			array( 'Scheduler', null === $held ? 'runs' : "held: $held" ),
			array( 'Last heartbeat', ( Heartbeat::last() ?? 'never' ) . ' UTC' ),
			array( 'Storage of orders', Shop_State::storage() ),
			array( 'To do', array() === $problems ? 'nothing' : implode( ' ', $problems ) ),
		);
	}

	/**
	 * What somebody still has to do, one sentence each.
	 *
	 * @param Settings $here  What this host has been told.
	 * @param Claim    $claim What its database says.
	 * @return string[]
	 */
	private static function problems( Settings $here, Claim $claim ): array {
		$problems = $here->problems();
		if ( Claim::ABSENT === $claim->state ) {
			$problems[] = 'The database has no table handover_epoch with a row for this site; the runbook makes it.';
		}
		if ( ! Loader::is_first() ) {
			$problems[] = sprintf( 'Other plugins are loaded first. Type: cp %s/%s %s/', dirname( HANDOVER_FILE ), Loader::NAME, WPMU_PLUGIN_DIR );
		}
		$file = $here->path( 'in-flight' );
		if ( ! is_readable( $file ) && ! is_writable( dirname( $file ) ) ) { // phpcs:ignore WordPress.WP.AlternativeFunctions -- asks, writes nothing.
			$problems[] = "Orders in flight can't be counted: this user can't make $file.";
		}
		if ( is_multisite() ) {
			$problems[] = 'A network of sites is not supported.';
		}
		return $problems;
	}
}
