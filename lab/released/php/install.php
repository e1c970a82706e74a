<?php
/**
 * Fills the empty database of region A with released WordPress and WooCommerce; B gets it by replication.
 * Three steps, each a process of its own, because a plugin is loaded from the process after its activation.
 */

declare(strict_types=1);

$step = $argv[1] ?? '';
$_SERVER += ['HTTP_HOST' => 'www.shop.test', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1'];

// Its handler prints a page for visitors in place of the error.
define('WP_DISABLE_FATAL_ERROR_HANDLER', true);
if ($step === 'wordpress') {
    define('WP_INSTALLING', true);
    // The installer would mail the new owner.
    function wp_new_blog_notification(string $title, string $url, int $user, string $password): void
    {
    }
}
require '/srv/www/wp-load.php';

const LAB_PRODUCTS = 20;

/** @return array<string, callable(): void> */
function lab_steps(): array
{
    return ['wordpress' => 'lab_install_wordpress', 'plugins' => 'lab_activate_plugins', 'shop' => 'lab_fill_shop'];
}

function lab_install_wordpress(): void
{
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    // The installer would try permalinks by calling the shop's own name, which may lead nowhere yet.
    add_filter('pre_option_permalink_structure', static fn (): string => '/%postname%/');
    wp_install('Lab shop', 'shopkeeper', 'shopkeeper@shop.test', false, '', bin2hex(random_bytes(16)));
}

function lab_activate_plugins(): void
{
    require_once ABSPATH . 'wp-admin/includes/plugin.php';
    $problem = activate_plugin('woocommerce/woocommerce.php');
    if (is_wp_error($problem)) {
        throw new RuntimeException($problem->get_error_message());
    }
    foreach (lab_handover_tables() as $statement) {
        $GLOBALS['wpdb']->query($statement);
    }
}

/** @return string[] As docs/woocommerce.md prints them. */
function lab_handover_tables(): array
{
    return [
        'CREATE TABLE handover_epoch (site varchar(63) PRIMARY KEY, epoch bigint unsigned NOT NULL, region varchar(16) NOT NULL,
          verified_epoch bigint unsigned NOT NULL, changed_at datetime(6) NOT NULL) ENGINE=InnoDB',
        'CREATE TABLE handover_heartbeat (region varchar(16) PRIMARY KEY, at datetime(6) NOT NULL, epoch bigint unsigned NOT NULL) ENGINE=InnoDB',
        "INSERT INTO handover_epoch VALUES ('lab', 1, 'A', 1, UTC_TIMESTAMP(6))",
    ];
}

function lab_fill_shop(): void
{
    $GLOBALS['wp_rewrite']->set_permalink_structure('/%postname%/');
    WC_Install::install();
    if (LAB_THEME !== '') {
        switch_theme(LAB_THEME);
    }
    $options = [
        'woocommerce_coming_soon' => 'no', 'woocommerce_store_address' => 'Street 1', 'woocommerce_store_city' => 'City',
        'woocommerce_default_country' => 'DE:DE-BE', 'woocommerce_store_postcode' => '10115', 'woocommerce_currency' => 'EUR',
        'woocommerce_enable_guest_checkout' => 'yes', 'woocommerce_manage_stock' => 'yes', 'woocommerce_notify_low_stock' => 'no',
        'woocommerce_custom_orders_table_enabled' => 'yes', 'woocommerce_custom_orders_table_data_sync_enabled' => 'yes',
    ];
    foreach ($options as $name => $value) {
        update_option($name, $value);
    }
    update_option('woocommerce_bacs_settings', ['enabled' => 'yes', 'title' => 'Bank transfer']);
    for ($number = 1; $number <= LAB_PRODUCTS; $number++) {
        $product = new WC_Product_Simple();
        $product->set_name("Thing $number");
        $product->set_sku(sprintf('sku-%02d', $number));
        $product->set_regular_price(sprintf('%d.99', $number + 4));
        $product->set_manage_stock(true);
        $product->set_stock_quantity(10000000);
        $product->update_meta_data('_initial_stock', '10000000');
        $product->save();
    }
    flush_rewrite_rules(false);
}

lab_steps()[$step]();
echo "done\n";
