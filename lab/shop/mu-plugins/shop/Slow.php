<?php

declare(strict_types=1);

namespace Shop;

/** A request that takes its time, as a report or an export does in a real shop; only the lab has it. */
final class Slow
{
    private const LONGEST_MS = 5000;

    /** @return array{int, array<string, mixed>} */
    public static function answer(string $ms): array
    {
        if (preg_match('/^\d{1,4}$/D', $ms) !== 1 || (int) $ms > self::LONGEST_MS) {
            throw Refusal::badInput('ms', 'must be a whole number from 0 to ' . self::LONGEST_MS . ', such as 2000');
        }
        usleep((int) $ms * 1000);
        return [200, ['slow' => true, 'ms' => (int) $ms, 'workerPid' => getmypid()]];
    }
}
