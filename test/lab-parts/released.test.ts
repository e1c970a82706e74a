import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mysqlSite } from '../../lab/database-kind';
import { drillOptions } from '../../lab/drill/options';
import { isOlder, releasedFolders, withReleased } from '../../lab/released/folders';
import { woocommerceSite } from '../../lab/released/site';
import { readOutcome } from '../../lab/drill/use-orders';
import { shopOf } from '../../lab/shop-options';
import { readSite } from '../../src/config/load';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'released-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
function file(path: string, text: string): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  return at(path);
}

const header = '<?php\n/**\n * Plugin Name: WooCommerce\n * Version: 11.0.1\n * Requires at least: 6.9\n */\n';
const woocommerce = (text = header) => dirname(file('plugin/woocommerce/woocommerce.php', text));
const wordpress = (version = '7.1.4') =>
  dirname(dirname(file('wordpress/wp-includes/version.php', `<?php\n$wp_version = '${version}';\n`)));

/** A zip of the folder's content. */
function zip(from: string, name: string): string {
  const script = `$z = new ZipArchive(); $z->open($argv[2], ZipArchive::CREATE);
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($argv[1], FilesystemIterator::SKIP_DOTS)) as $file)
      $z->addFile($file->getPathname(), 'top/' . substr($file->getPathname(), strlen($argv[1]) + 1));
    $z->close();`;
  execFileSync('php', ['-r', script, from, at(name)]);
  return at(name);
}

const into = () => at('unpacked');

test('folders are taken as they are, whatever lies around the plugin', () => {
  woocommerce();
  expect(releasedFolders({ woocommerce: at('plugin'), wordpress: wordpress() }, into())).toEqual({
    woocommerce: at('plugin/woocommerce'),
    wordpress: at('wordpress'),
  });
});

test('zips are unpacked for as long as the lab copies them', async () => {
  const given = { woocommerce: zip(woocommerce(), 'woocommerce.zip'), wordpress: zip(wordpress(), 'wordpress.zip') };
  const found = await withReleased(given, (released) => {
    expect(existsSync(join(released.woocommerce, 'woocommerce.php'))).toBe(true);
    expect(existsSync(join(released.wordpress, 'wp-includes/version.php'))).toBe(true);
    return Promise.resolve(released);
  });
  expect(existsSync(found.woocommerce)).toBe(false);
});

test.each<[string, () => { woocommerce: string; wordpress: string }, RegExp]>([
  [
    'a file that is not there',
    () => ({ woocommerce: at('none.zip'), wordpress: wordpress() }),
    /^--woocommerce \S+none\.zip does not exist; name the zip or the folder$/,
  ],
  [
    'a WordPress that is not there',
    () => ({ woocommerce: woocommerce(), wordpress: at('none.zip') }),
    /^--wordpress \S+none\.zip does not exist/,
  ],
  [
    'a zip that is no plugin',
    () => ({ woocommerce: zip(wordpress(), 'other.zip'), wordpress: wordpress() }),
    /^--woocommerce \S+other\.zip is not the plugin WooCommerce: it contains no woocommerce\.php$/,
  ],
  [
    'a file that is no zip',
    () => ({ woocommerce: file('notes.zip', 'notes'), wordpress: wordpress() }),
    /^--woocommerce \S+notes\.zip can't be unpacked: it is no zip$/,
  ],
  [
    'a file that is no Debian package',
    () => ({ woocommerce: woocommerce(), wordpress: file('wordpress.deb', 'notes') }),
    /^--wordpress \S+wordpress\.deb can't be unpacked: it is no Debian package$/,
  ],
  [
    'a plugin without a version',
    () => ({ woocommerce: woocommerce('<?php\n'), wordpress: wordpress() }),
    /^--woocommerce is not the plugin WooCommerce: woocommerce\.php names no Version$/,
  ],
  [
    'a WordPress that is too old',
    () => ({ woocommerce: woocommerce(), wordpress: wordpress('6.8.3') }),
    /^WooCommerce 11\.0\.1 needs WordPress 6\.9 or newer, and this is WordPress 6\.8\.3; name a newer one with --wordpress$/,
  ],
])('%s is refused before anything starts', async (_what, given, sentence) => {
  const started = jest.fn();
  await expect(withReleased(given(), started)).rejects.toThrow(sentence);
  expect(started).not.toHaveBeenCalled();
});

