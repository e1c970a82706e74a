<?php

declare(strict_types=1);

namespace Shop;

/** Logins and carts of a shop without a Redis: rows of WooCommerce's sessions, which move with the database. */
final class StoredSessions
{
    private const LIFE_SECONDS = 172800;

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public static function login(array $body): array
    {
        $customer = Input::name('customer', $body['customer'] ?? null);
        $token = bin2hex(random_bytes(16));
        self::accepted(static fn () => Rows::insert('woocommerce_sessions', [
            'session_key' => $token,
            'session_value' => serialize(['customer' => $customer]),
            'session_expiry' => time() + self::LIFE_SECONDS,
        ]));
        return [200, ['token' => $token]];
    }

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public static function fill(array $body): array
    {
        $token = Input::name('token', $body['token'] ?? null);
        $sku = Input::name('sku', $body['sku'] ?? null);
        $quantity = Input::quantity('qty', $body['qty'] ?? null);
        Rows::lock("cart $token");
        $session = self::sessionOf($token);
        $session['cart'] = [$sku => $quantity] + ($session['cart'] ?? []);
        self::accepted(static fn () => Rows::update('woocommerce_sessions', ['session_value' => serialize($session)], ['session_key' => $token]));
        return self::answer($token, $session['cart']);
    }

    /** @return array{int, array<string, mixed>} */
    public static function show(string $token): array
    {
        $token = Input::name('token', $token);
        return self::answer($token, self::sessionOf($token)['cart'] ?? []);
    }

    /** @return array{customer: string, cart?: array<string, int>} */
    private static function sessionOf(string $token): array
    {
        $value = Rows::text('SELECT session_value FROM wp_woocommerce_sessions WHERE session_key = %s', $token)
            ?? throw new Refusal(401, 'nobody is logged in with this token; POST /my-account/ gives a new one');
        $session = unserialize($value, ['allowed_classes' => false]);
        return is_array($session) ? $session : throw new Refusal(500, 'the session is not readable');
    }

    /** @param callable(): mixed $write */
    private static function accepted(callable $write): void
    {
        global $wpdb;
        $write();
        if ($wpdb->last_error !== '') {
            throw new Refusal(503, "the database of this region takes no cart now: {$wpdb->last_error}");
        }
    }

    /**
     * @param array<string, int> $cart
     * @return array{int, array<string, mixed>}
     */
    private static function answer(string $token, array $cart): array
    {
        $lines = [];
        foreach ($cart as $sku => $quantity) {
            $lines[] = ['sku' => (string) $sku, 'qty' => $quantity];
        }
        return [200, ['token' => $token, 'lines' => $lines]];
    }
}
