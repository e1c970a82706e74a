<?php

declare(strict_types=1);

namespace Handover;

/** Sums are made in whole cents; a float would lose one sooner or later. */
final class Money
{
    /** `"25.98000000"` -> 2598 */
    public static function cents(string $decimal): int
    {
        [$whole, $fraction] = [...explode('.', $decimal), ''];
        return (int) $whole * 100 + (int) substr("{$fraction}00", 0, 2);
    }

    /** 2598 -> `"25.98"` */
    public static function text(int $cents): string
    {
        return sprintf('%d.%02d', intdiv($cents, 100), $cents % 100);
    }
}
