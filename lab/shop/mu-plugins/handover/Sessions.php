<?php

declare(strict_types=1);

namespace Handover;

/** Logins and carts, in Redis database 0: a write is accepted only where this Redis accepts writes. */
final class Sessions
{
    private const TIMEOUT_SECONDS = 0.5;
    private const LIFE_SECONDS = 86400;

    public function __construct(private readonly Settings $settings)
    {
    }

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public function login(array $body): array
    {
        $customer = Input::name('customer', $body['customer'] ?? null);
        $token = bin2hex(random_bytes(16));
        $session = json_encode(['customer' => $customer, 'region' => $this->settings->region, 'at' => gmdate('c')], JSON_THROW_ON_ERROR);
        self::accepted($this->redis()->setex("session:$token", self::LIFE_SECONDS, $session));
        return [200, ['token' => $token]];
    }

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public function fill(array $body): array
    {
        $token = Input::name('token', $body['token'] ?? null);
        $sku = Input::name('sku', $body['sku'] ?? null);
        $quantity = Input::quantity('qty', $body['qty'] ?? null);
        $redis = $this->sessionOf($token);
        $redis->multi(\Redis::PIPELINE);
        $redis->hSet("cart:$token", $sku, (string) $quantity);
        $redis->expire("cart:$token", self::LIFE_SECONDS);
        $answers = $redis->exec();
        self::accepted(is_array($answers) && !in_array(false, $answers, true));
        return [200, self::cart($redis, $token)];
    }

    /** @return array{int, array<string, mixed>} */
    public function show(string $token): array
    {
        $token = Input::name('token', $token);
        return [200, self::cart($this->sessionOf($token), $token)];
    }

    /** @return array{reachable: bool, role: ?string} */
    public function state(): array
    {
        try {
            $role = $this->redis()->info('replication')['role'] ?? null;
            return ['reachable' => true, 'role' => $role === 'master' ? 'primary' : 'replica'];
        } catch (\RedisException) {
            return ['reachable' => false, 'role' => null];
        }
    }

    /** @return array<string, mixed> */
    private static function cart(\Redis $redis, string $token): array
    {
        $lines = [];
        foreach ($redis->hGetAll("cart:$token") as $sku => $quantity) {
            $lines[] = ['sku' => (string) $sku, 'qty' => (int) $quantity];
        }
        return ['token' => $token, 'lines' => $lines];
    }

    private function sessionOf(string $token): \Redis
    {
        $redis = $this->redis();
        return $redis->exists("session:$token") === 1 ? $redis : throw new Refusal(401, 'nobody is logged in with this token; POST /login gives a new one');
    }

    private function redis(): \Redis
    {
        $redis = new \Redis();
        $redis->connect($this->settings->fixed['redis_host'], 6379, self::TIMEOUT_SECONDS, null, 0, self::TIMEOUT_SECONDS);
        $redis->auth($this->settings->fixed['redis_password']);
        return $redis;
    }

    /** A replica refuses writes; phpredis tells it as `false` or as an exception, depending on the version. */
    private static function accepted(mixed $answer): void
    {
        if ($answer === false) {
            throw new Refusal(503, 'the session store of this region takes no writes now');
        }
    }
}
