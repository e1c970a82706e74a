<?php
/**
 * WordPress' configuration in a region of the lab. The same file in both regions: what differs comes from php-fpm's
 * environment and from /srv/etc/shop.php.
 */

declare(strict_types=1);

// A request that has waited in php-fpm's queue for longer than its caller does is work for nobody, and under a crowd
// of repeats such work keeps the queue long for ever. nginx tells when the request arrived.
$shop = require '/srv/etc/shop.php';
$waited = microtime(true) - (float) ($_SERVER['REQUEST_ARRIVED'] ?? microtime(true));
if ($waited > ($shop['waits_seconds'] ?? 2.5)) {
    http_response_code(503);
    header('Retry-After: 1');
    header('Content-Type: application/json');
    echo json_encode(['because' => sprintf('this request waited %.1f s for a free worker, so its caller has given up', $waited)]);
    exit;
}

// A database that hangs must become an answer before customers (4 s) and vantages (3 s) give up.
foreach (['mysqlnd.net_read_timeout', 'default_socket_timeout'] as $limit) {
    ini_set($limit, (string) ($shop['database_seconds'] ?? 2));
}

define('DB_NAME', 'shop');
define('DB_USER', 'shop');
define('DB_PASSWORD', $shop['db_password']);
define('DB_HOST', 'localhost:/srv/run/mariadb.sock');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';

// The same salts and address in both regions: a transfer must neither log anybody out nor redirect to the old host.
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $use) {
    define("{$use}_KEY", hash('sha256', "{$shop['salt']} $use key"));
    define("{$use}_SALT", hash('sha256', "{$shop['salt']} $use salt"));
}
define('WP_HOME', 'https://www.shop.test');
define('WP_SITEURL', 'https://www.shop.test');

// What the plugin handover has to know of this host; its role and epoch are in the environment of php-fpm.
define('HANDOVER_SETTINGS', '/srv/etc/handover.conf');
define('HANDOVER_RUN', '/srv/run/handover');
define('HANDOVER_JOURNAL', '/srv/log/handover/unacknowledged.jsonl');
define('HANDOVER_TOKEN', $shop['canary_token']);

// WordPress' own timers would run in both regions; the lab's scheduler runs in one. Code never changes by itself.
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISALLOW_FILE_MODS', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', false);
foreach ($shop['constants'] ?? [] as $name => $value) {
    define($name, $value);
}

// nginx speaks TLS to the customer and FastCGI to us.
$_SERVER['HTTPS'] = 'on';

if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
