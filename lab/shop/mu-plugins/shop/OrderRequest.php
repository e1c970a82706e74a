<?php

declare(strict_types=1);

namespace Shop;

/** An order as a customer asked for it, after its check. */
final class OrderRequest
{
    private const MOST_LINES = 20;

    /** @param list<array{sku: string, qty: int}> $lines */
    private function __construct(
        public readonly string $key,
        public readonly string $intent,
        public readonly string $customer,
        public readonly array $lines,
        public readonly bool $payNow,
    ) {
    }

    /** @param array<mixed> $body */
    public static function read(array $body): self
    {
        $pay = $body['pay'] ?? 'now';
        if ($pay !== 'now' && $pay !== 'later') {
            throw Refusal::badInput('pay', 'must be "now" or "later"');
        }
        return new self(
            Input::name('key', $body['key'] ?? null),
            Input::name('intent', $body['intent'] ?? null),
            Input::name('customer', $body['customer'] ?? null),
            self::lines($body['lines'] ?? null),
            $pay === 'now',
        );
    }

    /** The account of this e-mail address; 0 is a guest. */
    public function customerId(): int
    {
        return (int) Rows::text('SELECT ID FROM wp_users WHERE user_email = %s', $this->email());
    }

    public function email(): string
    {
        return str_contains($this->customer, '@') ? $this->customer : "{$this->customer}@customers.test";
    }

    /** @return list<array{sku: string, qty: int}> */
    private static function lines(mixed $lines): array
    {
        if (!is_array($lines) || !array_is_list($lines) || $lines === [] || count($lines) > self::MOST_LINES) {
            throw Refusal::badInput('lines', 'must be 1 to ' . self::MOST_LINES . ' entries such as {"sku": "sku-01", "qty": 2}');
        }
        return array_map(static function (mixed $line, int $at): array {
            $line = is_array($line) ? $line : [];
            return [
                'sku' => Input::name("lines.$at.sku", $line['sku'] ?? null),
                'qty' => Input::quantity("lines.$at.qty", $line['qty'] ?? null),
            ];
        }, $lines, array_keys($lines));
    }
}
