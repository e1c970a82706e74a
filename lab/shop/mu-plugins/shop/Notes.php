<?php

declare(strict_types=1);

namespace Shop;

/** Notes of an order: a comment, the number of comments, and what the note is about. */
final class Notes
{
    /** @return int the comment's id */
    public static function add(int $orderId, string $text, string $group, bool $forCustomer = false): int
    {
        $now = gmdate('Y-m-d H:i:s');
        $id = Rows::insert('comments', [
            'comment_post_ID' => $orderId,
            'comment_author' => 'WooCommerce',
            'comment_author_email' => 'woocommerce@shop.test',
            'comment_author_url' => '',
            'comment_author_IP' => '',
            'comment_date' => $now,
            'comment_date_gmt' => $now,
            'comment_content' => $text,
            'comment_approved' => '1',
            'comment_agent' => 'WooCommerce',
            'comment_type' => 'order_note',
        ]);
        Rows::add('posts', ['comment_count' => 1], ['ID' => $orderId]);
        if ($forCustomer) {
            Rows::insert('commentmeta', ['comment_id' => $id, 'meta_key' => 'is_customer_note', 'meta_value' => '1']);
        }
        if ($group !== '') {
            Rows::insert('commentmeta', ['comment_id' => $id, 'meta_key' => 'note_group', 'meta_value' => $group]);
        }
        return $id;
    }
}
