<?php

declare(strict_types=1);

namespace Shop;

/** One attempt at one HTTP call with a timeout for connecting and one for all of it. */
final class Http
{
    /**
     * @param list<string> $headers
     * @return array{int, array<mixed>} status and decoded body; status 0 and `because` when there was no answer
     */
    public static function call(string $method, string $url, array $headers, string $body, int $connectMs, int $totalMs): array
    {
        $call = curl_init($url);
        curl_setopt_array($call, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => [...$headers, 'Expect:'],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT_MS => $connectMs,
            CURLOPT_TIMEOUT_MS => $totalMs,
            CURLOPT_PROXY => '',
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
        ]);
        if ($body !== '') {
            curl_setopt($call, CURLOPT_POSTFIELDS, $body);
        }
        $text = curl_exec($call);
        if (!is_string($text)) {
            return [0, ['because' => curl_error($call)]];
        }
        $decoded = json_decode($text, true);
        return [(int) curl_getinfo($call, CURLINFO_RESPONSE_CODE), is_array($decoded) ? $decoded : ['because' => substr($text, 0, 200)]];
    }
}
