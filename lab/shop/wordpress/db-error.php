<?php
/**
 * WordPress loads this drop-in when its database does not let it in. Its own page would be a 500; a shop that is
 * closed for a moment says 503, and the order plugin answers its paths itself (`/health` has more to tell).
 */

declare(strict_types=1);

require __DIR__ . '/mu-plugins/handover.php';

http_response_code(503);
header('Retry-After: 5');
header('Content-Type: text/plain; charset=utf-8');
echo "The shop is closed for a moment: its database does not answer.\n";
