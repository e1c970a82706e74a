import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { place } from '../../lab/loopback/place';
import { literal, php, phpThatStays, plugin, valueOf } from './php';

const run = promisify(execFile);
const sources = readdirSync(plugin, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.php'));
const at = place();
afterAll(() => at.remove());

describe('the PHP of the plugin', () => {
  /** Words and signs that PHP 7.4 does not know. What tokens can't tell is what PHPCompatibility is for; see plugin/phpcs.xml. */
  const newer = `$no = []; $code = '';
    foreach (PhpToken::tokenize(file_get_contents(FILE)) as $t) {
      if (!$t->is([T_COMMENT, T_DOC_COMMENT])) { $code .= $t->text; }
      if ($t->is([T_MATCH, T_ENUM, T_READONLY, T_NULLSAFE_OBJECT_OPERATOR, T_ATTRIBUTE])) { $no[] = $t->text; }
      if ($t->is(T_STRING) && in_array($t->text, ['mixed', 'str_contains', 'str_starts_with', 'str_ends_with', 'array_is_list', 'get_debug_type'])) { $no[] = $t->text; }
    }
    preg_match_all('/function \\w*\\([^)]*\\b(private|public|protected)\\b|\\w\\|\\w+ \\$|catch \\( \\S+ \\)|\\?? throw|,\\s*\\)\\s*(:[^{]*)?\\{/', $code, $found);
    echo json_encode(array_merge($no, $found[0]));`;

  it.each(sources)('%s compiles and keeps to what PHP 7.4 knows', async (name) => {
    const { stdout } = await run('php', ['-l', join(plugin, name)]);
    expect(stdout).toMatch(/^No syntax errors/);
    expect(JSON.parse(await php(newer.replaceAll('FILE', `'${join(plugin, name)}'`)))).toEqual([]);
  });

  it.each(sources)('%s does nothing when somebody opens it by its address', async (name) => {
    const { stdout, stderr } = await run('php', [
      '-d',
      'display_errors=stderr',
      '-d',
      'open_basedir=' + plugin,
      join(plugin, name),
    ]).catch((error: unknown) => error as { stdout: string; stderr: string });
    if (!['serving.php', 'beat.php', 'db-error.php'].includes(name)) expect(stdout + stderr).toBe('');
  });
});

test('WordPress finds one plugin in the folder, so that nobody switches the wrong one on', () => {
  const own = readdirSync(plugin).filter((name) => name.endsWith('.php'));
  const named = own.filter((name) => /^[ \t/*#@]*Plugin Name:/im.test(readFileSync(join(plugin, name), 'utf8')));
  expect(named).toEqual(['handover.php']);
});

test('a link to the plugin from which no WordPress is found says so, and not that the database is silent', async () => {
  const { stdout } = await run('php', [join(plugin, 'serving.php')], { env: { PATH: process.env['PATH'] ?? '' } });
  expect(JSON.parse(stdout)).toEqual({
    serving: false,
    because: 'WordPress was not found; set HANDOVER_WORDPRESS to the folder of wp-load.php',
  });
});

describe('the settings of a host', () => {
  const file = at.path('handover.conf');
  const lines = (over: Record<string, string> = {}) =>
    Object.entries({
      HANDOVER_SITE: 'shop',
      HANDOVER_REGION: 'A',
      HANDOVER_ROLE: 'primary',
      HANDOVER_EPOCH: '7',
      ...over,
    })
      .map(([name, value]) => `env[${name}] = "${value}"\n`)
      .join('');
  const read = (expression: string, env: Record<string, string> = {}) =>
    valueOf(`(fn($s) => ${expression})(Handover\\Settings::current())`, { HANDOVER_SETTINGS: file, ...env });

  it('are read by a shell from the file that the runbook writes, before its own environment', async () => {
    writeFileSync(file, `; by hand\n${lines({ AWS_DYNAMODB_REGION: 'eu-west-1' })}`);
    const all = '[$s->site(), $s->region(), $s->role(), $s->epoch(), $s->table_region(), $s->problems()]';
    expect(await read(all, { HANDOVER_ROLE: 'standby' })).toEqual(['shop', 'A', 'primary', 7, 'eu-west-1', []]);
  });

  it.each([
    ['role', { HANDOVER_ROLE: 'master' }, 'Setting HANDOVER_ROLE is "master"; it must match ^(primary|standby)$.'],
    ['epoch', { HANDOVER_EPOCH: 'x' }, 'Setting HANDOVER_EPOCH is "x"; it must match ^\\d{1,15}$.'],
    ['site', { HANDOVER_SITE: '' }, 'Setting HANDOVER_SITE is not set; it must match ^[A-Za-z0-9][A-Za-z0-9-]{0,62}$.'],
  ])('name a wrong %s and what it must be', async (_, over, sentence) => {
    writeFileSync(file, lines(over));
    expect(await read('[$s->is_set_up(), $s->problems()]')).toEqual([true, [sentence]]);
  });

  it('hold nothing on a host that nobody has set up', async () => {
    writeFileSync(file, '');
    expect(await read('[$s->is_set_up(), $s->scheduler(), $s->is_token("")]')).toEqual([false, 'off', false]);
  });

  it('tell the gate, the pause and the token from files, at once', async () => {
    writeFileSync(file, lines({ HANDOVER_SCHEDULER: 'on', HANDOVER_RUN: at.path('run') }));
    mkdirSync(at.path('run'));
    const look = () =>
      read('[$s->gate(), $s->scheduler(), $s->is_token("secret"), $s->is_token("secre")]', {
        HANDOVER_TOKEN_FILE: at.path('token'),
      });
    expect(await look()).toEqual([null, 'on', false, false]);
    writeFileSync(at.path('run/gate'), ' planned move \n');
    writeFileSync(at.path('run/scheduler-paused'), '');
    writeFileSync(at.path('token'), 'secret\n');
    expect(await look()).toEqual(['planned move', 'paused', true, false]);
  });
});

describe('a region takes orders', () => {
  const row = { epoch: '7', region: 'A', verified_epoch: '7', read_only: '0', server_id: '1' };
  const settings = (role: string) =>
    `new Handover\\Settings([fn($n) => ['HANDOVER_SITE' => 'shop', 'HANDOVER_REGION' => 'A', 'HANDOVER_ROLE' => '${role}', 'HANDOVER_EPOCH' => '7'][$n] ?? null])`;

  it.each<[string, string, string, Record<string, unknown>, string | null]>([
    ['as the verified primary of its epoch', 'primary', 'read', row, null],
    ['not as the standby', 'standby', 'read', row, 'region A is the standby of epoch 7'],
    ['not without a database', 'primary', 'unreachable', {}, 'the database of region A does not answer'],
    [
      'not on a read-only database',
      'primary',
      'read',
      { ...row, read_only: '1' },
      'the database of region A is read-only',
    ],
    [
      'not where nobody knows whether it is read-only',
      'primary',
      'read',
      { ...row, read_only: null },
      'the database of region A is read-only',
    ],
    [
      'not behind the epoch',
      'primary',
      'read',
      { ...row, epoch: '8', verified_epoch: '8' },
      'the settings hold epoch 7, the database epoch 8',
    ],
    [
      'not where the database names the other region',
      'primary',
      'read',
      { ...row, region: 'B' },
      'the database names region B as primary of epoch 7, not A',
    ],
    [
      'not before it is verified',
      'primary',
      'read',
      { ...row, verified_epoch: '6' },
      'region A is not verified in epoch 7 yet',
    ],
    ['before the runbook has made its row', 'primary', 'absent', { read_only: '0' }, null],
    [
      'but not then on a read-only database',
      'primary',
      'absent',
      { read_only: '1' },
      'the database of region A is read-only',
    ],
    ['nor then as the standby', 'standby', 'absent', { read_only: '0' }, 'region A is the standby of epoch 7'],
  ])('%s', async (_, role, state, columns, why) => {
    const claim = `new Handover\\Claim('${state}', ${literal(columns)})`;
    expect(await valueOf(`(${claim})->not_taking_orders(${settings(role)})`)).toBe(why);
  });
});

describe('orders in flight', () => {
  const file = at.path('in-flight');
  const count = () => valueOf(`Handover\\In_Flight::count('${file}')`);
  const enter = `Handover\\In_Flight::enter('${file}') || exit(1);`;

  it('are unknown before the first one, and where the kernel does not tell', async () => {
    expect(await valueOf(`Handover\\In_Flight::count('${file}-none')`)).toBeNull();
    expect(await valueOf(`Handover\\In_Flight::count('${plugin}/LICENSE', '/proc/none')`)).toBeNull();
  });

  it('are counted by process, and a killed one is forgotten', async () => {
    const two = await Promise.all([phpThatStays(enter), phpThatStays(enter)]);
    expect(await count()).toBe(2);
    await two[0].kill();
    expect(await count()).toBe(1);
    await two[1].kill();
    expect(await count()).toBe(0);
  });

  it('are waited for, by PHP and by flock, but not for ever', async () => {
    const wait = (seconds: number) => valueOf(`Handover\\In_Flight::wait('${file}', ${seconds})`);
    const one = await phpThatStays(enter);
    expect(await wait(0.1)).toBe(false);
    await expect(run('flock', ['-n', '-x', file, 'true'])).rejects.toMatchObject({ code: 1 });
    const waiting = run('flock', ['-x', '-w', '300', file, 'true']);
    await one.kill();
    await waiting;
    expect(await wait(0.1)).toBe(true);
  });

  it('do not last as long as a program that the shop has started', async () => {
    await php(`${enter} exec('sleep 20 >/dev/null 2>&1 &');`);
    expect(await count()).toBe(0);
  });
});

describe('an order is', () => {
  const whole = {
    status: 'processing',
    paid: true,
    lines: 2,
    torn: 0,
    tracked: 1,
    reduced: true,
    manages: true,
    excess: 0,
    total: 20,
    key: true,
  };

  const unpaid = { status: 'on-hold', paid: false };

  it.each<[string, Record<string, unknown>, [string, string] | null]>([
    ['whole', {}, null],
    ['left alone as a draft that nobody paid', { status: 'checkout-draft', paid: false, lines: 0 }, null],
    ['left alone when it is cancelled', { status: 'cancelled', reduced: false }, null],
    ['whole without stock where the shop keeps none', { manages: false, reduced: false }, null],
    [
      'completed when it is on hold and its stock was not reduced',
      { status: 'on-hold', paid: false, reduced: false },
      ['its stock was not reduced', 'complete'],
    ],
    [
      'completed when it is paid and still a draft',
      { status: 'checkout-draft' },
      ['it is paid and still open', 'complete'],
    ],
    ['cancelled without lines', { ...unpaid, lines: 0 }, ['it has no lines', 'cancel']],
    ['cancelled with half a line', { ...unpaid, torn: 1 }, ['a line has no product, quantity or total', 'cancel']],
    ['cancelled without a total', { ...unpaid, excess: -20, total: 0 }, ['it has no total', 'cancel']],
    [
      'cancelled where a line is missing',
      { ...unpaid, excess: 5 },
      ['its total is more than the sum of its lines', 'cancel'],
    ],
    [
      'left to a person where a gift card may have lowered it',
      { ...unpaid, excess: -5 },
      ['its total is less than the sum of its lines', 'by hand'],
    ],
    ['whole when it is paid and a gift card has lowered it', { excess: -5 }, null],
    ['whole when it is paid and a gift card has paid it all', { excess: -20, total: 0 }, null],
    ['left to a person when it is paid and has no lines', { lines: 0 }, ['it has no lines', 'by hand']],
    [
      'left to a person when it is paid and has half a line',
      { torn: 1 },
      ['a line has no product, quantity or total', 'by hand'],
    ],
    [
      'left to a person when it is paid and a line is missing',
      { excess: 5 },
      ['its total is more than the sum of its lines', 'by hand'],
    ],
  ])('%s', async (_, over, flaw) => {
    const found = (await valueOf(`Handover\\Half_Orders::flaw(${literal({ ...whole, ...over })})`)) as {
      because: string;
      verb: string;
    } | null;
    expect(found && [found.because, found.verb]).toEqual(flaw);
  });
});

describe('the content of a plugin', () => {
  it('is told by a hash that one changed letter changes and the place does not', async () => {
    const hash = (folder: string) => valueOf(`Handover\\Versions::hash('${folder}')`);
    cpSync(plugin, at.path('copy'), { recursive: true });
    const before = await hash(plugin);
    expect(before).toMatch(/^[0-9a-f]{12}$/);
    expect(await hash(at.path('copy'))).toBe(before);
    writeFileSync(at.path('copy/beat.php'), readFileSync(at.path('copy/beat.php'), 'utf8').replace('once', 'Once'));
    expect(await hash(at.path('copy'))).not.toBe(before);
  });
});

describe('npm run plugin', () => {
  it('packs the same bytes each time, which unzip to the plugin and nothing else', async () => {
    const pack = () =>
      run('node', [
        '--input-type=module',
        '-e',
        `import { pluginZip } from '${join(plugin, '../scripts/plugin.mjs')}'; process.stdout.write(pluginZip().toString('base64'));`,
      ]);
    const [one, two] = [await pack(), await pack()];
    expect(one.stdout).toBe(two.stdout);
    writeFileSync(at.path('handover.zip'), Buffer.from(one.stdout, 'base64'));
    await run('php', [
      '-r',
      `$z = new ZipArchive(); $z->open('${at.path('handover.zip')}', ZipArchive::CHECKCONS) === true && $z->extractTo('${at.path('unzipped')}') || exit(1);`,
    ]);
    const unzipped = readdirSync(at.path('unzipped/handover'), { recursive: true, encoding: 'utf8' });
    expect(unzipped.filter((name) => /\./.test(name) || name === 'LICENSE').sort()).toEqual(
      [...sources, 'LICENSE', 'readme.txt'].sort(),
    );
    for (const name of sources)
      expect(readFileSync(at.path('unzipped/handover', name), 'utf8')).toBe(readFileSync(join(plugin, name), 'utf8'));
  });
});
