<?php
/**
 * `wp handover`, for people at a shell.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Shows and moves this host's part of a transfer. Gate and pause are files: they act at once and need no database.
 */
final class Command {

	/**
	 * Adds the commands, and stops those of others that would run background work past the fence.
	 */
	public static function register(): void {
		\WP_CLI::add_command( 'handover', __CLASS__ );
		foreach ( array( 'action-scheduler run', 'action-scheduler action run', 'cron event run' ) as $command ) {
			\WP_CLI::add_hook(
				"before_invoke:$command",
				static function () {
					$why = Settings::current()->is_set_up() ? Scheduler::held() : null;
					if ( null !== $why ) {
						\WP_CLI::error( "No background work runs here: $why." );
					}
				}
			);
		}
	}

	/**
	 * Shows role, epoch, gate, scheduler and what is wrong with the set-up.
	 */
	public function status(): void {
		foreach ( Screen::rows( Settings::current() ) as list( $name, $value ) ) {
			\WP_CLI::line( str_pad( $name, 22 ) . $value );
		}
	}

	/**
	 * Prints the answer of /wp-json/handover/v1/health, with versions.
	 */
	public function health(): void {
		list( $status, $body ) = Health::of( Settings::current(), Claim::read( Settings::current() ), true );
		\WP_CLI::line( (string) wp_json_encode( $body, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) );
		\WP_CLI::halt( 200 === $status ? 0 : 1 );
	}

	/**
	 * Holds new orders on this host, and waits for those in flight.
	 *
	 * ## OPTIONS
	 *
	 * [--because=<sentence>]
	 * : What /health and your colleagues are told.
	 *
	 * [--wait=<seconds>]
	 * : How long to wait for orders in flight. Default 10.
	 *
	 * @param string[]              $args    None.
	 * @param array<string, string> $options As above.
	 */
	public function gate( $args, $options ): void {
		$settings = Settings::current();
		self::put( $settings->path( 'gate' ), ( $options['because'] ?? 'shut by hand with wp handover gate' ) . "\n" );
		if ( ! In_Flight::wait( $settings->path( 'in-flight' ), (float) ( $options['wait'] ?? 10 ) ) ) {
			\WP_CLI::warning( sprintf( 'The gate is shut, but %s orders are still in flight.', In_Flight::count( $settings->path( 'in-flight' ) ) ?? 'an unknown number of' ) );
			\WP_CLI::halt( 1 );
		}
		\WP_CLI::success( 'The gate is shut, and no order is in flight.' );
	}

	/**
	 * Takes new orders again.
	 */
	public function ungate(): void {
		self::drop( Settings::current()->path( 'gate' ) );
		\WP_CLI::success( 'The gate is open.' );
	}

	/**
	 * Pauses Action Scheduler and WP-Cron on this host.
	 */
	public function pause(): void {
		self::put( Settings::current()->path( 'paused' ), "paused by hand with wp handover pause\n" );
		\WP_CLI::success( 'The scheduler is paused. A batch under way stops at its next action.' );
	}

	/**
	 * Lets Action Scheduler and WP-Cron run again where role, epoch and database agree.
	 */
	public function resume(): void {
		self::drop( Settings::current()->path( 'paused' ) );
		$why = Scheduler::held();
		\WP_CLI::success( null === $why ? 'The scheduler runs.' : "The pause is over; nothing runs yet: $why." );
	}

	/**
	 * Lists orders that are not whole, and the verb that ends each; exit code 1 if there are any.
	 *
	 * ## OPTIONS
	 *
	 * [--days=<days>]
	 * : How far back to look. Default 2.
	 *
	 * [--format=<format>]
	 * : table, json or csv. Default table.
	 *
	 * @param string[]              $args    None.
	 * @param array<string, string> $options As above.
	 */
	public function check( $args, $options ): void {
		self::require_woocommerce();
		$found = Half_Orders::find( max( 1, (int) ( $options['days'] ?? 2 ) ) );
		\WP_CLI\Utils\format_items( $options['format'] ?? 'table', $found, array( 'order', 'status', 'because', 'verb' ) );
		\WP_CLI::halt( array() === $found ? 0 : 1 );
	}

	/**
	 * Does what is left undone of an order.
	 *
	 * ## OPTIONS
	 *
	 * <order>
	 * : Its id.
	 *
	 * @param string[] $args The id.
	 */
	public function complete( $args ): void {
		self::end( array( __NAMESPACE__ . '\\Half_Orders', 'complete' ), $args[0] );
	}

	/**
	 * Cancels an order that can't be completed.
	 *
	 * ## OPTIONS
	 *
	 * <order>
	 * : Its id.
	 *
	 * @param string[] $args The id.
	 */
	public function cancel( $args ): void {
		self::end( array( __NAMESPACE__ . '\\Half_Orders', 'cancel' ), $args[0] );
	}

	/**
	 * Ends one order where this region may write.
	 *
	 * @param callable(int): string $verb Of `Half_Orders`.
	 * @param string                $id   The order's.
	 */
	private static function end( callable $verb, string $id ): void {
		self::require_woocommerce();
		$here = Settings::current();
		$why  = $here->is_set_up() ? Claim::read( $here )->not_taking_orders( $here ) : null;
		if ( null !== $why ) {
			\WP_CLI::error( "No order is changed here: $why." );
		}
		try {
			\WP_CLI::success( $verb( (int) $id ) );
		} catch ( \RuntimeException $error ) {
			\WP_CLI::error( $error->getMessage() );
		}
	}

	/**
	 * Ends the command where there is no WooCommerce to ask.
	 */
	private static function require_woocommerce(): void {
		if ( ! function_exists( 'wc_get_orders' ) ) {
			\WP_CLI::error( 'WooCommerce is not active.' );
		}
	}

	/**
	 * Writes a switch of this host, whole or not at all.
	 *
	 * @param string $file Where.
	 * @param string $text What.
	 */
	private static function put( string $file, string $text ): void {
		if ( ! @file_put_contents( "$file.next", $text ) || ! rename( "$file.next", $file ) ) { // phpcs:ignore WordPress -- a file of the host; the sentence tells it.
			\WP_CLI::error( "This user can't write $file; try with sudo." );
		}
	}

	/**
	 * Removes a switch of this host.
	 *
	 * @param string $file Where.
	 */
	private static function drop( string $file ): void {
		if ( is_file( $file ) && ! @unlink( $file ) ) { // phpcs:ignore WordPress -- a file of the host; the sentence tells it.
			\WP_CLI::error( "This user can't remove $file; try with sudo." );
		}
	}
}
