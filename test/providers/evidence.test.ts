/** What rejoins left, on a file system as they leave it. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { place, type Place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { mariadbEvidence } from '../../src/providers/database/mariadb/evidence';
import type { Host } from '../../src/ports/ports';

const host: Host = {
  run: (command, { timeoutMs }) =>
    new Promise((resolve) => {
      execFile('bash', ['-c', command], { timeout: timeoutMs }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
      );
    }),
  close: () => Promise.resolve(),
};

const [run, copy] = ['rejoin-shop-A-3-1795000000000', 'rejoin-shop-A-3'];
let at: Place;
const folder = (...parts: string[]) => {
  mkdirSync(at.path(...parts), { recursive: true });
  return at.path(...parts);
};
const store = () =>
  mariadbEvidence({
    region: 'A',
    host,
    dataDirectory: at.path('lib', 'mysql'),
    workDirectory: at.path('work'),
    site: 'shop',
    regions: ['A', 'B'],
  });
const one = async (path: string) => (await store().list()).find((each) => each.path === path)!;

beforeEach(() => {
  at = place();
  for (const each of ['mysql', `mysql.${run}-old`, `mysql.${run}-old.binlogs`, `mysql.${copy}-new`])
    folder('lib', each);
  for (const each of [run, copy, 'tail-shop-3']) folder('work', each);
  writeFileSync(at.path('lib', 'mysql', 'ibdata1'), 'the data');
  writeFileSync(at.path('lib', `mysql.${run}-old`, 'ibdata1'), Buffer.alloc(3 * 1024 * 1024, 'x'));
});
afterEach(() => at.remove());

test('everything that rejoins of this site left is listed with its kind, its size and the run, and nothing else', async () => {
  folder('lib', 'mysql.bak');
  folder('lib', 'mysql.rejoin-other-A-3-1-old');
  folder('work', 'rejoin-shop-eu-A-3-1');
  writeFileSync(at.path('work', 'rejoin-shop-B-3-1'), 'a file');
  symlinkSync(at.path('lib', 'mysql'), at.path('lib', 'mysql.rejoin-shop-A-3-9-old'));
  const found = await store().list();
  expect(found.map(({ kind, path, run: { name } }) => [kind, path.slice(at.path().length + 1), name])).toEqual([
    ['old data', `lib/mysql.${run}-old`, run],
    ['old logs', `lib/mysql.${run}-old.binlogs`, run],
    ['copy', `lib/mysql.${copy}-new`, copy],
    ['copy', `work/${copy}`, copy],
    ['copied logs', `work/${run}`, run],
    ['copied logs', 'work/tail-shop-3', 'tail-shop-3'],
  ]);
  expect(found[0]?.on).toBe('A');
  expect(found[0]?.megabytes).toBeGreaterThanOrEqual(3);
  expect(Math.abs(found[0]!.at - Date.now())).toBeLessThan(3_600_000);
});

test('what is removed is gone, and the data and all else are there; once more is no error', async () => {
  const old = await one(at.path('lib', `mysql.${run}-old`));
  await store().remove(old);
  await store().remove(old);
  expect(existsSync(old.path)).toBe(false);
  expect(existsSync(at.path('lib', 'mysql', 'ibdata1'))).toBe(true);
  expect(await store().list()).toHaveLength(5);
});

test.each([
  ['the data directory', () => at.path('lib', 'mysql')],
  ['the folder above it', () => at.path('lib')],
  ['another site', () => folder('lib', 'mysql.rejoin-other-A-3-1-old')],
  ['a path that leaves the folder', () => `${at.path('work')}/${run}/../../lib/mysql`],
])('%s is never removed', async (_what, path) => {
  const [some] = await store().list();
  await expect(store().remove({ ...some!, path: path() })).rejects.toMatchObject({ kind: 'refused' });
  expect(existsSync(path())).toBe(true);
});

test('the old data are not removed where they may be the only ones', async () => {
  const old = await one(at.path('lib', `mysql.${run}-old`));
  renameSync(at.path('lib', 'mysql'), at.path('lib', 'away'));
  await expect(store().remove(old)).rejects.toThrow(/data directory .* is missing, so these may be the only data/);
  renameSync(at.path('lib', 'away'), at.path('lib', 'mysql'));
  writeFileSync(at.path('work', copy, 'aside'), old.path);
  await expect(store().remove(old)).rejects.toThrow(/cut off while it put a copy in the place of the data/);
  expect(existsSync(old.path)).toBe(true);
});

test('nothing is removed under a process that uses it, or while a copy runs', async () => {
  const old = await one(at.path('lib', `mysql.${run}-old`));
  const server = spawn('sleep', ['600'], { cwd: old.path, stdio: 'ignore' });
  try {
    await expect(store().remove(old)).rejects.toThrow(/process \d+ uses it/);
  } finally {
    server.kill();
  }
  const lock = at.path('work', 'handover-seeding.lock');
  const copying = spawn('flock', [lock, 'sh', '-c', `echo held >'${at.path('held')}'; exec sleep 600`], {
    stdio: 'ignore',
    detached: true,
  });
  try {
    await until('the lock is held', () => Promise.resolve(existsSync(at.path('held'))));
    await expect(store().remove(old)).rejects.toThrow(/a copy runs on this host/);
  } finally {
    process.kill(-copying.pid!);
  }
  expect(existsSync(old.path)).toBe(true);
});
