<?php

declare(strict_types=1);

namespace Handover;

/**
 * The order by which the runbook proves that a region takes orders, before any customer may: written, read back,
 * removed. It has a table of its own and touches no stock, charge, mail or event.
 */
final class Canary
{
    public function __construct(private readonly Settings $settings, private readonly Database $database)
    {
    }

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public function place(array $body): array
    {
        $key = Input::name('key', $body['key'] ?? null);
        $this->database->transaction(function () use ($key): void {
            Serving::hold($this->settings, $this->database)->requirePrimary();
            $this->database->change(
                'INSERT INTO handover_canary (canary_key, epoch, region, at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))'
                . ' ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), region = VALUES(region), at = VALUES(at)',
                [$key, $this->settings->epoch, $this->settings->region],
            );
        });
        $row = $this->database->row('SELECT epoch, region FROM handover_canary WHERE canary_key = ?', [$key]);
        if ($row === null) {
            throw new Refusal(503, "canary order $key was committed and could not be read back");
        }
        return [201, ['canary' => true, 'key' => $key, 'region' => $row['region'], 'epoch' => $row['epoch']]];
    }

    /** @return array{int, array<string, mixed>} */
    public function remove(string $key): array
    {
        $key = Input::name('key', $key);
        $gone = $this->database->transaction(function () use ($key): int {
            Serving::hold($this->settings, $this->database)->requirePrimary();
            return $this->database->change('DELETE FROM handover_canary WHERE canary_key = ?', [$key]);
        });
        return [200, ['canary' => true, 'key' => $key, 'removed' => $gone === 1]];
    }
}
