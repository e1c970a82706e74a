<?php

declare(strict_types=1);

namespace Shop;

/**
 * An order from the basket to the receipt: draft, order on hold, charge, payment, mail, event. A customer who repeats a call, here or in the other
 * region, makes it go on where it stopped.
 */
final class Checkout
{
    /** @return array{int, array<string, mixed>} */
    public static function place(OrderRequest $asked): array
    {
        Rows::lock("order {$asked->key}");
        $known = Order::find($asked->key);
        $isDraft = $known === null || in_array($known->status(), ['checkout-draft', 'pending'], true);
        $order = $isDraft ? Order::byId(Draft::write($asked, $known)) : $known;
        if ($order === null) {
            throw new Refusal(503, 'the order could not be written');
        }
        if ($isDraft) {
            Placing::place($order, $asked);
        }
        $order = $order->again();
        if ($asked->payNow) {
            self::settle($order, null);
        } else {
            self::complete($order);
        }
        return [$known === null ? 201 : 200, self::told($order->again())];
    }

    /** @return array{int, array<string, mixed>} */
    public static function pay(string $key): array
    {
        $order = self::existing($key);
        if ($order->status() === 'cancelled') {
            throw new Refusal(409, "order $key is cancelled, so it can't be paid");
        }
        self::settle($order, null);
        return [200, self::told($order->again())];
    }

    /** @return array{int, array<string, mixed>} */
    public static function refund(string $key): array
    {
        $order = self::existing($key);
        if (in_array($order->status(), ['processing', 'completed'], true)) {
            Payments::refund($order);
            Refunding::refund($order);
        } elseif ($order->status() !== 'refunded') {
            throw new Refusal(409, "order $key is {$order->status()}, so there is no payment to refund");
        }
        return [200, self::told($order->again())];
    }

    /** Completes an order that was charged while nobody could note it; answers false where there is no charge. */
    public static function settleIfCharged(int $orderId): bool
    {
        $order = Order::byId($orderId);
        $charge = $order === null ? null : Payments::findCharge($order->intent());
        if ($order === null || $charge === null) {
            return false;
        }
        Rows::lock("order {$order->key()}");
        self::settle($order->again(), $charge);
        self::told($order->again());
        return true;
    }

    /** Takes the charge of an open order and notes it. The gateway knows the intent: a charge that was made is told again and not made again. */
    private static function settle(Order $order, ?string $charge): void
    {
        self::complete($order);
        if ($order->status() === 'on-hold') {
            Paying::complete($order, $charge ?? Payments::charge($order));
        } elseif ($order->status() === 'processing') {
            Paying::complete($order, $order->transaction());
        }
    }

    private static function existing(string $key): Order
    {
        Rows::lock("order $key");
        return Order::find($key) ?? throw new Refusal(404, "there is no order $key");
    }

    /** An order that a fence cut in half may be paid already. */
    private static function complete(Order $order): void
    {
        if (in_array($order->status(), ['on-hold', 'processing', 'completed'], true)) {
            Placing::complete($order);
        }
    }

    /** @return array<string, mixed> */
    private static function told(Order $order): array
    {
        do_action('woocommerce_update_order', $order->id);
        Outbox::tell($order);
        $here = \Handover\Settings::current();
        return [...$order->told(), 'region' => $here->region(), 'epoch' => $here->epoch()];
    }
}
