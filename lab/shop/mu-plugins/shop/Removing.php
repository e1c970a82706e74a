<?php

declare(strict_types=1);

namespace Shop;

/** Deletes an order for good: lines, lookups, the order, its number. Stock and sales are the caller's. */
final class Removing
{
    public static function remove(int $id): void
    {
        self::items($id);
        foreach (['wc_order_stats', 'wc_order_product_lookup', 'wc_order_tax_lookup', 'wc_order_coupon_lookup', 'wc_reserved_stock'] as $table) {
            Rows::delete($table, ['order_id' => $id]);
        }
        Options::touch('woocommerce_reports');
        Rows::delete('wc_orders', ['id' => $id]);
        foreach (['wc_order_addresses', 'wc_order_operational_data', 'wc_orders_meta'] as $table) {
            Rows::delete($table, ['order_id' => $id]);
        }
        $notes = Rows::all('SELECT comment_ID AS id FROM wp_comments WHERE comment_post_ID = %d', $id);
        foreach ($notes as $note) {
            Rows::delete('commentmeta', ['comment_id' => (int) $note['id']]);
        }
        Rows::delete('comments', ['comment_post_ID' => $id]);
        Rows::delete('posts', ['ID' => $id]);
    }

    /** Lines of every kind, with their details. */
    public static function items(int $id): void
    {
        $items = Rows::all('SELECT order_item_id AS id FROM wp_woocommerce_order_items WHERE order_id = %d', $id);
        Rows::delete('woocommerce_order_items', ['order_id' => $id]);
        foreach ($items as $item) {
            Rows::delete('woocommerce_order_itemmeta', ['order_item_id' => (int) $item['id']]);
        }
    }
}
