import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { rsync } from '../../src/providers/media/rsync';
import type { RsyncOptions } from '../../src/providers/media/rsync-command';
import type { Host } from '../../src/ports/ports';
import { describeMedia, differenceIn } from './media.contract';
import { syncMedia } from '../../src/activities/steps/sync-media';
import { hitsIn } from '../../lab/leaks/canaries';
import { customers } from '../../lab/leaks/customers';
import { Outputs } from '../../lab/leaks/outputs';
import { patienceMs } from '../../lab/loopback/until';
import { newWorld } from '../world/world';
import { type Place, place } from '../../lab/loopback/place';
import { hostWithLogin, newKey, realHost, type RealHost, sshAddress } from '../../lab/loopback/sshd';

const failure = (kind: string, sentence: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(sentence) as string }) as Error;

/** A name of a file has 255 bytes. */
const fileCanaries = (['name', 'email'] as const).map((of) => ({ of, text: customers(of, 100) }));

const sshPlace = place();
let real: RealHost;
beforeAll(async () => {
  real = await realHost(sshPlace);
});
afterAll(async () => {
  await real.close();
  sshPlace.remove();
});

function open() {
  const at = place();
  for (const region of ['A', 'B']) mkdirSync(at.path(region));
  const options: RsyncOptions = {
    region: 'B',
    host: real.host,
    path: at.path('B'),
    peerKey: real.keyFile,
    peerKnownHosts: real.knownHostsFile,
    peers: { A: { address: sshAddress, port: real.options.port, user: 'root', path: at.path('A') } },
    exclude: [],
  };
  const upload = (region: string, name: string, content: string) => {
    mkdirSync(dirname(at.path(region, name)), { recursive: true });
    writeFileSync(at.path(region, name), content);
    return Promise.resolve();
  };
  const erase = (region: string, name: string) => {
    rmSync(at.path(region, name));
    return Promise.resolve();
  };
  const content = (region: string, name: string) =>
    Promise.resolve(existsSync(at.path(region, name)) ? readFileSync(at.path(region, name), 'utf8') : undefined);
  const listed = (list: string) => Promise.resolve(readFileSync(list, 'utf8').split('\n').filter(Boolean));
  const close = () => {
    at.remove();
    return Promise.resolve();
  };
  return { at, options, media: rsync(options), upload, erase, content, listed, close };
}

/** The same host, which runs other commands than it is told. */
const changed = (change: (command: string) => string): Host => ({
  ...real.host,
  run: (command, given) => real.host.run(change(command), given),
});

describeMedia('rsync', () => Promise.resolve(open()));

