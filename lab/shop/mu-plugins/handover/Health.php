<?php

declare(strict_types=1);

namespace Handover;

/** What this region is and whether its stack works for that, read fresh and without side effect. */
final class Health
{
    public function __construct(private readonly Settings $settings, private readonly ?Database $database)
    {
    }

    /** @return array{int, array<string, mixed>} */
    public function health(): array
    {
        $here = $this->settings;
        $rule = $this->rule();
        $sessions = $here->hasSessionStore() ? (new Sessions($here))->state() : null;
        $ill = $this->ill($rule, $sessions);
        $notServing = $rule === null ? $ill : $rule->notServing();
        $gate = $here->gate();
        return [$ill === null ? 200 : 503, [
            'site' => $here->site,
            'region' => $here->region,
            'role' => $here->role,
            'epoch' => $here->epoch,
            'tableRegion' => $here->tableRegion,
            'scheduler' => $here->scheduler(),
            'gate' => $gate,
            'workerPid' => getmypid(),
            'versions' => ['wordpress' => (string) $GLOBALS['wp_version']],
            'serving' => $notServing === null,
            'because' => $ill ?? $notServing ?? ($gate === null ? $this->serves() : "the gate is closed: $gate"),
            'database' => self::databaseState($rule),
            'sessions' => $sessions,
        ]];
    }

    /** @return array{int, array<string, mixed>} */
    public function serving(): array
    {
        $rule = $this->rule();
        $why = $rule === null ? "the database of region {$this->settings->region} does not answer" : $rule->notServing();
        return [$why === null ? 200 : 503, ['serving' => $why === null, 'because' => $why ?? $this->serves()]];
    }

    private function serves(): string
    {
        return "region {$this->settings->region} is the verified primary of epoch {$this->settings->epoch}";
    }

    private function rule(): ?Serving
    {
        try {
            return $this->database === null ? null : Serving::read($this->settings, $this->database);
        } catch (\mysqli_sql_exception $error) {
            error_log("handover: health could not read the database: {$error->getMessage()}");
            return null;
        }
    }

    /** @param array{reachable: bool, role: ?string}|null $sessions null where the shop has no session store */
    private function ill(?Serving $rule, ?array $sessions): ?string
    {
        $region = "region {$this->settings->region}";
        if ($rule === null) {
            return "the database of $region does not answer";
        }
        if ($sessions !== null && !$sessions['reachable']) {
            return "the session store of $region does not answer";
        }
        if ($this->settings->role === 'standby') {
            return $rule->claim === null ? "the database of $region holds no epoch" : null;
        }
        if ($sessions !== null && $sessions['role'] !== 'primary') {
            return "the session store of $region is a replica, while $region is to be primary";
        }
        return $rule->notPrimary();
    }

    /** @return array<string, mixed> */
    private static function databaseState(?Serving $rule): array
    {
        $claim = $rule?->claim;
        return [
            'reachable' => $rule !== null,
            'serverId' => $claim['server_id'] ?? null,
            'readOnly' => $claim === null ? null : $claim['read_only'] !== 0,
            'epoch' => $claim['epoch'] ?? null,
            'primary' => $claim['region'] ?? null,
            'verifiedEpoch' => $claim['verified_epoch'] ?? null,
        ];
    }
}
