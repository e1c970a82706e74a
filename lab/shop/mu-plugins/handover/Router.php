<?php

declare(strict_types=1);

namespace Handover;

/** Finds who answers a path and turns what they return, or refuse, into HTTP. */
final class Router
{
    private const PATHS = '#^/(health|serving|orders|login|cart|uploads|scheduler|slow)(?=[/?]|$)#';

    private function __construct(private readonly Settings $settings, private readonly ?Database $database)
    {
    }

    public static function answersFor(string $uri): bool
    {
        return preg_match(self::PATHS, $uri) === 1;
    }

    /** Answers the request that is under way, whatever happens. */
    public static function run(): void
    {
        $settings = null;
        try {
            $settings = Settings::fromEnvironment();
            [$status, $body] = (new self($settings, Database::ofWordPress()))->dispatch();
        } catch (\Throwable $error) {
            $refusal = Refusal::from($error);
            if ($refusal->status === 500) {
                error_log("handover: $error");
            }
            [$status, $body] = [$refusal->status, ['because' => $refusal->getMessage()]];
        }
        self::send($status, $body, $settings);
    }

    /** @param array<string, mixed> $body */
    private static function send(int $status, array $body, ?Settings $settings): void
    {
        http_response_code($status);
        header('Content-Type: application/json');
        header('Cache-Control: no-store');
        if ($settings !== null) {
            header("X-Handover-Region: {$settings->region}");
            header("X-Handover-Epoch: {$settings->epoch}");
        }
        if ($status === 503) {
            header('Retry-After: 1');
        }
        echo json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }

    /** @return array{int, array<string, mixed>} */
    private function dispatch(): array
    {
        $path = (string) parse_url((string) $_SERVER['REQUEST_URI'], PHP_URL_PATH);
        $parts = explode('/', trim($path, '/'));
        $settings = $this->settings;
        return match ($_SERVER['REQUEST_METHOD'] . ' ' . $parts[0] . str_repeat('/*', count($parts) - 1)) {
            'GET health' => (new Health($settings, $this->database))->health(),
            'GET serving' => (new Health($settings, $this->database))->serving(),
            'POST orders' => $this->postOrder(),
            'DELETE orders/*' => $this->canary()->remove($parts[1]),
            'POST orders/*/*' => $this->changeOrder($parts[1], $parts[2]),
            'POST login' => $this->sessions()->login(Input::json()),
            'POST cart' => $this->sessions()->fill(Input::json()),
            'GET cart' => $this->sessions()->show(Input::query('token')),
            'POST uploads' => (new Uploads($settings, $this->database()))->store(Input::query('name')),
            'GET slow' => Slow::answer(Input::query('ms')),
            'POST scheduler/*' => (new Scheduler($settings, $this->database()))->round(),
            default => throw new Refusal(404, "there is no {$_SERVER['REQUEST_METHOD']} $path"),
        };
    }

    /** @return array{int, array<string, mixed>} */
    private function postOrder(): array
    {
        if (isset($_SERVER['HTTP_X_HANDOVER_CANARY'])) {
            return $this->canary()->place(Input::json());
        }
        return (new Checkout($this->settings, $this->database()))->place(OrderRequest::read(Input::json()));
    }

    /** @return array{int, array<string, mixed>} */
    private function changeOrder(string $key, string $verb): array
    {
        $checkout = new Checkout($this->settings, $this->database());
        return match ($verb) {
            'pay' => $checkout->pay(Input::name('key', $key)),
            'refund' => $checkout->refund(Input::name('key', $key)),
            default => throw new Refusal(404, "an order knows pay and refund, not $verb"),
        };
    }

    private function canary(): Canary
    {
        Input::requireToken($_SERVER['HTTP_X_HANDOVER_CANARY'] ?? '', $this->settings->fixed['canary_token'], 'X-Handover-Canary');
        return new Canary($this->settings, $this->database());
    }

    private function sessions(): Sessions|StoredSessions
    {
        return $this->settings->hasSessionStore() ? new Sessions($this->settings) : new StoredSessions($this->settings, $this->database());
    }

    private function database(): Database
    {
        return $this->database ?? throw new Refusal(503, 'the database of this region does not answer');
    }
}
