<?php
// What a PHP script behind /tv/auth does for each question: open the database, look up, upsert.
// Called with the database and a file of paths; prints the CPU time per question in microseconds.
[, $file, $paths] = $argv;

function opened(string $file): PDO {
    $db = new PDO("sqlite:$file");
    $db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
    $db->exec('PRAGMA synchronous=NORMAL');
    return $db;
}

function allowed(string $file, string $path): bool {
    parse_str(parse_url($path, PHP_URL_QUERY), $asked);
    $db = opened($file);
    $look = $db->prepare('SELECT id, enabled, expires_at, max_sessions FROM iptv_users WHERE key = ?');
    $look->execute([$asked['token']]);
    $user = $look->fetch(PDO::FETCH_ASSOC);
    if (!$user || !$user['enabled']) {
        return false;
    }
    $keep = $db->prepare(
        'INSERT INTO bench_php (session, user_id, channel, address, seen_at) VALUES (?, ?, ?, ?, ?)'
        . ' ON CONFLICT (session) DO UPDATE SET channel = excluded.channel, seen_at = excluded.seen_at');
    return $keep->execute([$asked['session_id'], $user['id'], $asked['name'], $asked['ip'], time()]);
}

function cpu(): float {
    $used = getrusage();
    return $used['ru_utime.tv_sec'] * 1e6 + $used['ru_utime.tv_usec']
        + $used['ru_stime.tv_sec'] * 1e6 + $used['ru_stime.tv_usec'];
}

opened($file)->exec('CREATE TABLE IF NOT EXISTS bench_php (session TEXT PRIMARY KEY,'
    . ' user_id INTEGER, channel TEXT, address TEXT, seen_at INTEGER)');
$asked = file($paths, FILE_IGNORE_NEW_LINES);
$began = cpu();
foreach ($asked as $path) {
    if (!allowed($file, $path)) {
        fwrite(STDERR, "refused: $path\n");
        exit(1);
    }
}
echo (cpu() - $began) / count($asked), "\n";
