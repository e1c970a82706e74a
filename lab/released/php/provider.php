<?php
/** Calls to the lab's gateway and mail service. Both know an idempotency key, so a repeated call is safe. */

declare(strict_types=1);

/**
 * @param array<string, string> $body
 * @return array<string, mixed>|null what was answered; null when it was no success
 */
function lab_ask(string $url, string $key, array $body): ?array
{
    $handle = curl_init($url);
    curl_setopt_array($handle, [
        CURLOPT_POSTFIELDS => (string) wp_json_encode($body),
        CURLOPT_HTTPHEADER => ['Content-Type: application/json', "Idempotency-Key: $key"],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_CONNECTTIMEOUT_MS => 1000,
        CURLOPT_TIMEOUT_MS => 5000,
    ]);
    $answer = json_decode((string) curl_exec($handle), true);
    return curl_getinfo($handle, CURLINFO_RESPONSE_CODE) < 300 && is_array($answer) ? $answer : null;
}
