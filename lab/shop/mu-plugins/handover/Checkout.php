<?php

declare(strict_types=1);

namespace Handover;

/**
 * An order from the basket to the receipt: transaction 1, charge, transaction 2, mail, event. Each step finds out
 * whether it was done before, so a customer who repeats a call, here or in the other region, makes it go on where it
 * stopped and never happen twice.
 *
 * @phpstan-import-type Order from OrderBook
 */
final class Checkout
{
    private readonly OrderBook $book;
    private readonly Payments $payments;
    private readonly Outbox $outbox;

    public function __construct(private readonly Settings $settings, private readonly Database $database)
    {
        $this->book = new OrderBook($settings, $database);
        $this->payments = new Payments($settings);
        $this->outbox = new Outbox($settings, $database, $this->payments);
    }

    /** @return array{int, array<string, mixed>} */
    public function place(OrderRequest $asked): array
    {
        $this->requireOpenGate();
        [$order, $isNew] = $this->database->transaction(function () use ($asked): array {
            Serving::hold($this->settings, $this->database)->requireServing();
            $known = $this->known($asked);
            if ($known === null) {
                $this->book->write($asked);
            }
            return [$known ?? $this->book->find($asked->key), $known === null];
        });
        // `on-hold` stays open until the customer pays, also when the order is sent again.
        $order = $order['status'] === 'pending' ? $this->settle($order) : $order;
        $this->outbox->sendReceipt($order);
        return [$isNew ? 201 : 200, $this->answer($order)];
    }

    /** @return array{int, array<string, mixed>} */
    public function pay(string $key): array
    {
        $order = $this->serve($key);
        if ($order['status'] === 'cancelled') {
            throw new Refusal(409, "order $key is cancelled, so it can't be paid");
        }
        $open = in_array($order['status'], ['pending', 'on-hold'], true);
        $order = $open ? $this->settle($order) : $order;
        $this->outbox->sendReceipt($order);
        return [200, $this->answer($order)];
    }

    /** @return array{int, array<string, mixed>} */
    public function refund(string $key): array
    {
        $order = $this->serve($key);
        if ($order['status'] === 'processing') {
            $this->payments->refund($order);
            $order = $this->change($order, fn (): bool => $this->book->markRefunded($order['id']));
        } elseif ($order['status'] !== 'refunded') {
            throw new Refusal(409, "order $key is {$order['status']}, so there is no payment to refund");
        }
        return [200, $this->answer($order)];
    }

    /**
     * Takes the charge of an open order and notes it. The gateway knows the intent: a charge that was made, and whose
     * answer was lost, is told again and not made again.
     *
     * @param Order $order
     * @return Order
     */
    private function settle(array $order): array
    {
        return $this->settleCharged($order, $this->payments->charge($order));
    }

    /**
     * @param Order $order
     * @return Order
     */
    private function settleCharged(array $order, string $chargeId): array
    {
        return $this->change($order, fn (): bool => $this->book->markPaid($order['id'], $chargeId));
    }

    /** Completes an order that was charged while nobody could note it; answers false where there is no charge. */
    public function settleIfCharged(int $orderId): bool
    {
        $order = $this->book->findById($orderId);
        $chargeId = $order === null ? null : $this->payments->findCharge($order['intent']);
        if ($order === null || $chargeId === null) {
            return false;
        }
        $order = $this->settleCharged($order, $chargeId);
        $this->outbox->sendReceipt($order);
        $this->answer($order);
        return true;
    }

    /**
     * Runs the second transaction: the epoch is checked again, since it may have moved on during the charge.
     *
     * @param Order $order
     * @param callable(): bool $change
     * @return Order
     */
    private function change(array $order, callable $change): array
    {
        return $this->database->transaction(function () use ($order, $change): array {
            Serving::hold($this->settings, $this->database)->requireServing();
            $change();
            return $this->book->findById($order['id']) ?? throw new Refusal(503, "order {$order['key']} is gone from this database");
        });
    }

    /** @return Order */
    private function serve(string $key): array
    {
        $this->requireOpenGate();
        Serving::read($this->settings, $this->database)->requireServing();
        return $this->book->find($key) ?? throw new Refusal(404, "there is no order $key");
    }

    /** @return Order|null */
    private function known(OrderRequest $asked): ?array
    {
        $order = $this->book->find($asked->key);
        if ($order === null) {
            $order = $this->book->findByIntent($asked->intent);
            if ($order !== null) {
                $this->book->alias($asked->key, $order['id']);
            }
        }
        return $order;
    }

    /**
     * The event of what the order is now, and the answer.
     *
     * @param Order $order
     * @return array<string, mixed>
     */
    private function answer(array $order): array
    {
        $this->outbox->sendEvent($order);
        unset($order['email']);
        return [...$order, 'region' => $this->settings->region, 'epoch' => $this->settings->epoch];
    }

    private function requireOpenGate(): void
    {
        $reason = $this->settings->gate();
        if ($reason !== null) {
            throw new Refusal(503, "checkout is closed for a moment: $reason");
        }
    }
}
