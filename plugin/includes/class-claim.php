<?php
/**
 * The database's own word on which region is the primary.
 *
 * @package Handover
 */

namespace Handover;

/**
 * The site's row in `handover_epoch` and whether the server takes writes. The runbook makes the table with its own
 * rights; the shop's user only reads it.
 */
final class Claim {

	const READ        = 'read';
	const ABSENT      = 'absent';
	const UNREACHABLE = 'unreachable';

	/**
	 * `read`, `absent` (the database answers and holds no row for the site) or `unreachable`.
	 *
	 * @var string
	 */
	public $state;

	/**
	 * The row, with `read_only` and `server_id`; what could not be read is null.
	 *
	 * @var array<string, int|string|null>
	 */
	public $row;

	/**
	 * Takes what `read` has found.
	 *
	 * @param string                         $state One of the constants.
	 * @param array<string, int|string|null> $row   Columns by name.
	 */
	public function __construct( string $state, array $row ) {
		$this->state = $state;
		$this->row   = $row + array_fill_keys( array( 'epoch', 'region', 'verified_epoch', 'read_only', 'server_id' ), null );
	}

	/**
	 * Asks the database: one query, two where the table or the row is missing.
	 *
	 * @param Settings $settings Names the site.
	 */
	public static function read( Settings $settings ): self {
		global $wpdb;
		// In db-error.php WordPress has no object for a database yet.
		if ( empty( $wpdb->dbh ) ) {
			return new self( self::UNREACHABLE, array() );
		}
		$columns = '@@global.read_only AS read_only, @@global.server_id AS server_id';
		$row     = self::row( $wpdb->prepare( "SELECT epoch, region, verified_epoch, $columns FROM handover_epoch WHERE site = %s", $settings->site() ) ); // phpcs:ignore WordPress.DB.PreparedSQL -- no input but the site.
		if ( null !== $row ) {
			return new self( self::READ, $row );
		}
		$row = self::row( "SELECT $columns" );
		return null === $row ? new self( self::UNREACHABLE, array() ) : new self( self::ABSENT, $row );
	}

	/**
	 * Whether the server refuses writes; a server that does not say so counts as one that does.
	 */
	public function is_read_only(): bool {
		return ! in_array( $this->row['read_only'], array( '0', 0, 'OFF' ), true );
	}

	/**
	 * Why this region must not write as the primary of its epoch; null when it may.
	 *
	 * @param Settings $here What this host has been told.
	 */
	public function not_primary( Settings $here ): ?string {
		$region = "region {$here->region()}";
		if ( array() !== $here->problems() ) {
			return $here->problems()[0];
		}
		if ( 'primary' !== $here->role() ) {
			return "$region is the standby of epoch {$here->epoch()}";
		}
		if ( self::UNREACHABLE === $this->state ) {
			return "the database of $region does not answer";
		}
		if ( $this->is_read_only() ) {
			return "the database of $region is read-only";
		}
		if ( self::ABSENT === $this->state ) {
			return "the database holds no epoch for site {$here->site()}";
		}
		if ( (int) $this->row['epoch'] !== $here->epoch() ) {
			return "the settings hold epoch {$here->epoch()}, the database epoch {$this->row['epoch']}";
		}
		if ( $this->row['region'] !== $here->region() ) {
			return "the database names region {$this->row['region']} as primary of epoch {$here->epoch()}, not {$here->region()}";
		}
		return null;
	}

	/**
	 * Why this region must not take customers; null when it may.
	 *
	 * @param Settings $here What this host has been told.
	 */
	public function not_serving( Settings $here ): ?string {
		$why = $this->not_primary( $here );
		if ( null !== $why || (int) $this->row['verified_epoch'] === (int) $this->row['epoch'] ) {
			return $why;
		}
		return "region {$here->region()} is not verified in epoch {$here->epoch()} yet";
	}

	/**
	 * Why an order must not be written here; null when it may. Before the runbook has made its row nothing can
	 * contradict a writable database, and a plugin that is only half set up must not close a shop.
	 *
	 * @param Settings $here What this host has been told.
	 */
	public function not_taking_orders( Settings $here ): ?string {
		$unclaimed = self::ABSENT === $this->state && ! $this->is_read_only() && 'standby' !== $here->role();
		return $unclaimed ? null : $this->not_serving( $here );
	}

	/**
	 * One row; null where there is none and where the database did not answer.
	 *
	 * @param string $query Prepared.
	 * @return array<string, int|string|null>|null
	 */
	private static function row( string $query ): ?array {
		global $wpdb;
		$suppressed = $wpdb->suppress_errors( true );
		$row        = $wpdb->get_row( $query, ARRAY_A ); // phpcs:ignore WordPress.DB -- an answer from a cache would be no answer.
		$wpdb->suppress_errors( $suppressed );
		return is_array( $row ) ? $row : null;
	}
}
