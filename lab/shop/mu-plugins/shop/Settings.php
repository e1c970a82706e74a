<?php

declare(strict_types=1);

namespace Shop;

/** What the lab never changes: addresses and secrets of a region. What the runbook changes, the plugin knows. */
final class Settings
{
    /** @var array<string, mixed>|null */
    private static ?array $fixed = null;

    public static function of(string $name): mixed
    {
        self::$fixed ??= require '/srv/etc/shop.php';
        return self::$fixed[$name];
    }

    /** Whether logins and carts are in a Redis; otherwise they are in the database. */
    public static function hasSessionStore(): bool
    {
        self::$fixed ??= require '/srv/etc/shop.php';
        return isset(self::$fixed['redis_host']);
    }

    /** The table's region, as every plugin asks for it; empty in a shop that has no table. */
    public static function tableRegion(): string
    {
        return (string) apply_filters('handover_dynamodb_region', '');
    }

    /** Refuses where this region must not take customers. */
    public static function requireServing(): void
    {
        $here = \Handover\Settings::current();
        $why = \Handover\Claim::read($here)->not_serving($here);
        if ($why !== null) {
            throw new Refusal(503, $why);
        }
    }
}
