<?php
/**
 * Plugin Name: Handover order plugin
 * Description: Orders, sessions and uploads of the lab's shop, and the answers by which a region proves what it is.
 *
 * WordPress loads this file; the folder beside it is loaded class by class, on first use, so that `/health` does not
 * pay for the code of an order.
 */

declare(strict_types=1);

namespace Handover;

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Handover\\')) {
        require __DIR__ . '/handover/' . substr($class, 9) . '.php';
    }
});

if (Router::answersFor($_SERVER['REQUEST_URI'] ?? '/')) {
    // WordPress has opened its database by now and has loaded neither theme nor plugins nor the query for a page. Here
    // the request ends; every other path goes on to become a page.
    Router::run();
    exit;
}
