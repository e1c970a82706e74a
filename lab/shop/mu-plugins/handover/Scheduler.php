<?php

declare(strict_types=1);

namespace Handover;

/** One round of the shop's background work. Only the shop knows whether it may run, so the caller only knocks. */
final class Scheduler
{
    /** An order is given so long to be completed by its own request. */
    private const OPEN_SECONDS = 10;
    private const SETTLE_EVERY_SECONDS = 5;
    private const SETTLE_BATCH = 20;

    public function __construct(private readonly Settings $settings, private readonly Database $database)
    {
    }

    /** @return array{int, array<string, mixed>} */
    public function round(): array
    {
        Input::requireToken((string) ($_SERVER['HTTP_AUTHORIZATION'] ?? ''), "Bearer {$this->settings->fixed['scheduler_token']}", 'Authorization');
        $this->requireOn();
        $this->database->transaction(function (): void {
            $why = Serving::hold($this->settings, $this->database)->notPrimary();
            if ($why !== null) {
                throw new Refusal(409, "no round: $why");
            }
            $this->beat();
        });
        $outbox = new Outbox($this->settings, $this->database, new Payments($this->settings));
        return [200, [
            'region' => $this->settings->region,
            'epoch' => $this->settings->epoch,
            'sent' => $outbox->drain(),
            'settled' => time() % self::SETTLE_EVERY_SECONDS === 0 ? $this->settle() : 0,
        ]];
    }

    private function requireOn(): void
    {
        $state = $this->settings->scheduler();
        if ($state !== 'on') {
            throw new Refusal(409, "no round: the scheduler of region {$this->settings->region} is $state");
        }
    }

    private function beat(): void
    {
        $where = [$this->settings->region, $this->settings->epoch];
        $this->database->change(
            'INSERT INTO handover_heartbeat (region, at, epoch) VALUES (?, UTC_TIMESTAMP(6), ?)'
            . ' ON DUPLICATE KEY UPDATE at = VALUES(at), epoch = VALUES(epoch)',
            $where,
        );
        $this->database->change('INSERT INTO wp_handover_scheduler_runs (region, epoch, at) VALUES (?, ?, UTC_TIMESTAMP(6))', $where);
    }

    /**
     * Completes orders whose charge was taken by a request that then died, or met a database that had just become
     * read-only. Orders nobody charged stay open: asking the gateway changes nothing.
     */
    private function settle(): int
    {
        $checkout = new Checkout($this->settings, $this->database);
        $open = $this->database->rows(
            "SELECT id FROM wp_wc_orders WHERE status = 'pending' AND date_created_gmt < UTC_TIMESTAMP() - INTERVAL " . self::OPEN_SECONDS
            . ' SECOND ORDER BY id DESC LIMIT ' . self::SETTLE_BATCH,
        );
        $settled = 0;
        foreach ($open as $row) {
            try {
                $settled += $checkout->settleIfCharged((int) $row['id']) ? 1 : 0;
            } catch (Refusal $refusal) {
                error_log("handover: open order {$row['id']} waits for the next round: {$refusal->getMessage()}");
                break;
            }
        }
        return $settled;
    }
}
