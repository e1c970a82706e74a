<?php
/**
 * What this region is, and whether its stack works for that.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Read fresh and without side effect. What an attacker could use, such as versions, is for callers with the token.
 */
final class Health {

	/**
	 * Answers `health`: 200 when the stack works for the region's role, otherwise 503.
	 *
	 * @param Settings $here What this host has been told.
	 * @return never
	 */
	public static function answer( Settings $here ): void {
		$given                 = $_SERVER['HTTP_X_HANDOVER_CANARY'] ?? ''; // phpcs:ignore WordPress.Security -- compared with the token.
		list( $status, $body ) = self::of( $here, Claim::read( $here ), $here->is_token( (string) $given ) );
		Answer::json( $status, $body, $here );
	}

	/**
	 * Answers `serving`: 200 only where this region may take customers.
	 *
	 * @param Settings $here What this host has been told.
	 * @return never
	 */
	public static function answer_serving( Settings $here ): void {
		$why  = Claim::read( $here )->not_serving( $here );
		$body = array(
			'serving' => null === $why,
			'because' => $why ?? self::serves( $here ),
		);
		Answer::json( null === $why ? 200 : 503, $body, $here );
	}

	/**
	 * Status and body of `health`.
	 *
	 * @param Settings $here    What this host has been told.
	 * @param Claim    $claim   What its database says.
	 * @param bool     $trusted Whether the caller may see versions and queues.
	 * @return array{int, array<string, mixed>}
	 */
	public static function of( Settings $here, Claim $claim, bool $trusted ): array {
		$sessions = self::sessions( $claim );
		$ill      = self::ill( $here, $claim, $sessions );
		$waits    = $claim->not_serving( $here );
		$gate     = $here->gate();
		$body     = array(
			'site'        => $here->site(),
			'region'      => $here->region(),
			'role'        => $here->role(),
			'epoch'       => $here->epoch(),
			'tableRegion' => $here->table_region(),
			'scheduler'   => $here->scheduler(),
			'gate'        => $gate,
			'workerPid'   => getmypid(),
			'serving'     => null === $waits,
			'because'     => $ill ?? $waits ?? ( null === $gate ? self::serves( $here ) : "the gate is shut: $gate" ),
			'database'    => self::database( $claim ),
			'sessions'    => $sessions,
			'inFlight'    => In_Flight::count( $here->path( 'in-flight' ) ),
		);
		if ( $trusted ) {
			$body['versions'] = Versions::all( $here );
			$body['shop']     = Claim::UNREACHABLE === $claim->state ? null : Shop_State::of();
		}
		return array( null === $ill ? 200 : 503, $body );
	}

	/**
	 * What a region that takes customers says of itself.
	 *
	 * @param Settings $here What this host has been told.
	 */
	private static function serves( Settings $here ): string {
		return "region {$here->region()} is the verified primary of epoch {$here->epoch()}";
	}

	/**
	 * What is broken, measured by what the region has to be; null when nothing is.
	 *
	 * @param Settings             $here     What this host has been told.
	 * @param Claim                $claim    What its database says.
	 * @param array<string, mixed> $sessions State of the session store.
	 */
	private static function ill( Settings $here, Claim $claim, array $sessions ): ?string {
		$region = "region {$here->region()}";
		if ( array() !== $here->problems() ) {
			return implode( ' ', $here->problems() );
		}
		if ( Claim::UNREACHABLE === $claim->state ) {
			return "the database of $region does not answer";
		}
		if ( ! $sessions['reachable'] ) {
			return "the object cache of $region does not answer";
		}
		if ( 'standby' === $here->role() ) {
			return Claim::ABSENT === $claim->state ? "the database of $region holds no epoch" : null;
		}
		return $claim->not_primary( $here );
	}

	/**
	 * The database's part of `health`.
	 *
	 * @param Claim $claim What it says.
	 * @return array<string, mixed>
	 */
	private static function database( Claim $claim ): array {
		$number = static function ( $value ) {
			return null === $value ? null : (int) $value;
		};
		return array(
			'reachable'     => Claim::UNREACHABLE !== $claim->state,
			'serverId'      => $number( $claim->row['server_id'] ),
			'readOnly'      => Claim::UNREACHABLE === $claim->state ? null : $claim->is_read_only(),
			'epoch'         => $number( $claim->row['epoch'] ),
			'primary'       => $claim->row['region'],
			'verifiedEpoch' => $number( $claim->row['verified_epoch'] ),
		);
	}

	/**
	 * Where logins and carts are: in the database, and in Redis only where a drop-in puts the object cache there.
	 *
	 * @param Claim $claim What the database says.
	 * @return array{reachable: bool, role: ?string}
	 */
	private static function sessions( Claim $claim ): array {
		$cache = $GLOBALS['wp_object_cache'] ?? null;
		$state = array(
			'reachable' => Claim::UNREACHABLE !== $claim->state,
			'role'      => $claim->is_read_only() ? 'replica' : 'primary',
		);
		if ( ! function_exists( 'wp_using_ext_object_cache' ) || ! wp_using_ext_object_cache() || ! is_object( $cache ) || ! method_exists( $cache, 'redis_instance' ) ) {
			return $state;
		}
		try {
			$redis = $cache->redis_instance();
			$info  = is_object( $redis ) && method_exists( $redis, 'info' ) ? $redis->info( 'replication' ) : null;
			$role  = $info['role'] ?? $info['Replication']['role'] ?? null;
			return array(
				'reachable' => null !== $role,
				'role'      => 'master' === $role ? 'primary' : 'replica',
			);
		} catch ( \Throwable $error ) {
			return array(
				'reachable' => false,
				'role'      => null,
			);
		}
	}
}
