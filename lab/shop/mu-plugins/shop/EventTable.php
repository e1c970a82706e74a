<?php

declare(strict_types=1);

namespace Shop;

/** Writes order events to the DynamoDB table of the region that the settings point at. */
final class EventTable
{
    private const CONNECT_MS = 300;
    private const TOTAL_MS = 800;
    /** A table that hangs must not use up the workers: after a call without answer it is left alone for so long. */
    private const QUIET_SECONDS = 2;
    private const QUIET_FILE = '/srv/spool/table-quiet';

    /** Refuses while the table is left alone. The scheduler does not ask: its one call a second finds out when to go on. */
    public static function requireAnswering(): void
    {
        if (is_file(self::QUIET_FILE) && time() - (int) filemtime(self::QUIET_FILE) < self::QUIET_SECONDS) {
            throw new Refusal(503, 'the table gave no answer a moment ago and is left alone for two seconds');
        }
    }

    public static function put(Order $order): void
    {
        $region = Settings::tableRegion();
        $url = Settings::of('tables')[$region]
            ?? throw new Refusal(503, "no address is known for the table of region $region");
        $body = json_encode(['TableName' => 'shop', 'Item' => self::item($order)], JSON_THROW_ON_ERROR);
        [$keyId, $secret] = explode(':', Settings::of('table_key'), 2);
        $signer = new AwsSignature($keyId, $secret, $region, 'dynamodb');
        [$status, $answer] = Http::call('POST', "$url/", $signer->headers($url, 'DynamoDB_20120810.PutItem', $body, gmdate('Ymd\THis\Z')), $body, self::CONNECT_MS, self::TOTAL_MS);
        if ($status === 0) {
            @touch(self::QUIET_FILE);
        }
        if ($status !== 200) {
            $reason = $answer['__type'] ?? $answer['because'] ?? 'no reason given';
            throw new Refusal(503, "the table of region $region answered $status: $reason");
        }
    }

    /** @return array<string, array<string, string>> */
    private static function item(Order $order): array
    {
        $here = \Handover\Settings::current();
        return [
            'pk' => ['S' => "order#{$order->key()}"],
            'orderId' => ['N' => (string) $order->id],
            'intent' => ['S' => $order->intent()],
            'status' => ['S' => $order->status()],
            'total' => ['S' => $order->total()],
            'region' => ['S' => $here->region()],
            'epoch' => ['N' => (string) $here->epoch()],
        ];
    }
}
