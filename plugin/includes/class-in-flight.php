<?php
/**
 * Counts the requests of this host that are writing orders.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Each such request holds a shared lock on one file until its process is done with it. The kernel drops the lock of a
 * worker that was killed, so nothing is left to clean up, and `flock -x -w 10 FILE true` waits at most 10 seconds for
 * all of them.
 */
final class In_Flight {

	/**
	 * The open file; closing it ends the lock, so it stays until PHP ends the request.
	 *
	 * @var resource|null
	 */
	private static $held = null;

	/**
	 * Counts this request until it ends. Called before the gate is looked at: whoever shuts the gate and then counts,
	 * sees every request that found it open.
	 *
	 * @param string $file The file of the locks.
	 * @return bool False where the file can't be had, so that nobody can count.
	 */
	public static function enter( string $file ): bool {
		$handle = self::open( $file );
		if ( false === $handle || ! flock( $handle, LOCK_SH ) ) {
			return false;
		}
		self::$held = $handle;
		return true;
	}

	/**
	 * Ends the count of this request early, where it was refused.
	 */
	public static function leave(): void {
		self::$held = null;
	}

	/**
	 * How many requests hold a lock now; null where that can't be told.
	 *
	 * @param string $file  The file of the locks.
	 * @param string $locks The kernel's list.
	 */
	public static function count( string $file, string $locks = '/proc/locks' ): ?int {
		clearstatcache( true, $file );
		$inode = @fileinode( $file ); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- absent before the first order.
		$lines = @file( $locks ); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- absent outside Linux.
		if ( false === $inode || false === $lines ) {
			return null;
		}
		return count( preg_grep( "/ FLOCK .* READ .*:$inode /", $lines ) );
	}

	/**
	 * Waits until no request holds a lock.
	 *
	 * @param string $file    The file of the locks.
	 * @param float  $seconds The longest wait.
	 * @return bool Whether there was such a moment.
	 */
	public static function wait( string $file, float $seconds ): bool {
		$handle = self::open( $file );
		$ends   = microtime( true ) + $seconds;
		do {
			if ( false !== $handle && flock( $handle, LOCK_EX | LOCK_NB ) ) {
				return true;
			}
			usleep( 20000 );
		} while ( microtime( true ) < $ends );
		return false;
	}

	/**
	 * Opens the file, which somebody else may own. "e": a program that a gateway starts must not keep the lock.
	 *
	 * @param string $file The file of the locks.
	 * @return resource|false
	 */
	private static function open( string $file ) {
		$handle = @fopen( $file, 'ce' ); // phpcs:ignore WordPress.PHP.NoSilencedErrors, WordPress.WP.AlternativeFunctions -- the caller tells it.
		return false === $handle ? @fopen( $file, 're' ) : $handle; // phpcs:ignore WordPress.PHP.NoSilencedErrors, WordPress.WP.AlternativeFunctions -- the caller tells it.
	}
}
