<?php

declare(strict_types=1);

namespace Handover;

/** Logins and carts of a shop without a Redis: rows of its database, which move with it. */
final class StoredSessions
{
    public function __construct(private readonly Settings $settings, private readonly Database $database)
    {
    }

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public function login(array $body): array
    {
        $customer = Input::name('customer', $body['customer'] ?? null);
        $token = bin2hex(random_bytes(16));
        $this->database->change(
            'INSERT INTO wp_handover_sessions (token, customer, region, cart, changed_at) VALUES (?, ?, ?, NULL, UTC_TIMESTAMP(6))',
            [$token, $customer, $this->settings->region],
        );
        return [200, ['token' => $token]];
    }

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public function fill(array $body): array
    {
        $token = Input::name('token', $body['token'] ?? null);
        $sku = Input::name('sku', $body['sku'] ?? null);
        $quantity = Input::quantity('qty', $body['qty'] ?? null);
        return $this->database->transaction(function () use ($token, $sku, $quantity): array {
            $cart = [$sku => $quantity] + $this->cartOf($token, ' FOR UPDATE');
            $this->database->change(
                'UPDATE wp_handover_sessions SET cart = ?, changed_at = UTC_TIMESTAMP(6) WHERE token = ?',
                [json_encode($cart, JSON_THROW_ON_ERROR), $token],
            );
            return self::answer($token, $cart);
        });
    }

    /** @return array{int, array<string, mixed>} */
    public function show(string $token): array
    {
        $token = Input::name('token', $token);
        return self::answer($token, $this->cartOf($token));
    }

    /** @return array<string, int> quantities by sku */
    private function cartOf(string $token, string $lock = ''): array
    {
        $row = $this->database->row("SELECT cart FROM wp_handover_sessions WHERE token = ?$lock", [$token])
            ?? throw new Refusal(401, 'nobody is logged in with this token; POST /login gives a new one');
        $cart = json_decode((string) ($row['cart'] ?? '{}'), true, 8, JSON_THROW_ON_ERROR);
        return array_map(intval(...), is_array($cart) ? $cart : []);
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