describe('media by rsync', () => {
  const timeoutMs = 60_000;
  let world: ReturnType<typeof open>;
  let at: Place;
  beforeEach(() => {
    world = open();
    ({ at } = world);
  });
  afterEach(() => world.close());

  const difference = async (how: 'mirror' | 'merge', media = world.media) =>
    differenceIn(world, await media.missingFrom('A', { how, timeoutMs }));
  const missing = async (how: 'mirror' | 'merge') => (await difference(how)).missing;
  const age = (region: string, name: string, seconds: number) => utimesSync(at.path(region, name), seconds, seconds);

  test('a mirror brings what was replaced by an older file, and a merge keeps what is newer here', async () => {
    await world.upload('A', 'cat.png', 'an old cat');
    age('A', 'cat.png', 1);
    await world.upload('B', 'cat.png', 'a new cat');
    expect(await missing('merge')).toEqual([]);
    expect(await world.media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 0 });
    expect(await world.content('B', 'cat.png')).toBe('a new cat');
    expect(await missing('mirror')).toEqual(['cat.png']);
    expect(await world.media.pullFrom('A', { how: 'mirror', timeoutMs })).toEqual({ copied: 1 });
    expect(await world.content('B', 'cat.png')).toBe('an old cat');
    expect(await missing('mirror')).toEqual([]);
  });

  test('content that differs in a file of the same size and time is missing, and a pull by content brings it', async () => {
    await world.upload('A', 'cat.png', 'cat A');
    await world.upload('B', 'cat.png', 'cat B');
    for (const region of ['A', 'B']) age(region, 'cat.png', 1_000_000);
    expect(await world.media.pullFrom('A', { how: 'mirror', timeoutMs })).toEqual({ copied: 0 });
    expect(await missing('mirror')).toEqual(['cat.png']);
    expect(await world.media.pullFrom('A', { how: 'mirror', byContent: true, timeoutMs })).toEqual({ copied: 1 });
    expect(await missing('mirror')).toEqual([]);
  });

  test.each(['mirror', 'merge'] as const)(
    'a %s counts content only: a file of another age is not missing',
    async (how) => {
      await world.upload('A', 'cat.png', 'a cat');
      await world.upload('B', 'cat.png', 'a cat');
      age('A', 'cat.png', 1);
      expect(await missing(how)).toEqual([]);
    },
  );

  test('a file that the source uploaded under an erased name is copied', async () => {
    await world.upload('A', 'cat.png', 'a cat');
    await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
    await world.erase('B', 'cat.png');
    await world.upload('A', 'cat.png', 'another cat');
    age('A', 'cat.png', Date.now() / 1_000 + 60);
    expect(await difference('merge')).toEqual({ missing: ['cat.png'], erased: [] });
    expect(await world.media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 1 });
    expect(await world.content('B', 'cat.png')).toBe('another cat');
  });

  test('files of one region alone are neither copied nor missing', async () => {
    for (const name of ['wc-logs/fatal.log', '2026/cache/thumb.jpg', 'private/report.pdf', '2026/cat.png'])
      await world.upload('A', name, 'of A');
    const own = rsync({ ...world.options, exclude: ['/wc-logs/', 'cache/', '/private/'] });
    expect(await difference('mirror', own)).toEqual({ missing: ['2026/cat.png'], erased: [] });
    expect(await own.pullFrom('A', { how: 'mirror', timeoutMs })).toEqual({ copied: 1 });
    expect(existsSync(at.path('B', 'wc-logs'))).toBe(false);
  });

  test('a file is there as soon as it is complete, though the copy breaks off later', async () => {
    await world.upload('A', '1.png', 'the first');
    await world.upload('A', '2.bin', '');
    truncateSync(at.path('A', '2.bin'), 3_000_000);
    const slow = rsync({
      ...world.options,
      host: changed((command) => command.replaceAll(' rsync ', ' rsync --bwlimit=500 ')),
    });
    const stop = new AbortController();
    const onProgress = (line: string) => {
      if (/\b[1-9]\d?%/.test(line)) stop.abort();
    };
    const copying = slow.pullFrom('A', { how: 'mirror', timeoutMs, signal: stop.signal, onProgress });
    await expect(copying).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await world.content('B', '1.png')).toBe('the first');
    expect(await world.content('B', '2.bin')).toBeUndefined();
  });

  test('what a shell prints at login is taken for no upload', async () => {
    await world.upload('A', 'cat.png', 'a cat');
    const own = place();
    const greeting = await hostWithLogin(own, `printf 'Welcome!\\n>f no upload\\n'`);
    const media = rsync({ ...world.options, host: greeting.host });
    expect(await difference('merge', media)).toEqual({ missing: ['cat.png'], erased: [] });
    expect(await media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 1 });
    expect(await difference('mirror', media)).toEqual({ missing: [], erased: [] });
    await greeting.close();
    own.remove();
  });

  test('shows that it is at work', async () => {
    await world.upload('A', 'large.bin', '');
    truncateSync(at.path('A', 'large.bin'), 20_000_000);
    const lines: string[] = [];
    await world.media.pullFrom('A', { how: 'mirror', timeoutMs, onProgress: (line) => lines.push(line) });
    expect(lines.some((line) => /\d+%/.test(line))).toBe(true);
    expect(statSync(at.path('B', 'large.bin')).size).toBe(20_000_000);
  });

  test('rsync is given as much silence as the caller has time: it says nothing while it reads a large file', async () => {
    const commands: string[] = [];
    const host = changed((command) => {
      commands.push(command);
      return command;
    });
    const media = rsync({ ...world.options, host });
    await media.missingFrom('A', { how: 'mirror', timeoutMs: 75_000 });
    await media.pullFrom('A', { how: 'mirror', timeoutMs: 150_000 });
    expect(commands.map((command) => /--timeout=(\d+)/.exec(command)?.[1])).toEqual(['75', '150']);
  });

  test('a peer with another host key, and a key that it does not know, are denied', async () => {
    writeFileSync(
      at.path('known_hosts'),
      `[${sshAddress}]:${real.options.port} ${readFileSync(`${newKey(at.path('k'))}.pub`, 'utf8')}`,
    );
    const distrustful = rsync({ ...world.options, peerKnownHosts: at.path('known_hosts') });
    await expect(distrustful.missingFrom('A', { how: 'mirror', timeoutMs })).rejects.toEqual(
      failure('denied', /Host key verification failed/),
    );
    const unknown = rsync({ ...world.options, peerKey: at.path('k') });
    await expect(unknown.pullFrom('A', { how: 'mirror', timeoutMs })).rejects.toEqual(
      failure('denied', /Permission denied/),
    );
  });

  test('a peer that does not listen is unavailable', async () => {
    const peers = { A: { address: sshAddress, port: 1, user: 'root', path: at.path('A') } };
    const question = rsync({ ...world.options, peers }).pullFrom('A', { how: 'mirror', timeoutMs });
    await expect(question).rejects.toEqual(failure('unavailable', /Connection refused/));
  });

  test("a folder that is not there is a refusal in rsync's own words", async () => {
    const peers = { A: { address: sshAddress, port: real.options.port, user: 'root', path: at.path('nowhere') } };
    const question = rsync({ ...world.options, peers }).missingFrom('A', { how: 'mirror', timeoutMs });
    await expect(question).rejects.toEqual(failure('refused', /code 23: .*nowhere/));
  });

  test('files that were erased here stay erased whatever rsync spells in their names', async () => {
    const names = ['new\nline.png', '\\#012.png', 'tab\t*[x]\\.png', '\\', 'bell\u0007.png', 'one\u0001.png'];
    for (const name of [...names, 'kept.png']) await world.upload('A', name, 'a cat');
    await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
    for (const name of names) await world.erase('B', name);
    const { missing, erased } = await world.media.missingFrom('A', { how: 'merge', timeoutMs });
    expect([missing.count, erased.count]).toEqual([0, names.length]);
    expect(await world.media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 0 });
    for (const name of names) expect(await world.content('B', name)).toBeUndefined();
  });

  test('what looks like an erased file is copied', async () => {
    for (const name of ['a*.png', 'a[1].png', 'dir/a.png']) await world.upload('A', name, 'a cat');
    await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
    for (const name of ['a*.png', 'a[1].png', 'dir/a.png']) await world.erase('B', name);
    for (const name of ['ab.png', 'a1.png', 'other/dir/a.png', 'dir/b.png'])
      await world.upload('A', name, 'another cat');
    expect(await world.media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 4 });
    expect(await world.content('B', 'other/dir/a.png')).toBe('another cat');
    expect(await world.content('B', 'dir/a.png')).toBeUndefined();
  });

  test('files that were erased with their folder stay erased when a new one is copied into it', async () => {
    for (const name of ['2026/a.png', '2026/b/c.png']) await world.upload('A', name, 'a cat');
    await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
    rmSync(at.path('B', '2026'), { recursive: true });
    await world.upload('A', '2026/b/late.png', 'late');
    expect(await world.media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 1 });
    expect(await world.content('B', '2026/b/late.png')).toBe('late');
    for (const name of ['2026/a.png', '2026/b/c.png']) expect(await world.content('B', name)).toBeUndefined();
  });

  test('rsync holds no path against more patterns because more files were erased', async () => {
    /** The patterns that all rsyncs on B's host were given, in words and in files. */
    let patterns = 0;
    const entries = (file: string) => readFileSync(file, 'utf8').split('\0').length - 1;
    const host = changed((command) => {
      patterns += command.split('--exclude=').length - 1;
      for (const [, file = ''] of command.matchAll(/--exclude-from='?([^' ]+)/g)) patterns += entries(file);
      return command;
    });
    const media = rsync({ ...world.options, host });
    const merging = async (count: number) => {
      const names = Array.from({ length: count }, (_, n) => `${count}-${n}.png`);
      for (const name of names) await world.upload('A', name, 'a cat');
      await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
      for (const name of names) await world.erase('B', name);
      await world.upload('A', `late-${count}.png`, 'late');
      patterns = 0;
      expect(await media.pullFrom('A', { how: 'merge', timeoutMs })).toEqual({ copied: 1 });
      await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
      return patterns;
    };
    const few = await merging(2);
    expect(few).toBeGreaterThan(0);
    expect(await merging(200)).toBe(few);
  });

  test('a million files that were erased here stay erased, in an answer of a few characters', async () => {
    await world.upload('A', 'cat.png', 'a cat');
    await world.media.pullFrom('A', { how: 'mirror', timeoutMs });
    const paths = Array.from({ length: 1_000_000 }, (_, n) => `2026/11/a-photo-of-our-catalogue-${n}.jpg`);
    writeFileSync(at.path('B', '.handover', 'mirrored-from-A'), `${[...paths, 'cat.png'].sort().join('\0')}\0`);
    const lengths: number[] = [];
    // To look for a million files takes rsync a minute; this one answers that the other region has them all.
    const hasAll = `tr '\\0' '\\n' <.handover/gone | sed 's|^|2000/01/01-00:00:00 |'; echo $?`;
    const host: Host = {
      ...real.host,
      run: async (command, given) => {
        const told = await real.host.run(
          command.replace(/LC_ALL=C TZ=UTC rsync -an --ignore.*; echo \$\?/, hasAll),
          given,
        );
        lengths.push(told.stdout.length, given.stdin?.length ?? 0);
        return told;
      },
    };
    const media = rsync({ ...world.options, host });
    const { missing, erased } = await media.missingFrom('A', { how: 'merge', timeoutMs: patienceMs });
    expect([missing.count, erased.count]).toEqual([0, 1_000_000]);
    expect((await world.listed(erased.list)).sort()).toEqual(paths.sort());
    expect(Math.max(...lengths)).toBeLessThan(1_000);
  });

  test('a file that cannot be copied is not named: people name files after themselves', async () => {
    const name = `${customers('name', 100)}.pdf`;
    await world.upload('A', `${customers('email', 100)}/${name}`, 'an invoice');
    const outputs = new Outputs();
    const onProgress = (line: string) => outputs.add('progress', line);
    // A folder is in the place of the file, so that rsync cannot rename it into place.
    await world.upload('B', `${customers('email', 100)}/${name}/inner.txt`, 'in the way');
    const tried = world.media.pullFrom('A', { how: 'mirror', timeoutMs, onProgress });
    outputs.error('the pull', await tried.catch((error: unknown) => error));
    const ctx = {
      site: 'lab',
      epoch: 2,
      key: 'k',
      facts: {},
      progress: onProgress,
      signal: new AbortController().signal,
    };
    const ports = { ...newWorld().ports(), media: () => world.media };
    for (const merge of [false, true])
      await syncMedia.check({ from: 'A', to: 'B', merge }, ports, ctx).then(
        (finding) => outputs.result('sync', finding),
        (error: unknown) => outputs.error('sync', error),
      );
    expect(outputs.all.map(({ text }) => text).join()).toMatch(/ended with code 23/);
    expect(hitsIn(outputs.all, fileCanaries)).toEqual([]);
  });
});
