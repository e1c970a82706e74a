<?php

declare(strict_types=1);

namespace Shop;

/** What arrives from outside, checked at the door. Every refusal names the field and shows what would be right. */
final class Input
{
    /** @return array<mixed> */
    public static function json(): array
    {
        $body = json_decode((string) file_get_contents('php://input'), true, 16);
        return is_array($body) ? $body : throw Refusal::badInput('the body', 'is not a JSON object');
    }

    public static function query(string $field): string
    {
        $value = $_GET[$field] ?? null;
        return is_string($value) ? $value : throw Refusal::badInput($field, "is missing from the query, as in ?$field=...");
    }

    /** A key, intent, sku or customer: it goes into files, keys and mails, so it stays within harmless letters. */
    public static function name(string $field, mixed $value): string
    {
        if (!is_string($value) || preg_match('/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/D', $value) !== 1) {
            throw Refusal::badInput($field, 'must be 1 to 100 letters, digits or . _ : @ -, such as "order-7f3a"');
        }
        return $value;
    }

    public static function quantity(string $field, mixed $value): int
    {
        if (!is_int($value) || $value < 1 || $value > 1000) {
            throw Refusal::badInput($field, 'must be a whole number from 1 to 1000, such as 2');
        }
        return $value;
    }

    /** Compares in constant time: a token must not be guessed by the time a wrong one takes. */
    public static function requireToken(string $given, string $wanted, string $header): void
    {
        if (!hash_equals($wanted, $given)) {
            throw new Refusal(403, "header $header does not hold this shop's token");
        }
    }
}
