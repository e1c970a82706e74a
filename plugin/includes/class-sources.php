<?php
/**
 * Where settings come from.
 *
 * @package Handover
 */

namespace Handover;

/**
 * A source returns a value by name, or null.
 */
final class Sources {

	/**
	 * A worker of php-fpm believes its environment, which the runbook reloads; a shell has an environment of its own, so
	 * it believes the file.
	 *
	 * @param bool $is_shell Whether this is a command.
	 * @return array<int, callable(string): ?string>
	 */
	public static function in_order( bool $is_shell ): array {
		$environment = array( __CLASS__, 'of_environment' );
		$constant    = array( __CLASS__, 'of_constant' );
		return $is_shell ? array( self::of_file(), $environment, $constant ) : array( $environment, self::of_file(), $constant );
	}

	/**
	 * Takes each value from the first source that has it.
	 *
	 * @param array<int, callable(string): ?string> $sources In order.
	 * @return callable(string): ?string
	 */
	public static function first( array $sources ): callable {
		return static function ( $name ) use ( $sources ) {
			foreach ( $sources as $source ) {
				$value = $source( $name );
				if ( null !== $value && '' !== $value ) {
					return $value;
				}
			}
			return null;
		};
	}

	/**
	 * A source that reads the lines `env[NAME] = "value"` of a php-fpm include.
	 *
	 * @param string $text The file's content.
	 * @return callable(string): ?string
	 */
	public static function of_text( string $text ): callable {
		preg_match_all( '/^[ \t]*env\[(\w+)\][ \t]*=[ \t]*"?([^"\r\n]*?)"?[ \t]*$/m', $text, $found );
		$values = array_combine( $found[1], $found[2] );
		return static function ( $name ) use ( $values ) {
			return $values[ $name ] ?? null;
		};
	}

	/**
	 * The file that `HANDOVER_SETTINGS` names, as a source. Read on first use only.
	 *
	 * @return callable(string): ?string
	 */
	public static function of_file(): callable {
		$read = null;
		return static function ( $name ) use ( &$read ) {
			if ( null === $read ) {
				$file = self::of_environment( 'HANDOVER_SETTINGS' ) ?? self::of_constant( 'HANDOVER_SETTINGS' ) ?? '/etc/handover/php-fpm.conf';
				$read = self::of_text( is_readable( $file ) ? (string) file_get_contents( $file ) : '' );
			}
			return $read( $name );
		};
	}

	/**
	 * A value of the process' environment.
	 *
	 * @param string $name Its name.
	 */
	public static function of_environment( string $name ): ?string {
		$value = getenv( $name );
		return false === $value ? null : $value;
	}

	/**
	 * A constant of wp-config.php.
	 *
	 * @param string $name Its name.
	 */
	public static function of_constant( string $name ): ?string {
		return defined( $name ) ? (string) constant( $name ) : null;
	}
}
