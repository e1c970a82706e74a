<?php

declare(strict_types=1);

namespace Shop;

/**
 * Finds who answers a path and turns what they return, or refuse, into HTTP. The paths are WooCommerce's and WordPress' own, so that the plugin
 * before us knows by them which of the requests write orders.
 */
final class Router
{
    private const PATHS = '#^/(wp-json/(wc/store/v1/(checkout|cart)|wc/v3/orders|wp/v2/media)|my-account|scheduler|slow)(?=[/?]|$)#';
    private const ROUTES = [
        '#^POST /wp-json/wc/store/v1/checkout$#' => 'checkout',
        '#^POST /wp-json/wc/store/v1/checkout/([^/]+)$#' => 'pay',
        '#^POST /wp-json/wc/v3/orders/([^/]+)/refunds$#' => 'refund',
        '#^POST /wp-json/wc/store/v1/cart/add-item$#' => 'fill',
        '#^GET /wp-json/wc/store/v1/cart$#' => 'cart',
        '#^POST /wp-json/wp/v2/media$#' => 'upload',
        '#^POST /my-account/$#' => 'login',
        '#^GET /slow$#' => 'slow',
        '#^POST /scheduler/run$#' => 'scheduler',
    ];

    public static function answersFor(string $uri): bool
    {
        return preg_match(self::PATHS, $uri) === 1;
    }

    /** Answers the request that is under way, whatever happens. */
    public static function run(): void
    {
        try {
            if (empty($GLOBALS['wpdb']->dbh)) {
                throw new Refusal(503, 'the database of this region does not answer');
            }
            $GLOBALS['wpdb']->suppress_errors(true);
            [$status, $body] = self::dispatch();
        } catch (\Throwable $error) {
            $refusal = Refusal::from($error);
            if ($refusal->status === 500) {
                error_log("shop: $error");
            }
            [$status, $body] = [$refusal->status, ['because' => $refusal->getMessage()]];
        }
        self::send($status, $body);
    }

    /** @param array<string, mixed> $body */
    private static function send(int $status, array $body): void
    {
        $here = \Handover\Settings::current();
        http_response_code($status);
        header('Content-Type: application/json');
        header('Cache-Control: no-store');
        header("X-Handover-Region: {$here->region()}");
        header("X-Handover-Epoch: {$here->epoch()}");
        if ($status === 503) {
            header('Retry-After: 1');
        }
        echo json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }

    /** @return array{int, array<string, mixed>} */
    private static function dispatch(): array
    {
        $path = (string) parse_url((string) $_SERVER['REQUEST_URI'], PHP_URL_PATH);
        $asked = "{$_SERVER['REQUEST_METHOD']} $path";
        foreach (self::ROUTES as $pattern => $name) {
            if (preg_match($pattern, $asked, $found) === 1) {
                return self::answer($name, rawurldecode($found[1] ?? ''));
            }
        }
        throw new Refusal(404, "there is no $asked");
    }

    /** @return array{int, array<string, mixed>} */
    private static function answer(string $name, string $key): array
    {
        $sessions = Settings::hasSessionStore() ? Sessions::class : StoredSessions::class;
        return match ($name) {
            'checkout' => Checkout::place(OrderRequest::read(Input::json())),
            'pay' => Checkout::pay(Input::name('key', $key)),
            'refund' => Checkout::refund(Input::name('key', $key)),
            'login' => $sessions::login(Input::json()),
            'fill' => $sessions::fill(Input::json()),
            'cart' => $sessions::show(Input::query('token')),
            'upload' => Uploads::store(Input::query('name')),
            'slow' => Slow::answer(Input::query('ms')),
            'scheduler' => Scheduler::round(),
        };
    }
}
