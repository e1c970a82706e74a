<?php

declare(strict_types=1);

namespace Shop;

/** One run of the queue, as Action Scheduler's runner does it: claim, run, release. It asks the hooks by which others may hold it. */
final class Runner
{
    private const BATCH = 25;
    /** A run lasts no longer than this, so that the heartbeat keeps its beat while much is owed. */
    private const SECONDS = 0.6;
    private const VIA = 'WP Cron';

    /** Answers how many actions were run. */
    public static function run(): int
    {
        if ((int) apply_filters('action_scheduler_queue_runner_concurrent_batches', 1) < 1 || !self::isAnyDue()) {
            return 0;
        }
        do_action('action_scheduler_before_process_queue');
        $claim = Rows::insert('actionscheduler_claims', ['date_created_gmt' => gmdate('Y-m-d H:i:s')]);
        if ($claim === 0) {
            return 0;
        }
        $ran = self::batch(self::claimed($claim));
        \ActionScheduler::store()->release_claim(new \ActionScheduler_ActionClaim((string) $claim, []));
        return $ran;
    }

    private static function isAnyDue(): bool
    {
        return Rows::text("SELECT 1 FROM wp_actionscheduler_actions WHERE status = 'pending' AND claim_id = 0 AND scheduled_date_gmt <= UTC_TIMESTAMP() LIMIT 1") !== null;
    }

    /** @return list<array<string, string|null>> */
    private static function claimed(int $claim): array
    {
        global $wpdb;
        $wpdb->query($wpdb->prepare(
            'UPDATE wp_actionscheduler_actions SET claim_id = %d, last_attempt_gmt = %s, last_attempt_local = %s'
            . " WHERE claim_id = 0 AND scheduled_date_gmt <= UTC_TIMESTAMP() AND status = 'pending'"
            . ' ORDER BY priority ASC, attempts ASC, scheduled_date_gmt ASC, action_id ASC LIMIT ' . self::BATCH,
            $claim,
            gmdate('Y-m-d H:i:s'),
            gmdate('Y-m-d H:i:s'),
        ));
        return Rows::all('SELECT action_id, hook, args, attempts FROM wp_actionscheduler_actions WHERE claim_id = %d ORDER BY action_id', $claim);
    }

    /** @param list<array<string, string|null>> $actions */
    private static function batch(array $actions): int
    {
        $end = microtime(true) + self::SECONDS;
        $ran = 0;
        foreach ($actions as $action) {
            if (microtime(true) > $end) {
                break;
            }
            self::one($action, (int) (json_decode((string) $action['args'], true)[0] ?? 0));
            $ran++;
        }
        return $ran;
    }

    /** @param array<string, string|null> $action */
    private static function one(array $action, int $argument): void
    {
        [$id, $hook] = [(int) $action['action_id'], (string) $action['hook']];
        do_action('action_scheduler_before_execute', $id);
        Actions::log($id, 'action started via ' . self::VIA);
        Rows::update('actionscheduler_actions', ['status' => 'in-progress', 'attempts' => (int) $action['attempts'] + 1], ['action_id' => $id]);
        $now = gmdate('Y-m-d H:i:s');
        try {
            self::work($hook, $argument);
            Actions::log($id, 'action complete via ' . self::VIA);
            $end = ['status' => 'complete', 'last_attempt_gmt' => $now, 'last_attempt_local' => $now];
        } catch (Refusal $refusal) {
            Actions::log($id, 'action failed via ' . self::VIA . ': ' . $refusal->getMessage());
            $end = ['status' => 'failed'];
        }
        Rows::update('actionscheduler_actions', $end, ['action_id' => $id]);
    }

    private static function work(string $hook, int $argument): void
    {
        if ($hook === Actions::IMPORT) {
            Analytics::import($argument);
        } elseif ($hook === Outbox::EVENT || $hook === Outbox::RECEIPT) {
            Outbox::retry($hook, $argument);
        }
    }
}
