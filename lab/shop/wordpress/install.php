<?php
/**
 * Fills an empty database `shop`: WordPress' own tables, WooCommerce's, and the products. Run once, by PHP's command
 * line in region A; the other region gets it all by replication.
 */

declare(strict_types=1);

define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => 'www.shop.test', 'REQUEST_URI' => '/wp-admin/install.php', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];

// The installer would mail the new owner; the lab's only mails are receipts.
function wp_new_blog_notification(string $title, string $url, int $user, string $password): void
{
}

require '/srv/www/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

// The installer would try permalinks by calling the shop's own name, which may lead nowhere yet.
add_filter('pre_option_permalink_structure', static fn (): string => '/%postname%/');
wp_install('Handover lab shop', 'shopkeeper', 'shopkeeper@shop.test', false, '', bin2hex(random_bytes(16)));

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$link = $GLOBALS['wpdb']->dbh;
foreach (['woocommerce.sql', 'lab.sql'] as $name) {
    try {
        $link->multi_query((string) file_get_contents(__DIR__ . "/$name"));
        while ($link->more_results()) {
            $link->next_result();
        }
    } catch (mysqli_sql_exception $refused) {
        // WordPress would make a page of it that says nothing.
        fwrite(STDERR, "$name: {$refused->getMessage()}\n");
        exit(1);
    }
}

// By a path such as /wp-json/handover/v1/canary, which the rules of a fresh WordPress do not know.
remove_all_filters('pre_option_permalink_structure');
$GLOBALS['wp_rewrite']->set_permalink_structure('/%postname%/');
flush_rewrite_rules(false);
echo "installed\n";
