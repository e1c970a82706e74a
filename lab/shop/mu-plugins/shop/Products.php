<?php

declare(strict_types=1);

namespace Shop;

/** What is sold: a post, its meta, and a row to look it up. */
final class Products
{
    /** @var array<string, array{id: int, sku: string, name: string, cents: int, stockRow: int, salesRow: int}>|null */
    private static ?array $all = null;

    /** @return array{id: int, sku: string, name: string, cents: int, stockRow: int, salesRow: int} */
    public static function ofSku(string $sku): array
    {
        return self::all()[$sku] ?? throw Refusal::badInput('lines', "hold $sku, which this shop does not sell; it sells sku-01 to sku-20");
    }

    public static function sku(int $id): string
    {
        foreach (self::all() as $sku => $product) {
            if ($product['id'] === $id) {
                return (string) $sku;
            }
        }
        return "product-$id";
    }

    /** Counts a line's pieces as sold. */
    public static function sell(string $sku, int $qty): void
    {
        $product = self::ofSku($sku);
        Rows::add('postmeta', ['meta_value' => $qty], ['meta_id' => $product['salesRow']]);
        self::lookup($product);
    }

    /**
     * Takes a line's pieces from the stock, or with a negative number gives them back. Answers what was there before.
     */
    public static function take(string $sku, int $qty): int
    {
        $product = self::ofSku($sku);
        ['id' => $id, 'stockRow' => $row] = $product;
        $before = (int) Rows::text('SELECT meta_value FROM wp_postmeta WHERE meta_id = %d', $row);
        Rows::add('postmeta', ['meta_value' => -$qty], ['meta_id' => $row]);
        self::lookup($product);
        $now = gmdate('Y-m-d H:i:s');
        Rows::update('posts', ['post_modified' => $now, 'post_modified_gmt' => $now], ['ID' => $id]);
        Options::touch('product_query', 'product');
        return $before;
    }

    /**
     * The row to look a product up repeats what its meta says, whatever it said before.
     *
     * @param array{id: int, stockRow: int, salesRow: int} $product
     */
    private static function lookup(array $product): void
    {
        global $wpdb;
        $wpdb->query($wpdb->prepare(
            'UPDATE wp_wc_product_meta_lookup SET stock_quantity = (SELECT meta_value FROM wp_postmeta WHERE meta_id = %d),'
            . ' total_sales = (SELECT meta_value FROM wp_postmeta WHERE meta_id = %d) WHERE product_id = %d',
            $product['stockRow'],
            $product['salesRow'],
            $product['id'],
        ));
    }

    /** @return array<string, array{id: int, sku: string, name: string, cents: int, stockRow: int, salesRow: int}> */
    private static function all(): array
    {
        if (self::$all !== null) {
            return self::$all;
        }
        $rows = Rows::all(
            "SELECT p.ID AS id, p.post_title AS name, m.meta_id, m.meta_key, m.meta_value FROM wp_posts p JOIN wp_postmeta m ON m.post_id = p.ID"
            . " WHERE p.post_type = 'product' AND m.meta_key IN ('_sku', '_price', '_stock', 'total_sales') ORDER BY p.ID",
        );
        $found = [];
        foreach ($rows as $row) {
            $found[$row['id']]['id'] = (int) $row['id'];
            $found[$row['id']]['name'] = (string) $row['name'];
            $found[$row['id']] += match ($row['meta_key']) {
                '_sku' => ['sku' => (string) $row['meta_value']],
                '_price' => ['cents' => Money::cents((string) $row['meta_value'])],
                '_stock' => ['stockRow' => (int) $row['meta_id']],
                default => ['salesRow' => (int) $row['meta_id']],
            };
        }
        return self::$all = array_column($found, null, 'sku');
    }
}
