<?php
/**
 * What this region has been told to be.
 *
 * @package Handover
 */

namespace Handover;

/**
 * Role, epoch and paths of this host. A worker of php-fpm has them in its environment (`env[NAME]`, changed by the
 * runbook with a reload); a shell and a systemd timer read the same lines from the file; a constant in wp-config.php
 * is the last resort.
 */
final class Settings {

	const PATTERNS = array(
		'HANDOVER_SITE'       => '/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/D',
		'HANDOVER_REGION'     => '/^[A-Za-z0-9][A-Za-z0-9-]{0,15}$/D',
		'HANDOVER_ROLE'       => '/^(primary|standby)$/D',
		'HANDOVER_EPOCH'      => '/^\d{1,15}$/D',
		'HANDOVER_SCHEDULER'  => '/^(on|off)$/D',
		'AWS_DYNAMODB_REGION' => '/^[a-z0-9][a-z0-9-]{0,62}$/D',
	);

	/** Without these the shop is not set up for a move, and the plugin holds nothing. */
	const REQUIRED = array( 'HANDOVER_SITE', 'HANDOVER_REGION', 'HANDOVER_ROLE', 'HANDOVER_EPOCH' );

	/**
	 * Values by name, checked.
	 *
	 * @var array<string, string>
	 */
	private $values = array();

	/**
	 * One sentence for each value that can't be used.
	 *
	 * @var string[]
	 */
	private $problems = array();

	/**
	 * Whether any of the required values is set, be it a wrong one.
	 *
	 * @var bool
	 */
	private $any = false;

	/**
	 * Paths on this host.
	 *
	 * @var array<string, string>
	 */
	private $paths;

	/**
	 * The settings of this request.
	 *
	 * @var self|null
	 */
	private static $current = null;

	/**
	 * Takes each value from the first of `$sources` that has it.
	 *
	 * @param array<int, callable(string): ?string> $sources Return a value by name, or null.
	 */
	public function __construct( array $sources ) {
		$find = Sources::first( $sources );
		foreach ( self::PATTERNS as $name => $pattern ) {
			$this->accept( $name, $pattern, $find( $name ) );
		}
		$folder                         = rtrim( (string) ( $find( 'HANDOVER_RUN' ) ?? '/run/handover' ), '/' );
		$this->paths                    = array(
			'gate'      => $find( 'HANDOVER_GATE' ) ?? "$folder/gate",
			'paused'    => $find( 'HANDOVER_SCHEDULER_PAUSED' ) ?? "$folder/scheduler-paused",
			'in-flight' => $find( 'HANDOVER_IN_FLIGHT' ) ?? "$folder/in-flight",
			'versions'  => "$folder/versions.json",
			'journal'   => $find( 'HANDOVER_JOURNAL' ) ?? '/var/lib/handover/unacknowledged.jsonl',
			'token'     => (string) $find( 'HANDOVER_TOKEN_FILE' ),
		);
		$this->values['HANDOVER_TOKEN'] = (string) $find( 'HANDOVER_TOKEN' );
	}

	/**
	 * The settings of this request or command, read once.
	 */
	public static function current(): self {
		if ( null === self::$current ) {
			self::$current = new self( Sources::in_order( 'cli' === PHP_SAPI ) );
		}
		return self::$current;
	}

	/**
	 * Whether somebody has begun to set this shop up for a move.
	 */
	public function is_set_up(): bool {
		return $this->any;
	}

	/**
	 * What is wrong with the settings, one sentence each.
	 *
	 * @return string[]
	 */
	public function problems(): array {
		return $this->problems;
	}

	/** The key of the site's row in `handover_epoch`. */
	public function site(): string {
		return $this->values['HANDOVER_SITE'] ?? '';
	}

	/** The name of this region. */
	public function region(): string {
		return $this->values['HANDOVER_REGION'] ?? '';
	}

	/** `primary`, `standby`, or empty where that is not known. */
	public function role(): string {
		return $this->values['HANDOVER_ROLE'] ?? '';
	}

	/** The epoch of the last transfer; 0 where that is not known. */
	public function epoch(): int {
		return (int) ( $this->values['HANDOVER_EPOCH'] ?? 0 );
	}

	/** The region of the DynamoDB table; empty for a shop that has none. */
	public function table_region(): string {
		return $this->values['AWS_DYNAMODB_REGION'] ?? '';
	}

	/**
	 * `on`, `off` or `paused`: the file pauses a host whose settings still say on.
	 */
	public function scheduler(): string {
		if ( 'on' !== ( $this->values['HANDOVER_SCHEDULER'] ?? 'off' ) ) {
			return 'off';
		}
		return is_file( $this->paths['paused'] ) ? 'paused' : 'on';
	}

	/**
	 * Why new orders are held; null while they are not. Read each time, because it must act at once.
	 */
	public function gate(): ?string {
		if ( ! is_file( $this->paths['gate'] ) ) {
			return null;
		}
		$reason = trim( (string) @file_get_contents( $this->paths['gate'] ) ); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- the runbook may remove it meanwhile.
		return '' === $reason ? 'no reason was given' : $reason;
	}

	/**
	 * A path on this host.
	 *
	 * @param string $name `gate`, `paused`, `in-flight`, `versions` or `journal`.
	 */
	public function path( string $name ): string {
		return $this->paths[ $name ];
	}

	/**
	 * Whether `$given` is the runbook's token. Compared in constant time; without a token nobody has it.
	 *
	 * @param string $given What the caller sent.
	 */
	public function is_token( string $given ): bool {
		$wanted = $this->values['HANDOVER_TOKEN'];
		if ( '' === $wanted && '' !== $this->paths['token'] ) {
			$wanted = trim( (string) @file_get_contents( $this->paths['token'] ) ); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- an unreadable token is no token.
		}
		return '' !== $wanted && hash_equals( $wanted, $given );
	}

	/**
	 * Keeps a value, or says what is wrong with it.
	 *
	 * @param string      $name    Its name.
	 * @param string      $pattern What it must match.
	 * @param string|null $value   What was found.
	 */
	private function accept( string $name, string $pattern, ?string $value ): void {
		$required  = in_array( $name, self::REQUIRED, true );
		$this->any = $this->any || ( $required && null !== $value );
		if ( null !== $value && 1 === preg_match( $pattern, $value ) ) {
			$this->values[ $name ] = $value;
		} elseif ( null !== $value || $required ) {
			$this->problems[] = sprintf( 'Setting %s %s; it must match %s.', $name, null === $value ? 'is not set' : "is \"$value\"", trim( $pattern, '/D' ) );
		}
	}
}
