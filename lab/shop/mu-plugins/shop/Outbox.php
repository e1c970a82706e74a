<?php

declare(strict_types=1);

namespace Shop;

/**
 * What an order owes the table or the mail service. A table that is away must not cost an order, and must not cost the event either: what could
 * not be sent becomes a scheduled action, moves with the database to the other region, and is sent there.
 */
final class Outbox
{
    public const EVENT = 'lab_send_event';
    public const RECEIPT = 'lab_send_receipt';
    private const AGAIN_SECONDS = 2;

    /** What its customer and the table have to know of the order as it is now. Fails never: the order is in the database already. */
    public static function tell(Order $order): void
    {
        foreach ([self::RECEIPT, self::EVENT] as $hook) {
            try {
                self::send($hook, $order, true);
            } catch (Refusal $refusal) {
                error_log("shop: $hook of order {$order->key()} is kept for later: {$refusal->getMessage()}");
                Actions::schedule($hook, [$order->id], self::AGAIN_SECONDS, 'lab-shop');
            }
        }
    }

    /** Sends what was kept, as the order is now: an older state must not overwrite. */
    public static function retry(string $hook, int $orderId): void
    {
        $order = Order::byId($orderId);
        if ($order === null) {
            return;
        }
        try {
            self::send($hook, $order, false);
        } catch (Refusal $refusal) {
            Actions::schedule($hook, [$orderId], self::AGAIN_SECONDS, 'lab-shop');
            throw $refusal;
        }
    }

    private static function send(string $hook, Order $order, bool $isFirst): void
    {
        if ($hook === self::RECEIPT && $order->transaction() !== '') {
            Payments::mail($order);
        } elseif ($hook === self::EVENT && Settings::tableRegion() !== '') {
            if ($isFirst) {
                EventTable::requireAnswering();
            }
            EventTable::put($order);
        }
    }
}
