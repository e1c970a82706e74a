<?php

declare(strict_types=1);

namespace Shop;

/** An answer that is not what was asked for: a status and the sentence why. */
final class Refusal extends \RuntimeException
{
    public function __construct(public readonly int $status, string $because)
    {
        parent::__construct($because);
    }

    /** What any error means to a customer: a database or session store that is not there now is closed, not broken. */
    public static function from(\Throwable $error): self
    {
        return match (true) {
            $error instanceof self => $error,
            $error instanceof \RedisException => new self(503, "the session store takes no such call now: {$error->getMessage()}"),
            default => new self(500, $error->getMessage()),
        };
    }

    public static function badInput(string $field, string $problem): self
    {
        return new self(400, "$field $problem");
    }
}
