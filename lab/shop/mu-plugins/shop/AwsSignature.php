<?php

declare(strict_types=1);

namespace Shop;

/** AWS Signature Version 4 of a JSON POST to `/` without query: all that DynamoDB's API needs. */
final class AwsSignature
{
    private const SIGNED = 'host;x-amz-date;x-amz-target';

    public function __construct(
        private readonly string $keyId,
        private readonly string $secret,
        private readonly string $region,
        private readonly string $service,
    ) {
    }

    /**
     * @param string $now UTC as `20261123T120000Z`
     * @return list<string>
     */
    public function headers(string $url, string $target, string $body, string $now): array
    {
        $host = (string) preg_replace('#^https?://#', '', $url);
        $canonical = implode("\n", [
            'POST', '/', '',
            "host:$host", "x-amz-date:$now", "x-amz-target:$target", '',
            self::SIGNED,
            hash('sha256', $body),
        ]);
        $day = substr($now, 0, 8);
        $scope = "$day/{$this->region}/{$this->service}/aws4_request";
        $key = "AWS4{$this->secret}";
        foreach ([$day, $this->region, $this->service, 'aws4_request'] as $part) {
            $key = hash_hmac('sha256', $part, $key, true);
        }
        $signature = hash_hmac('sha256', implode("\n", ['AWS4-HMAC-SHA256', $now, $scope, hash('sha256', $canonical)]), $key);
        return [
            "Host: $host",
            'Content-Type: application/x-amz-json-1.0',
            "X-Amz-Date: $now",
            "X-Amz-Target: $target",
            "Authorization: AWS4-HMAC-SHA256 Credential={$this->keyId}/$scope, SignedHeaders=" . self::SIGNED . ", Signature=$signature",
        ];
    }
}