test.each([
  ['6.8.3', '6.9', true],
  ['6.9', '6.9', false],
  ['6.9.1', '6.9', false],
  ['6.10', '6.9', false],
  ['7', '6.9', false],
  ['6', '6.0.1', true],
])('WordPress %s where %s is needed is too old: %s', (one, other, older) => expect(isOlder(one, other)).toBe(older));

test('WordPress and a theme are for a released WooCommerce', () => {
  expect(() => shopOf({ shop: 'full', wordpress: 'wordpress.zip' })).toThrow(
    /^--wordpress and --theme are for --woocommerce; for example --woocommerce woocommerce\.zip/,
  );
  expect(shopOf({ shop: 'full', woocommerce: 'woocommerce.zip' })).toMatchObject({ shop: 'woocommerce' });
});

test('the site of released WooCommerce is valid, and its shop answers at the paths of the plugin', () => {
  const site = readSite(woocommerceSite(readFileSync('sites/lab.yaml', 'utf8')), 'lab');
  expect(site.shop.healthPath).toBe('/wp-json/handover/v1/health');
  expect(site.regions['B']?.settings).toMatchObject({ inFlight: '/srv/run/handover/in-flight' });
  expect(site.table).toBeUndefined();
});

test.each([
  ['20', 20],
  ['2', 2],
])('%s planned moves are %i', (given, moves) => {
  expect(drillOptions(['--moves', given])).toMatchObject({ kind: 'switchover', moves });
});

test('a drill on MySQL moves the shop by plan, and one that loses a region is refused: nobody could bring it home', () => {
  expect(drillOptions(['--database', 'mysql', '--kind', 'switchover'])).toMatchObject({ database: 'mysql' });
  expect(drillOptions([])).toMatchObject({ database: 'mariadb', kind: 'outage' });
  expect(() => drillOptions(['--database', 'mysql'])).toThrow(
    "handover can't rejoin a region of mysql after an outage; move it by plan: --database mysql --kind switchover",
  );
});

test("the lab's site with MySQL is valid and differs in what a MySQL needs", () => {
  const { regions, policy } = readSite(mysqlSite(readFileSync('sites/lab.yaml', 'utf8')), 'lab');
  expect(Object.values(regions).map(({ database }) => database)).toEqual([
    expect.not.objectContaining({ fenceFile: expect.anything() as string }),
    expect.objectContaining({ kind: 'mysql' }),
  ]);
  expect(regions['B']?.services?.database).toBe('/srv/bin/service mysql');
  expect(policy.checkoutGraceMs).toBe(10_000);
});

test.each(['3', '0', '1.5', 'many', '1002'])('--moves %s is refused: each drill goes there and home', (given) => {
  expect(() => drillOptions(['--moves', given])).toThrow(
    `--moves must be an even number from 2 to 1000, not "${given}"; for example --moves 20`,
  );
});

test('WooCommerce that used the salvaged orders says how many; what it could not do fails the drill', () => {
  const done = { opened: 12, paid: 1, refunded: 3, deleted: 3 };
  const used = (problems: string[]) => readOutcome(JSON.stringify({ done, problems }), '');
  expect(used([])).toEqual({
    ok: true,
    because: 'WooCommerce opened 12, paid 1, refunded 3 and deleted 3 of the salvaged orders.',
  });
  expect(used(["order 7 can't be opened"])).toMatchObject({ ok: false });
  expect(used(["order 7 can't be opened"]).because).toContain("but order 7 can't be opened.");
  expect(readOutcome('', 'PHP Fatal error')).toEqual({
    ok: false,
    because: 'WooCommerce gave no answer about the salvaged orders: PHP Fatal error',
  });
});
