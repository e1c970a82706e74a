<?php
/**
 * The lab's shop without WordPress: places, pays and refunds an order of one line and one of three in the database of the socket, and runs the queue.
 */

declare(strict_types=1);

const ARRAY_A = 'ARRAY_A';

/** As much of WordPress' class as the shop uses. */
final class WordPressDatabase
{
    public int|string $insert_id = 0;
    public string $last_error = '';
    public mysqli $dbh;

    public function __construct(string $socket)
    {
        mysqli_report(MYSQLI_REPORT_OFF);
        $this->dbh = new mysqli('localhost', 'root', '', 'shop', 0, $socket);
        $this->dbh->query("SET SESSION sql_mode = ''");
    }

    public function query(string $sql): bool
    {
        $done = $this->dbh->query($sql) !== false;
        $this->last_error = $this->dbh->error;
        $this->insert_id = $this->dbh->insert_id;
        return $done;
    }

    /** @return list<array<string, string|null>>|null */
    public function get_results(string $sql): ?array
    {
        $result = $this->dbh->query($sql);
        $this->last_error = $this->dbh->error;
        return $result instanceof mysqli_result ? $result->fetch_all(MYSQLI_ASSOC) : null;
    }

    public function prepare(string $sql, int|string ...$values): string
    {
        return vsprintf(str_replace('%s', "'%s'", $sql), array_map(fn ($value) => $this->_real_escape((string) $value), $values));
    }

    public function _real_escape(string $text): string
    {
        return $this->dbh->real_escape_string($text);
    }
}

function do_action(): void
{
}

function apply_filters(string $name, mixed $value): mixed
{
    return $value;
}

function wp_json_encode(mixed $value): string|false
{
    return json_encode($value);
}

$shop = __DIR__ . '/../../lab/shop/mu-plugins/shop';
spl_autoload_register(static fn (string $class) => require "$shop/" . substr($class, 5) . '.php');
require "$shop/woocommerce.php";
$wpdb = new WordPressDatabase((string) getenv('SHOP_SOCKET'));

$mark = static fn (string $what) => $wpdb->query("INSERT INTO handover_heartbeat VALUES ('$what', NOW(), 1)");

foreach ([1, 3] as $count) {
    $lines = array_map(static fn (int $n): array => ['sku' => sprintf('sku-%02d', $n), 'qty' => $n], range(1, $count));
    $asked = Shop\OrderRequest::read(['key' => "k-$count", 'intent' => 'pi', 'customer' => "guest-$count", 'lines' => $lines, 'pay' => 'now']);
    $mark("checkout $count");
    Shop\Placing::place(Shop\Order::byId(Shop\Draft::write($asked)), $asked);
    $mark("run $count");
    $wpdb->query("UPDATE wp_actionscheduler_actions SET scheduled_date_gmt = '2020-01-01'");
    Shop\Runner::run();
    $mark("payment $count");
    Shop\Paying::complete(Shop\Order::find("k-$count"), 'txn');
    $mark("paid $count");
    $wpdb->query("UPDATE wp_actionscheduler_actions SET scheduled_date_gmt = '2020-01-01'");
    Shop\Runner::run();
    $mark("refund $count");
    Shop\Refunding::refund(Shop\Order::find("k-$count"));
    $mark("end $count");
}
