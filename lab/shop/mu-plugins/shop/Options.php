<?php

declare(strict_types=1);

namespace Shop;

/** Versions by which WooCommerce throws away what it has cached: a second's number each, so most writes of one second change nothing. */
final class Options
{
    public static function touch(string ...$names): void
    {
        foreach ($names as $name) {
            Rows::update('options', ['option_value' => (string) time()], ['option_name' => "_transient_$name-transient-version"]);
        }
    }
}
