<?php

declare(strict_types=1);

namespace Shop;

/** The queue of Action Scheduler. */
final class Actions
{
    public const IMPORT = 'wc-admin_import_orders';

    /** Lets the analytics take an order in, soon and once. */
    public static function import(int $orderId): void
    {
        self::schedule(self::IMPORT, [$orderId], 5, 'wc-admin-data');
    }

    /** @param list<int> $args */
    public static function schedule(string $hook, array $args, int $inSeconds, string $group): void
    {
        $text = (string) json_encode($args);
        $waits = Rows::text("SELECT action_id FROM wp_actionscheduler_actions WHERE hook = %s AND args = %s AND status = 'pending' LIMIT 1", $hook, $text);
        if ($waits !== null) {
            return;
        }
        $at = time() + $inSeconds;
        $id = Rows::insert('actionscheduler_actions', [
            'hook' => $hook,
            'status' => 'pending',
            'scheduled_date_gmt' => gmdate('Y-m-d H:i:s', $at),
            'scheduled_date_local' => gmdate('Y-m-d H:i:s', $at),
            'priority' => 10,
            'args' => $text,
            'schedule' => sprintf('O:30:"ActionScheduler_SimpleSchedule":2:{s:22:"%1$s*%1$sscheduled_timestamp";i:%2$d;s:41:"%1$sActionScheduler_SimpleSchedule%1$stimestamp";i:%2$d;}', "\0", $at),
            'group_id' => (int) Rows::text('SELECT group_id FROM wp_actionscheduler_groups WHERE slug = %s', $group),
        ]);
        self::log($id, 'action created');
    }

    public static function log(int $id, string $message): void
    {
        $now = gmdate('Y-m-d H:i:s');
        Rows::insert('actionscheduler_logs', ['action_id' => $id, 'message' => $message, 'log_date_gmt' => $now, 'log_date_local' => $now]);
    }
}
