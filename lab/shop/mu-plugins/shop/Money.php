<?php

declare(strict_types=1);

namespace Shop;

/** Sums are made in whole cents; a float would lose one sooner or later. */
final class Money
{
    /** `"-25.98000000"` -> -2598 */
    public static function cents(string $decimal): int
    {
        [$whole, $fraction] = [...explode('.', ltrim($decimal, '-')), ''];
        $cents = (int) $whole * 100 + (int) substr("{$fraction}00", 0, 2);
        return str_starts_with($decimal, '-') ? -$cents : $cents;
    }

    /** -2598 -> `"-25.98"` */
    public static function text(int $cents): string
    {
        return sprintf('%s%d.%02d', $cents < 0 ? '-' : '', intdiv(abs($cents), 100), abs($cents) % 100);
    }
}
