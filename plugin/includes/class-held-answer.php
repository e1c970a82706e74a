<?php
/**
 * Keeps an answer back until the request is over.
 *
 * @package Handover
 */

namespace Handover;

/**
 * An output buffer that lets nothing leave before its request ends. Other plugins flush, clean and remove buffers while
 * an order is still being written. A buffer without the flags of ob_start() for that would be no answer:
 * `while ( ob_get_level() ) { ob_end_clean(); }` would run for ever on it. So they get their way, but what they flush is
 * kept, and a buffer that they remove is put back at the next hook of WordPress.
 */
final class Held_Answer {

	/**
	 * Makes the answer of what was printed. Called when the answer leaves; it may still set headers.
	 *
	 * @var callable(string): string
	 */
	private $decide;

	/**
	 * What was flushed before the request was over.
	 *
	 * @var string
	 */
	private $kept = '';

	/**
	 * Whether the answer leaves now, or has left.
	 *
	 * @var bool
	 */
	private $leaves = false;

	/**
	 * WordPress' database: PHP takes away what only a global variable holds before it empties the buffers.
	 *
	 * @var mixed
	 */
	private $database;

	/**
	 * Begins to keep.
	 *
	 * @param callable(string): string $decide Makes the answer of what was printed.
	 */
	public function __construct( callable $decide ) {
		$this->decide   = $decide;
		$this->database = $GLOBALS['wpdb'] ?? null;
		ob_start( array( $this, 'buffered' ) );
		header_register_callback( array( $this, 'before_headers' ) );
		// WordPress registered its own first, so this comes after all hooks of `shutdown`.
		register_shutdown_function( array( $this, 'end' ) );
	}

	/**
	 * What PHP may do with the text of the buffer. It is the end where no function of a buffer asks for it: the request is
	 * over, or somebody sends the answer with fastcgi_finish_request().
	 *
	 * @param string $text  Of the buffer.
	 * @param int    $phase What happens to it: PHP_OUTPUT_HANDLER_*.
	 */
	public function buffered( $text, $phase ): string {
		if ( 0 !== ( $phase & PHP_OUTPUT_HANDLER_FINAL ) && ! $this->leaves ) {
			$this->leaves = ! self::is_by_hand();
			if ( ! $this->leaves ) {
				add_action( 'all', array( $this, 'put_back' ) );
			}
		}
		if ( 0 !== ( $phase & PHP_OUTPUT_HANDLER_CLEAN ) ) {
			return '';
		}
		if ( ! $this->leaves ) {
			$this->kept .= $text;
			return '';
		}
		$all        = $this->kept . $text;
		$this->kept = '';
		return ( $this->decide )( $all );
	}

	/**
	 * Puts the buffer back where somebody has removed it. PHP allows no new buffer while it empties another one.
	 */
	public function put_back(): void {
		if ( ! $this->leaves && ! self::is_by_hand() ) {
			remove_action( 'all', array( $this, 'put_back' ) );
			ob_start( array( $this, 'buffered' ) );
		}
	}

	/**
	 * Where something was printed past the buffer, after somebody had removed it: the status can still be decided.
	 */
	public function before_headers(): void {
		if ( ! $this->leaves ) {
			( $this->decide )( '' );
		}
	}

	/**
	 * Lets the answer leave.
	 */
	public function end(): void {
		remove_action( 'all', array( $this, 'put_back' ) );
		if ( ! $this->leaves && ! in_array( __CLASS__ . '::buffered', ob_list_handlers(), true ) ) {
			ob_start( array( $this, 'buffered' ) );
		}
		$this->leaves = true;
		wp_ob_end_flush_all();
	}

	/**
	 * Where a function of shutdown has exited, so that `end` was not called.
	 */
	public function __destruct() {
		if ( ! $this->leaves ) {
			$this->end();
		}
	}

	/**
	 * Whether a function such as ob_end_flush() is being run.
	 */
	private static function is_by_hand(): bool {
		$functions = array_column( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS ), 'function' ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions -- PHP tells in no other way who ends a buffer.
		return array() !== preg_grep( '/^ob_/', $functions );
	}
}
