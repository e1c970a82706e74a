<?php

declare(strict_types=1);

namespace Shop;

/** The payment gateway and the mail service. Both know an idempotency key, so a repeated call is safe. */
final class Payments
{
    private const CONNECT_MS = 1000;
    private const TOTAL_MS = 3000;

    /** @return string the charge's id */
    public static function charge(Order $order): string
    {
        $charge = ['intent' => $order->intent(), 'amount' => $order->total(), 'currency' => 'EUR', 'orderKey' => $order->key()];
        return self::gateway('POST', '/charges', $charge);
    }

    public static function refund(Order $order): void
    {
        self::gateway('POST', '/refunds', ['intent' => $order->intent()]);
    }

    /** The id of the charge this intent had; null when it had none. */
    public static function findCharge(string $intent): ?string
    {
        try {
            return self::gateway('GET', '/charges/' . rawurlencode($intent), []);
        } catch (Refusal $refusal) {
            return $refusal->status === 404 ? null : throw $refusal;
        }
    }

    public static function mail(Order $order): void
    {
        [$status, $answer] = self::post('POST', Settings::of('mail') . '/mails', "receipt/{$order->intent()}", [
            'to' => $order->email(),
            'subject' => "Your order {$order->id}: {$order->total()} EUR",
            'orderKey' => $order->key(),
            'intent' => $order->intent(),
        ]);
        if ($status !== 200) {
            throw new Refusal(503, "the mail service answered $status: " . self::reason($answer));
        }
    }

    /** @param array<string, string> $body */
    private static function gateway(string $method, string $path, array $body): string
    {
        [$status, $answer] = self::post($method, Settings::of('gateway') . $path, $body['intent'] ?? '', $body);
        if (($status === 200 || $status === 201) && is_string($answer['id'] ?? null)) {
            return $answer['id'];
        }
        // 404 and 409 are answers of the gateway; everything else leaves open what happened, so the customer repeats.
        throw new Refusal(in_array($status, [404, 409], true) ? $status : 503, "the payment gateway answered $status: " . self::reason($answer));
    }

    /**
     * @param array<string, string> $body
     * @return array{int, array<mixed>}
     */
    private static function post(string $method, string $url, string $idempotencyKey, array $body): array
    {
        $headers = ['Content-Type: application/json', "Idempotency-Key: $idempotencyKey"];
        $text = $body === [] ? '' : json_encode($body, JSON_THROW_ON_ERROR);
        return Http::call($method, $url, $headers, $text, self::CONNECT_MS, self::TOTAL_MS);
    }

    /** @param array<mixed> $answer */
    private static function reason(array $answer): string
    {
        return is_string($answer['because'] ?? null) ? $answer['because'] : 'no reason given';
    }
}
