<?php
/**
 * Shows the other region until when this one was writing.
 *
 * @package Handover
 */

namespace Handover;

/**
 * One row a region in `handover_heartbeat`, written every few seconds by a systemd timer through beat.php. Neither by
 * WP-Cron nor Action Scheduler, which a transfer pauses and which run when somebody visits; nor by the health probe,
 * whose answer must change nothing and which ends where the monitor does. The runbook makes the table.
 */
final class Heartbeat {

	/**
	 * Writes the row where this region is the primary.
	 *
	 * @param Settings $here What this host has been told.
	 * @return string|null Why it was not written; null when it was.
	 */
	public static function beat( Settings $here ): ?string {
		global $wpdb;
		$why = Claim::read( $here )->not_primary( $here );
		if ( null !== $why ) {
			return $why;
		}
		$query = $wpdb->prepare( 'INSERT INTO handover_heartbeat (region, at, epoch) VALUES (%s, UTC_TIMESTAMP(6), %d) ON DUPLICATE KEY UPDATE at = VALUES(at), epoch = VALUES(epoch)', $here->region(), $here->epoch() );
		return false === $wpdb->query( $query ) ? "the database refused the heartbeat: {$wpdb->last_error}" : null; // phpcs:ignore WordPress.DB -- prepared one line above.
	}

	/**
	 * When any region was last seen writing, as the database holds it; null for never.
	 */
	public static function last(): ?string {
		global $wpdb;
		$suppressed = $wpdb->suppress_errors( true );
		$at         = $wpdb->get_var( 'SELECT MAX(at) FROM handover_heartbeat' ); // phpcs:ignore WordPress.DB -- an answer from a cache would be no answer.
		$wpdb->suppress_errors( $suppressed );
		return $at;
	}
}
