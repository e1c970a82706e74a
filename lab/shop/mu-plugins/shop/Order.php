<?php

declare(strict_types=1);

namespace Shop;

/** An order as its rows have it now. */
final class Order
{
    /**
     * @param list<array{item: int, product: int, sku: string, name: string, qty: int, total: string, reduced: int}> $lines
     * @param array<string, string|null> $row of the header and the operational data
     */
    private function __construct(public readonly int $id, public readonly array $lines, private readonly array $row)
    {
    }

    public static function find(string $key): ?self
    {
        $id = Rows::text('SELECT order_id FROM wp_wc_order_operational_data WHERE order_key = %s ORDER BY order_id LIMIT 1', $key);
        return $id === null ? null : self::byId((int) $id);
    }

    public static function byId(int $id): ?self
    {
        $row = Rows::one(
            'SELECT o.*, p.order_key, p.recorded_sales, p.order_stock_reduced, p.new_order_email_sent, p.date_paid_gmt, p.download_permission_granted,'
            . " m.meta_value AS intent FROM wp_wc_orders o JOIN wp_wc_order_operational_data p ON p.order_id = o.id"
            . " LEFT JOIN wp_wc_orders_meta m ON m.order_id = o.id AND m.meta_key = '_payment_intent' WHERE o.id = %d LIMIT 1",
            $id,
        );
        return $row === null ? null : new self($id, self::linesOf($id), $row);
    }

    /** As it is after what was written since it was read. */
    public function again(): self
    {
        return self::byId($this->id) ?? throw new Refusal(503, "order {$this->id} is gone from this database");
    }

    public function key(): string
    {
        return (string) $this->row['order_key'];
    }

    public function intent(): string
    {
        return (string) $this->row['intent'];
    }

    public function status(): string
    {
        return substr((string) $this->row['status'], 3);
    }

    public function email(): string
    {
        return (string) $this->row['billing_email'];
    }

    public function customer(): int
    {
        return (int) $this->row['customer_id'];
    }

    public function isPaidBy(string $method): bool
    {
        return $this->row['payment_method'] === $method;
    }

    public function transaction(): string
    {
        return (string) $this->row['transaction_id'];
    }

    /** `"25.98"` */
    public function total(): string
    {
        return Money::text(Money::cents((string) $this->row['total_amount']));
    }

    /** A mark of the operational data that is 0 or 1, or a date. */
    public function has(string $mark): bool
    {
        return !in_array($this->row[$mark], [null, '', '0'], true);
    }

    /** @return array<string, mixed> what its customer is told */
    public function told(): array
    {
        return [
            'id' => $this->id,
            'key' => $this->key(),
            'intent' => $this->intent(),
            'status' => $this->status(),
            'total' => $this->total(),
            'currency' => (string) $this->row['currency'],
            'transactionId' => $this->transaction() === '' ? null : $this->transaction(),
            'lines' => array_map(static fn (array $line): array => ['sku' => $line['sku'], 'qty' => $line['qty'], 'total' => $line['total']], $this->lines),
        ];
    }

    /** @return list<array{item: int, product: int, sku: string, name: string, qty: int, total: string, reduced: int}> */
    private static function linesOf(int $id): array
    {
        $of = static fn (string $name): string => "MAX(CASE WHEN m.meta_key = '$name' THEN m.meta_value END)";
        $rows = Rows::all(
            "SELECT i.order_item_id AS item, i.order_item_name AS name, {$of('_product_id')} AS product, {$of('_qty')} AS qty,"
            . " {$of('_line_total')} AS total, COALESCE({$of('_reduced_stock')}, 0) AS reduced FROM wp_woocommerce_order_items i"
            . " LEFT JOIN wp_woocommerce_order_itemmeta m ON m.order_item_id = i.order_item_id WHERE i.order_id = %d AND i.order_item_type = 'line_item'"
            . ' GROUP BY i.order_item_id ORDER BY i.order_item_id',
            $id,
        );
        return array_map(static fn (array $row): array => [
            'item' => (int) $row['item'],
            'product' => (int) $row['product'],
            'sku' => Products::sku((int) $row['product']),
            'name' => (string) $row['name'],
            'qty' => (int) $row['qty'],
            'total' => Money::text(Money::cents((string) $row['total'])),
            'reduced' => (int) $row['reduced'],
        ], $rows);
    }
}
