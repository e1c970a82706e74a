<?php

declare(strict_types=1);

namespace Handover;

/**
 * What an order owes the table or the mail service. A table that is away must not cost an order, and must not cost the
 * event either: what could not be sent is kept in the shop's own database, moves with it to the other region, and is
 * sent by the scheduler there.
 *
 * @phpstan-import-type Order from OrderBook
 */
final class Outbox
{
    private const BATCH = 50;
    /** A round lasts no longer than this, so that the heartbeat keeps its beat while much is owed. */
    private const DRAIN_SECONDS = 0.5;
    private readonly EventTable $table;

    public function __construct(private readonly Settings $settings, private readonly Database $database, private readonly Payments $payments)
    {
        $this->table = new EventTable($settings);
    }

    /**
     * The mail of a paid order, once: its key is the payment's. Fails never, the order is in the database already.
     *
     * @param Order $order
     */
    public function sendReceipt(array $order): void
    {
        if ($order['transactionId'] !== null) {
            $this->send('mail', $order, fn () => $this->payments->mail($order));
        }
    }

    /**
     * The order's state for the table of the settings' region, where the shop has one. Fails never, the order is in the database already.
     *
     * @param Order $order
     */
    public function sendEvent(array $order): void
    {
        if ($this->settings->tableRegion === null) {
            return;
        }
        $this->send('event', $order, function () use ($order): void {
            $this->table->requireAnswering();
            $this->table->put($order);
        });
    }

    /** Sends what was kept, oldest first; stops with the first kind of failure. Answers how many were sent. */
    public function drain(): int
    {
        $end = microtime(true) + self::DRAIN_SECONDS;
        $sent = 0;
        $away = [];
        $book = new OrderBook($this->settings, $this->database);
        foreach ($this->database->rows('SELECT order_id, kind FROM wp_handover_event_outbox ORDER BY created_at, order_id LIMIT ' . self::BATCH) as $row) {
            $kind = $row['kind'] === 'mail' ? 'mail' : 'event';
            if (microtime(true) > $end) {
                break;
            }
            if (in_array($kind, $away, true)) {
                continue;
            }
            try {
                // The order as it is now, not as it was when the event was kept: an older state must not overwrite.
                $order = $book->findById((int) $row['order_id']);
                if ($order !== null) {
                    $this->deliver($kind, $order);
                }
                $this->database->change('DELETE FROM wp_handover_event_outbox WHERE order_id = ? AND kind = ?', [$row['order_id'], $kind]);
                $sent++;
            } catch (Refusal $refusal) {
                $away[] = $kind;
                $this->keep($kind, (int) $row['order_id'], $refusal->getMessage());
            }
        }
        return $sent;
    }

    /**
     * @param Order $order
     * @param callable(): void $delivery
     */
    private function send(string $kind, array $order, callable $delivery): void
    {
        try {
            $delivery();
        } catch (Refusal $refusal) {
            error_log("handover: $kind of order {$order['key']} kept for later: {$refusal->getMessage()}");
            $this->keep($kind, $order['id'], $refusal->getMessage());
        }
    }

    /** @param Order $order */
    private function deliver(string $kind, array $order): void
    {
        if ($kind === 'mail') {
            $this->payments->mail($order);
        } else {
            $this->table->put($order);
        }
    }

    private function keep(string $kind, int $orderId, string $because): void
    {
        try {
            $this->database->change(
                'INSERT INTO wp_handover_event_outbox (order_id, kind, tries, because, created_at) VALUES (?, ?, 1, ?, UTC_TIMESTAMP(6))'
                . ' ON DUPLICATE KEY UPDATE tries = tries + 1, because = VALUES(because)',
                [$orderId, $kind, substr($because, 0, 500)],
            );
        } catch (\mysqli_sql_exception $error) {
            // The customer is answered all the same, and a repeated call would send it. The log is what is left.
            error_log("handover: $kind of order $orderId is owed and could not be kept: {$error->getMessage()}");
        }
    }
}
