<?php

declare(strict_types=1);

namespace Handover;

/**
 * The order tables. Every method but `find` is called inside the caller's transaction, after the epoch check.
 *
 * @phpstan-type Order array{id: int, key: string, intent: string, status: string, total: string, currency: string,
 *     email: string, transactionId: ?string, lines: list<array{sku: string, qty: int, total: string}>}
 */
final class OrderBook
{
    private const CURRENCY = 'EUR';
    private const ORDER = 'SELECT o.id, p.order_key, p.payment_intent, o.status, o.total_amount, o.currency, o.billing_email,'
        . ' o.transaction_id FROM wp_wc_orders o JOIN wp_wc_order_operational_data p ON p.order_id = o.id';

    public function __construct(private readonly Settings $settings, private readonly Database $database)
    {
    }

    /** @return Order|null the order of this key, be it its own or that of an order merged into it */
    public function find(string $key): ?array
    {
        return $this->read('WHERE p.order_key = ?', $key)
            ?? $this->read('WHERE o.id = (SELECT order_id FROM wp_handover_order_aliases WHERE order_key = ?)', $key);
    }

    /** @return Order|null */
    public function findByIntent(string $intent): ?array
    {
        return $this->read('WHERE p.payment_intent = ?', $intent);
    }

    /** @return Order|null */
    public function findById(int $id): ?array
    {
        return $this->read('WHERE o.id = ?', $id);
    }

    /** Header, operational row, items, item meta and stock of a new order; prices are the shop's, not the customer's. */
    public function write(OrderRequest $asked): void
    {
        $lines = $this->priced($asked->lines);
        $this->database->change(
            'INSERT INTO wp_wc_orders (status, currency, total_amount, customer_id, billing_email, payment_method,'
            . " date_created_gmt, date_updated_gmt) VALUES (?, ?, ?, ?, ?, 'lab-gateway', UTC_TIMESTAMP(), UTC_TIMESTAMP())",
            [
                $asked->payNow ? 'pending' : 'on-hold',
                self::CURRENCY,
                Money::text(array_sum(array_column($lines, 'cents'))),
                $asked->customerId(),
                $asked->email(),
            ],
        );
        $id = $this->database->lastId();
        $this->database->change(
            'INSERT INTO wp_wc_order_operational_data (order_id, order_key, payment_intent, created_region, created_epoch)'
            . ' VALUES (?, ?, ?, ?, ?)',
            [$id, $asked->key, $asked->intent, $this->settings->region, $this->settings->epoch],
        );
        foreach ($lines as $line) {
            $this->writeLine($id, $line);
        }
        $this->takeFromStock($asked->lines);
    }

    /** The customer tried again under a new key: the key now leads to the first order. */
    public function alias(string $key, int $orderId): void
    {
        $this->database->change(
            'INSERT IGNORE INTO wp_handover_order_aliases (order_key, order_id, because) VALUES (?, ?, ?)',
            [$key, $orderId, 'the same payment intent arrived under a new key'],
        );
    }

    /** Answers whether the order was open until now; a second call changes nothing. */
    public function markPaid(int $id, string $transactionId): bool
    {
        return $this->database->change(
            "UPDATE wp_wc_orders SET status = 'processing', transaction_id = ?, date_updated_gmt = UTC_TIMESTAMP()"
            . " WHERE id = ? AND status IN ('pending', 'on-hold')",
            [$transactionId, $id],
        ) === 1;
    }

    public function markRefunded(int $id): bool
    {
        return $this->database->change(
            "UPDATE wp_wc_orders SET status = 'refunded', date_updated_gmt = UTC_TIMESTAMP() WHERE id = ? AND status = 'processing'",
            [$id],
        ) === 1;
    }

    /** @return Order|null */
    private function read(string $where, int|string $value): ?array
    {
        $row = $this->database->row(self::ORDER . " $where", [$value]);
        return $row === null ? null : [
            'id' => (int) $row['id'],
            'key' => (string) $row['order_key'],
            'intent' => (string) $row['payment_intent'],
            'status' => (string) $row['status'],
            'total' => Money::text(Money::cents((string) $row['total_amount'])),
            'currency' => (string) $row['currency'],
            'email' => (string) $row['billing_email'],
            'transactionId' => $row['transaction_id'] === null ? null : (string) $row['transaction_id'],
            'lines' => $this->lines((int) $row['id']),
        ];
    }

    /** @return list<array{sku: string, qty: int, total: string}> */
    private function lines(int $orderId): array
    {
        $rows = $this->database->rows(
            "SELECT i.order_item_name AS sku, q.meta_value AS qty, t.meta_value AS total FROM wp_woocommerce_order_items i"
            . " JOIN wp_woocommerce_order_itemmeta q ON q.order_item_id = i.order_item_id AND q.meta_key = '_qty'"
            . " JOIN wp_woocommerce_order_itemmeta t ON t.order_item_id = i.order_item_id AND t.meta_key = '_line_total'"
            . ' WHERE i.order_id = ? ORDER BY i.order_item_id',
            [$orderId],
        );
        return array_map(
            static fn (array $row): array => ['sku' => (string) $row['sku'], 'qty' => (int) $row['qty'], 'total' => (string) $row['total']],
            $rows,
        );
    }

    /** @param array{sku: string, qty: int, cents: int} $line */
    private function writeLine(int $orderId, array $line): void
    {
        $this->database->change(
            "INSERT INTO wp_woocommerce_order_items (order_id, order_item_name, order_item_type) VALUES (?, ?, 'line_item')",
            [$orderId, $line['sku']],
        );
        $item = $this->database->lastId();
        $this->database->change(
            "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (?, '_qty', ?), (?, '_line_total', ?)",
            [$item, (string) $line['qty'], $item, Money::text($line['cents'])],
        );
    }

    /**
     * @param list<array{sku: string, qty: int}> $lines
     * @return list<array{sku: string, qty: int, cents: int}>
     */
    private function priced(array $lines): array
    {
        $skus = array_values(array_unique(array_column($lines, 'sku')));
        $marks = implode(', ', array_fill(0, count($skus), '?'));
        $prices = array_column($this->database->rows("SELECT sku, price FROM wp_handover_stock WHERE sku IN ($marks)", $skus), 'price', 'sku');
        return array_map(static function (array $line) use ($prices): array {
            $price = $prices[$line['sku']] ?? throw Refusal::badInput('lines', "hold {$line['sku']}, which this shop does not sell; it sells sku-01 to sku-20");
            return [...$line, 'cents' => Money::cents((string) $price) * $line['qty']];
        }, $lines);
    }

    /**
     * Last of all and in the order of the skus: the popular rows are locked for the shortest time, and two orders with
     * the same goods never wait for each other crosswise.
     *
     * @param list<array{sku: string, qty: int}> $lines
     */
    private function takeFromStock(array $lines): void
    {
        usort($lines, static fn (array $one, array $other): int => $one['sku'] <=> $other['sku']);
        foreach ($lines as ['sku' => $sku, 'qty' => $qty]) {
            $taken = $this->database->change('UPDATE wp_handover_stock SET stock = stock - ? WHERE sku = ? AND stock >= ?', [$qty, $sku, $qty]);
            if ($taken === 0) {
                throw new Refusal(409, "$sku is out of stock: fewer than $qty pieces are left");
            }
        }
    }
}
