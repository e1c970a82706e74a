<?php

declare(strict_types=1);

namespace Handover;

/**
 * The rule by which a region takes customers: its settings and its database say, each on its own, that it is the
 * primary of the current epoch, the database is writable, and the region has been verified in this epoch.
 */
final class Serving
{
    /** @param array<string, int|float|string|null>|null $claim */
    private function __construct(private readonly Settings $settings, public readonly ?array $claim)
    {
    }

    /** Reads without a lock, for answers that write nothing to the database. */
    public static function read(Settings $settings, Database $database): self
    {
        return new self($settings, $database->row(self::query(''), [$settings->site]));
    }

    /**
     * Reads inside the caller's transaction and keeps a shared lock on the claim until its end: the epoch cannot move
     * on between this check and the commit, and whoever moves it waits for the orders under way.
     */
    public static function hold(Settings $settings, Database $database): self
    {
        return new self($settings, $database->row(self::query('LOCK IN SHARE MODE'), [$settings->site]));
    }

    /** Why this region must not write as the primary of its epoch; null when it may. */
    public function notPrimary(): ?string
    {
        $here = $this->settings;
        if ($here->role !== 'primary') {
            return "region {$here->region} is the standby of epoch {$here->epoch}";
        }
        if ($this->claim === null) {
            return "the database holds no epoch for site {$here->site}";
        }
        if ($this->claim['epoch'] !== $here->epoch) {
            return "the settings hold epoch {$here->epoch}, the database epoch {$this->claim['epoch']}";
        }
        if ($this->claim['region'] !== $here->region) {
            return "the database names region {$this->claim['region']} as primary of epoch {$here->epoch}, not {$here->region}";
        }
        return $this->claim['read_only'] === 0 ? null : "the database of region {$here->region} is read-only";
    }

    /** Why this region must not take customers; null when it may. */
    public function notServing(): ?string
    {
        $why = $this->notPrimary();
        if ($why !== null || $this->claim === null || $this->claim['verified_epoch'] === $this->claim['epoch']) {
            return $why;
        }
        return "region {$this->settings->region} is not verified in epoch {$this->settings->epoch} yet";
    }

    public function requirePrimary(): void
    {
        $this->refuse($this->notPrimary());
    }

    public function requireServing(): void
    {
        $this->refuse($this->notServing());
    }

    private function refuse(?string $why): void
    {
        if ($why !== null) {
            throw new Refusal(503, $why);
        }
    }

    private static function query(string $lock): string
    {
        return 'SELECT epoch, region, verified_epoch, @@global.read_only AS read_only, @@global.server_id AS server_id'
            . " FROM handover_epoch WHERE site = ? $lock";
    }
}
