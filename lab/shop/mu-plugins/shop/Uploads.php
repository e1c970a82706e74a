<?php

declare(strict_types=1);

namespace Shop;

/** Media: written whole beside the library and renamed into it, so that no copy of half a file ever starts. */
final class Uploads
{
    private const LIBRARY = '/srv/uploads';
    private const SPOOL = '/srv/spool';

    /** @return array{int, array<string, mixed>} */
    public static function store(string $name): array
    {
        $name = Input::name('name', $name);
        Settings::requireServing();
        $content = (string) file_get_contents('php://input');
        $hash = hash('sha256', $content);
        $target = self::LIBRARY . "/$name";
        if (is_file($target)) {
            if (hash_file('sha256', $target) !== $hash) {
                throw new Refusal(409, "an upload named $name exists with other content");
            }
            return [200, ['name' => $name, 'sha256' => $hash]];
        }
        self::write($content, $target);
        return [201, ['name' => $name, 'sha256' => $hash]];
    }

    private static function write(string $content, string $target): void
    {
        $temporary = self::SPOOL . '/upload-' . bin2hex(random_bytes(8));
        $file = @fopen($temporary, 'xb');
        $whole = $file !== false && fwrite($file, $content) === strlen($content) && fsync($file) && fclose($file);
        if (!$whole || !rename($temporary, $target)) {
            @unlink($temporary);
            throw new Refusal(503, 'the upload could not be written to disk');
        }
    }
}
