<?php

declare(strict_types=1);

namespace Shop;

/**
 * Writes rows as WooCommerce does: through WordPress' connection, each statement a transaction of its own, and nobody looks at the result.
 * A write that a read-only database refuses is in WordPress' list of errors alone. Reads are another matter: no answer is not "no rows".
 */
final class Rows
{
    /** @param array<string, int|string|null> $row by column; the table is named without its prefix */
    public static function insert(string $table, array $row): int
    {
        global $wpdb;
        $columns = implode(', ', array_map(static fn (string $name): string => "`$name`", array_keys($row)));
        $wpdb->query("INSERT INTO wp_$table ($columns) VALUES (" . implode(', ', array_map(self::value(...), $row)) . ')');
        return (int) $wpdb->insert_id;
    }

    /**
     * @param array<string, int|string|null> $set
     * @param array<string, int|string> $where
     */
    public static function update(string $table, array $set, array $where): void
    {
        global $wpdb;
        $wpdb->query("UPDATE wp_$table SET " . self::pairs($set, ', ') . self::where($where));
    }

    /**
     * Adds to columns in the database itself, as WooCommerce does with stock: two orders at once both count.
     *
     * @param array<string, int> $amounts by column
     * @param array<string, int|string> $where
     */
    public static function add(string $table, array $amounts, array $where): void
    {
        global $wpdb;
        $sums = array_map(static fn (string $name, int $amount): string => "`$name` = `$name` + $amount", array_keys($amounts), $amounts);
        $wpdb->query("UPDATE wp_$table SET " . implode(', ', $sums) . self::where($where));
    }

    /** @param array<string, int|string> $where */
    public static function delete(string $table, array $where): void
    {
        global $wpdb;
        $wpdb->query("DELETE FROM wp_$table" . self::where($where));
    }

    /**
     * @param array<string, int|string|null> $row
     */
    public static function replace(string $table, array $row): void
    {
        global $wpdb;
        $columns = implode(', ', array_map(static fn (string $name): string => "`$name`", array_keys($row)));
        $wpdb->query("REPLACE INTO wp_$table ($columns) VALUES (" . implode(', ', array_map(self::value(...), $row)) . ')');
    }

    /**
     * @param int|string ...$values for the marks %d and %s
     * @return list<array<string, string|null>>
     */
    public static function all(string $sql, int|string ...$values): array
    {
        global $wpdb;
        $rows = $wpdb->get_results($values === [] ? $sql : $wpdb->prepare($sql, ...$values), ARRAY_A);
        if ($wpdb->last_error !== '' || !is_array($rows)) {
            throw new Refusal(503, "the database did not answer: {$wpdb->last_error}");
        }
        return $rows;
    }

    /** @return array<string, string|null>|null */
    public static function one(string $sql, int|string ...$values): ?array
    {
        return self::all($sql, ...$values)[0] ?? null;
    }

    /** The value of the first column of the first row. */
    public static function text(string $sql, int|string ...$values): ?string
    {
        $row = self::one($sql, ...$values);
        return $row === null ? null : array_values($row)[0];
    }

    /**
     * Lets one request at a time have a thing, here alone: WooCommerce has its draft in the customer's session for that. It writes nothing.
     */
    public static function lock(string $name): void
    {
        if (self::text('SELECT GET_LOCK(%s, 3)', substr(sha1($name), 0, 40)) !== '1') {
            throw new Refusal(503, 'the same order is being placed by another request');
        }
    }

    /** @param array<string, int|string> $where */
    private static function where(array $where): string
    {
        return ' WHERE ' . self::pairs($where, ' AND ');
    }

    /** @param array<string, int|string|null> $pairs */
    private static function pairs(array $pairs, string $between): string
    {
        return implode($between, array_map(static fn (string $name, mixed $value): string => "`$name` = " . self::value($value), array_keys($pairs), $pairs));
    }

    private static function value(int|string|null $value): string
    {
        global $wpdb;
        return match (true) {
            $value === null => 'NULL',
            is_int($value) => (string) $value,
            default => "'" . $wpdb->_real_escape($value) . "'",
        };
    }
}
