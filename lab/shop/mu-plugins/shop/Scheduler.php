<?php

declare(strict_types=1);

namespace Shop;

/** One round of the shop's background work: heartbeat, queue, and what the gateway knows better. Only the shop knows whether it may run, so the caller only knocks. */
final class Scheduler
{
    /** An order is given so long to be completed by its own request. */
    private const OPEN_SECONDS = 10;
    private const SETTLE_EVERY_SECONDS = 5;
    private const SETTLE_BATCH = 20;

    /** @return array{int, array<string, mixed>} */
    public static function round(): array
    {
        Input::requireToken((string) ($_SERVER['HTTP_AUTHORIZATION'] ?? ''), 'Bearer ' . Settings::of('scheduler_token'), 'Authorization');
        $here = \Handover\Settings::current();
        $why = \Handover\Scheduler::held() ?? \Handover\Heartbeat::beat($here);
        if ($why !== null) {
            throw new Refusal(409, "no round: $why");
        }
        return [200, [
            'region' => $here->region(),
            'epoch' => $here->epoch(),
            'ran' => Runner::run(),
            'settled' => time() % self::SETTLE_EVERY_SECONDS === 0 ? self::settle() : 0,
        ]];
    }

    /**
     * Completes orders whose charge was taken by a request that then died, or met a database that had just become read-only. Orders that nobody
     * charged stay open: asking the gateway changes nothing.
     */
    private static function settle(): int
    {
        $open = Rows::all(
            "SELECT id FROM wp_wc_orders WHERE status = 'wc-on-hold' AND payment_method = 'lab-card' AND date_created_gmt < UTC_TIMESTAMP() - INTERVAL "
            . self::OPEN_SECONDS . ' SECOND ORDER BY id DESC LIMIT ' . self::SETTLE_BATCH,
        );
        $settled = 0;
        foreach ($open as $row) {
            try {
                $settled += Checkout::settleIfCharged((int) $row['id']) ? 1 : 0;
            } catch (Refusal $refusal) {
                error_log("shop: open order {$row['id']} waits for the next round: {$refusal->getMessage()}");
                break;
            }
        }
        return $settled;
    }
}
