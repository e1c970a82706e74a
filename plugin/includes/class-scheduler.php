<?php
/**
 * Lets Action Scheduler and WP-Cron run in one region only.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Background work runs where role, epoch and writability agree, the settings say on, and nobody has paused it. What can
 * be told without the database is asked first: a page asks for cron jobs each time and must not cost a query.
 */
final class Scheduler {

	/**
	 * Begins to hold.
	 */
	public static function start(): void {
		if ( ! Settings::current()->is_set_up() ) {
			return;
		}
		$here = __CLASS__;
		add_filter( 'action_scheduler_queue_runner_concurrent_batches', array( $here, 'batches' ), PHP_INT_MAX );
		add_filter( 'action_scheduler_allow_async_request_runner', array( $here, 'async' ), PHP_INT_MAX );
		add_action( 'action_scheduler_before_process_queue', array( $here, 'before_queue' ), 0 );
		add_action( 'action_scheduler_before_execute', array( $here, 'before_action' ), 0 );
		add_filter( 'pre_get_ready_cron_jobs', array( $here, 'cron' ), PHP_INT_MAX );
		add_filter( 'pre_unschedule_event', array( $here, 'before_event' ), 0 );
		add_filter( 'pre_reschedule_event', array( $here, 'before_event' ), 0 );
	}

	/**
	 * Why background work must not run here; null when it may.
	 *
	 * @param bool $ask Whether to ask the database too.
	 */
	public static function held( bool $ask = true ): ?string {
		$here  = Settings::current();
		$state = $here->scheduler();
		if ( 'on' !== $state ) {
			return "the scheduler of region {$here->region()} is $state";
		}
		if ( 'primary' !== $here->role() ) {
			return "region {$here->region()} is the standby of epoch {$here->epoch()}";
		}
		return $ask ? Claim::read( $here )->not_primary( $here ) : null;
	}

	/**
	 * No batch may begin while held.
	 *
	 * @param int $batches What others allow.
	 */
	public static function batches( $batches ) {
		return null === self::held() ? $batches : 0;
	}

	/**
	 * No loop-back request while held.
	 *
	 * @param bool $allowed What others allow.
	 */
	public static function async( $allowed ) {
		return $allowed && null === self::held( false );
	}

	/**
	 * No cron job is due while held. Only the cron process itself asks the database.
	 *
	 * @param array|null $jobs What others found.
	 */
	public static function cron( $jobs ) {
		return null === self::held( wp_doing_cron() ) ? $jobs : array();
	}

	/**
	 * Ends a queue run before its cleaner writes.
	 */
	public static function before_queue(): void {
		$why = self::held();
		if ( null !== $why ) {
			self::stop( "No action runs: $why." );
		}
	}

	/**
	 * Ends a batch at the action that the fence reached. An exception would mark the action as failed, so that it would
	 * never run; this way it stays pending, and the claim is given back where the database still takes it.
	 *
	 * @param int $action_id The action.
	 */
	public static function before_action( $action_id ): void {
		$why = self::held();
		if ( null === $why ) {
			return;
		}
		$store = \ActionScheduler::store();
		$claim = (int) $store->get_claim_id( $action_id );
		if ( 0 !== $claim ) {
			$store->release_claim( new \ActionScheduler_ActionClaim( (string) $claim, $store->find_actions_by_claim_id( (string) $claim ) ) );
		}
		self::stop( "Action $action_id does not run: $why." );
	}

	/**
	 * Ends a cron process at the job that the fence reached: WordPress asks this before it takes a job off its list.
	 *
	 * @param mixed $result What others decided.
	 */
	public static function before_event( $result ) {
		$why = wp_doing_cron() ? self::held() : null;
		if ( null !== $why ) {
			self::stop( "No cron job runs: $why." );
		}
		return $result;
	}

	/**
	 * Ends the process, in the words of whoever started it.
	 *
	 * @param string $sentence Why.
	 */
	public static function stop( string $sentence ): void {
		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			\WP_CLI::error( $sentence );
		}
		Answer::json( 503, array( 'because' => $sentence ), Settings::current() );
	}
}
