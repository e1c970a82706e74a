<?php
/**
 * Plugin Name: The lab's shop
 * Description: Orders, payments, carts and uploads of the lab, with the statements that WooCommerce sends to its database.
 *
 * It stands where WooCommerce stands in a real shop: behind the plugin handover, whose loader comes before it by name.
 * The folder beside it is loaded class by class, on first use.
 */

declare(strict_types=1);

namespace Shop;

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Shop\\')) {
        require __DIR__ . '/shop/' . substr($class, 5) . '.php';
    }
});
require __DIR__ . '/shop/woocommerce.php';

if (Router::answersFor($_SERVER['REQUEST_URI'] ?? '/')) {
    // WordPress has opened its database by now and has loaded neither theme nor plugins nor the query for a page. Here
    // the request ends; every other path goes on to become a page.
    Router::run();
    exit;
}
