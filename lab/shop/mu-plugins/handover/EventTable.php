<?php

declare(strict_types=1);

namespace Handover;

/**
 * Writes order events to the DynamoDB table of the region that the settings point at.
 *
 * @phpstan-import-type Order from OrderBook
 */
final class EventTable
{
    private const CONNECT_MS = 300;
    private const TOTAL_MS = 800;
    /** A table that hangs must not use up the workers: after a call without answer it is left alone for so long. */
    private const QUIET_SECONDS = 2;
    private const QUIET_FILE = '/srv/spool/table-quiet';

    public function __construct(private readonly Settings $settings)
    {
    }

    /** Refuses while the table is left alone. The scheduler does not ask: its one call a second finds out when to go on. */
    public function requireAnswering(): void
    {
        if (is_file(self::QUIET_FILE) && time() - (int) filemtime(self::QUIET_FILE) < self::QUIET_SECONDS) {
            throw new Refusal(503, 'the table gave no answer a moment ago and is left alone for two seconds');
        }
    }

    /** @param Order $order */
    public function put(array $order): void
    {
        $url = $this->settings->fixed['tables'][$this->settings->tableRegion]
            ?? throw new Refusal(503, "no address is known for the table of region {$this->settings->tableRegion}");
        $body = json_encode(['TableName' => 'shop', 'Item' => $this->item($order)], JSON_THROW_ON_ERROR);
        [$keyId, $secret] = explode(':', $this->settings->fixed['table_key'], 2);
        $signer = new AwsSignature($keyId, $secret, $this->settings->tableRegion, 'dynamodb');
        [$status, $answer] = Http::call('POST', "$url/", $signer->headers($url, 'DynamoDB_20120810.PutItem', $body, gmdate('Ymd\THis\Z')), $body, self::CONNECT_MS, self::TOTAL_MS);
        if ($status === 0) {
            @touch(self::QUIET_FILE);
        }
        if ($status !== 200) {
            $reason = $answer['__type'] ?? $answer['because'] ?? 'no reason given';
            throw new Refusal(503, "the table of region {$this->settings->tableRegion} answered $status: $reason");
        }
    }

    /**
     * @param Order $order
     * @return array<string, array<string, string>>
     */
    private function item(array $order): array
    {
        return [
            'pk' => ['S' => "order#{$order['key']}"],
            'orderId' => ['N' => (string) $order['id']],
            'intent' => ['S' => $order['intent']],
            'status' => ['S' => $order['status']],
            'total' => ['S' => $order['total']],
            'region' => ['S' => $this->settings->region],
            'epoch' => ['N' => (string) $this->settings->epoch],
        ];
    }
}
