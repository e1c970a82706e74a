<?php

declare(strict_types=1);

namespace Handover;

/** What this region has been told to be (php-fpm's `env[]`, changed by the runbook) and what the lab never changes. */
final class Settings
{
    /** @param array<string, mixed> $fixed the file /srv/etc/shop.php: addresses and secrets */
    private function __construct(
        public readonly string $site,
        public readonly string $region,
        public readonly string $role,
        public readonly int $epoch,
        public readonly ?string $tableRegion,
        public readonly bool $schedulerOn,
        public readonly array $fixed,
    ) {
    }

    public static function fromEnvironment(): self
    {
        return new self(
            self::setting('HANDOVER_SITE', '/^[a-z0-9-]+$/'),
            self::setting('HANDOVER_REGION', '/^[A-Z]$/'),
            self::setting('HANDOVER_ROLE', '/^(primary|standby)$/'),
            (int) self::setting('HANDOVER_EPOCH', '/^\d+$/'),
            getenv('AWS_DYNAMODB_REGION') === false ? null : self::setting('AWS_DYNAMODB_REGION', '/^[a-z0-9-]+$/'),
            self::setting('HANDOVER_SCHEDULER', '/^(on|off)$/') === 'on',
            require '/srv/etc/shop.php',
        );
    }

    /** Whether logins and carts are in a Redis; otherwise they are in the database. */
    public function hasSessionStore(): bool
    {
        return isset($this->fixed['redis_host']);
    }

    /** The reason why new checkouts are closed, null while they are open. Read at each request: it must act at once. */
    public function gate(): ?string
    {
        if (!is_file('/srv/run/gate')) {
            return null;
        }
        $reason = trim((string) @file_get_contents('/srv/run/gate'));
        return $reason === '' ? 'no reason given' : $reason;
    }

    /** `on`, `off` or `paused`: the pause file stops an instance whose settings still say on. */
    public function scheduler(): string
    {
        if (!$this->schedulerOn) {
            return 'off';
        }
        return is_file('/srv/run/scheduler-paused') ? 'paused' : 'on';
    }

    private static function setting(string $name, string $pattern): string
    {
        $value = getenv($name);
        if ($value === false || preg_match($pattern, $value) !== 1) {
            $found = $value === false ? 'is not set' : "is \"$value\"";
            throw new Refusal(503, "setting $name in /srv/etc/handover.conf $found, which does not match $pattern");
        }
        return $value;
    }
}
