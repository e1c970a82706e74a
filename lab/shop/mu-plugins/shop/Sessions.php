<?php

declare(strict_types=1);

namespace Shop;

/** Logins and carts, in Redis database 0: a write is accepted only where this Redis accepts writes. */
final class Sessions
{
    private const TIMEOUT_SECONDS = 0.5;
    private const LIFE_SECONDS = 86400;

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public static function login(array $body): array
    {
        $customer = Input::name('customer', $body['customer'] ?? null);
        $token = bin2hex(random_bytes(16));
        $session = json_encode(['customer' => $customer, 'region' => \Handover\Settings::current()->region(), 'at' => gmdate('c')], JSON_THROW_ON_ERROR);
        self::accepted(self::redis()->setex("session:$token", self::LIFE_SECONDS, $session));
        return [200, ['token' => $token]];
    }

    /**
     * @param array<mixed> $body
     * @return array{int, array<string, mixed>}
     */
    public static function fill(array $body): array
    {
        $token = Input::name('token', $body['token'] ?? null);
        $sku = Input::name('sku', $body['sku'] ?? null);
        $quantity = Input::quantity('qty', $body['qty'] ?? null);
        $redis = self::sessionOf($token);
        $redis->multi(\Redis::PIPELINE);
        $redis->hSet("cart:$token", $sku, (string) $quantity);
        $redis->expire("cart:$token", self::LIFE_SECONDS);
        $answers = $redis->exec();
        self::accepted(is_array($answers) && !in_array(false, $answers, true));
        return [200, self::cart($redis, $token)];
    }

    /** @return array{int, array<string, mixed>} */
    public static function show(string $token): array
    {
        $token = Input::name('token', $token);
        return [200, self::cart(self::sessionOf($token), $token)];
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

    private static function sessionOf(string $token): \Redis
    {
        $redis = self::redis();
        return $redis->exists("session:$token") === 1 ? $redis : throw new Refusal(401, 'nobody is logged in with this token; POST /my-account/ gives a new one');
    }

    private static function redis(): \Redis
    {
        $redis = new \Redis();
        $redis->connect(Settings::of('redis_host'), 6379, self::TIMEOUT_SECONDS, null, 0, self::TIMEOUT_SECONDS);
        $redis->auth(Settings::of('redis_password'));
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
