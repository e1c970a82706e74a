<?php

declare(strict_types=1);

namespace Handover;

/**
 * The MariaDB connection that WordPress has opened, used directly. Not through `wpdb`: that reconnects by itself when a
 * connection is lost, and a transaction that goes on in a new connection is no transaction.
 */
final class Database
{
    private const DUPLICATE = 1062;
    private const DEADLOCK = 1213;
    private const READ_ONLY = 1290;
    /** Lost, refused, killed or waiting: the statement may be tried again later, here or in the other region. */
    private const TEMPORARY = [1040, 1053, 1158, 1159, 1160, 1161, 1205, 1213, 1317, 1927, 2002, 2003, 2006, 2013, 2055];

    private function __construct(private readonly \mysqli $link)
    {
    }

    /** Null where the connection failed; what the failure means is the caller's to say. */
    public static function ofWordPress(): ?self
    {
        $link = $GLOBALS['wpdb']->dbh ?? null;
        if (!$link instanceof \mysqli) {
            return null;
        }
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        try {
            // WordPress drops the strict mode; an order that is cut to fit a column must fail instead.
            $link->query("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', innodb_lock_wait_timeout = 1");
        } catch (\mysqli_sql_exception) {
            return null;
        }
        return new self($link);
    }

    /**
     * @param list<int|string|null> $values
     * @return list<array<string, int|float|string|null>>
     */
    public function rows(string $sql, array $values = []): array
    {
        $result = $this->statement($sql, $values);
        return $result instanceof \mysqli_result ? $result->fetch_all(MYSQLI_ASSOC) : throw self::unfinished();
    }

    /**
     * @param list<int|string|null> $values
     * @return array<string, int|float|string|null>|null
     */
    public function row(string $sql, array $values = []): ?array
    {
        return $this->rows($sql, $values)[0] ?? null;
    }

    /**
     * Runs a statement that changes rows; answers how many.
     *
     * @param list<int|string|null> $values
     */
    public function change(string $sql, array $values = []): int
    {
        $this->statement($sql, $values);
        return (int) $this->link->affected_rows;
    }

    public function lastId(): int
    {
        return (int) $this->link->insert_id;
    }

    /**
     * Runs `$work` in one transaction. A deadlock's victim, and the loser of a race for the same key, is tried once
     * more: the second time it finds what the winner has written.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public function transaction(callable $work): mixed
    {
        for ($last = false; ; $last = true) {
            try {
                $this->link->begin_transaction();
                $result = $work();
                return $this->link->commit() ? $result : throw self::unfinished();
            } catch (\Throwable $error) {
                $this->rollback();
                if ($last || !in_array($error->getCode(), [self::DEADLOCK, self::DUPLICATE], true)) {
                    throw $error;
                }
            }
        }
    }

    /** 503 for what passes by itself or by a transfer, 500 for what is wrong with the statement. */
    public static function refusal(\mysqli_sql_exception $error): Refusal
    {
        $code = $error->getCode();
        if ($code === self::READ_ONLY) {
            return new Refusal(503, 'the database of this region is read-only, so it takes no writes now');
        }
        if (in_array($code, self::TEMPORARY, true)) {
            return new Refusal(503, "the database did not finish the statement ($code {$error->getMessage()})");
        }
        return new Refusal(500, $error->getMessage());
    }

    /** @param list<int|string|null> $values */
    private function statement(string $sql, array $values): \mysqli_result|bool
    {
        $result = $values === [] ? $this->link->query($sql) : $this->link->execute_query($sql, $values);
        return $result === false ? throw self::unfinished() : $result;
    }

    /** A connection killed at the wrong moment makes mysqli answer `false` without an exception: that is not "no rows". */
    private static function unfinished(): Refusal
    {
        return new Refusal(503, 'the database did not finish the statement');
    }

    private function rollback(): void
    {
        try {
            $this->link->rollback();
        } catch (\mysqli_sql_exception) {
            // A lost connection has been rolled back by the server already.
        }
    }
}
