import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { rsync, type RsyncOptions } from '../../src/providers/media/rsync';
import { describeMedia } from './media.contract';
import { type Place, place } from '../../lab/loopback/place';
import { newKey, realHost, type RealHost, sshAddress } from '../../lab/loopback/sshd';

const failure = (kind: string, sentence: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(sentence) as string }) as Error;

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
  };
  const upload = (region: string, name: string, content: string) => {
    mkdirSync(dirname(at.path(region, name)), { recursive: true });
    writeFileSync(at.path(region, name), content);
    return Promise.resolve();
  };
  const content = (region: string, name: string) =>
    Promise.resolve(existsSync(at.path(region, name)) ? readFileSync(at.path(region, name), 'utf8') : undefined);
  const close = () => {
    at.remove();
    return Promise.resolve();
  };
  return { at, options, media: rsync(options), upload, content, close };
}

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

  test('what is newer here stays, and is named as different', async () => {
    await world.upload('A', 'cat.png', 'an old cat');
    utimesSync(at.path('A', 'cat.png'), 1, 1);
    await world.upload('B', 'cat.png', 'a new cat');
    expect(await world.media.pullFrom('A', { timeoutMs })).toEqual({ copied: 0 });
    expect(await world.content('B', 'cat.png')).toBe('a new cat');
    expect(await world.media.missingFrom('A', timeoutMs)).toEqual(['cat.png']);
  });

  test('only content counts: a file of another age is not missing', async () => {
    await world.upload('A', 'cat.png', 'a cat');
    await world.upload('B', 'cat.png', 'a cat');
    utimesSync(at.path('A', 'cat.png'), 1, 1);
    expect(await world.media.missingFrom('A', timeoutMs)).toEqual([]);
  });

  test('shows that it is at work', async () => {
    await world.upload('A', 'large.bin', '');
    truncateSync(at.path('A', 'large.bin'), 20_000_000);
    const lines: string[] = [];
    await world.media.pullFrom('A', { timeoutMs, onProgress: (line) => lines.push(line) });
    expect(lines.some((line) => /\d+%/.test(line))).toBe(true);
    expect(statSync(at.path('B', 'large.bin')).size).toBe(20_000_000);
  });

  test('a peer with another host key, and a key that it does not know, are denied', async () => {
    writeFileSync(
      at.path('known_hosts'),
      `[${sshAddress}]:${real.options.port} ${readFileSync(`${newKey(at.path('k'))}.pub`, 'utf8')}`,
    );
    const distrustful = rsync({ ...world.options, peerKnownHosts: at.path('known_hosts') });
    await expect(distrustful.missingFrom('A', timeoutMs)).rejects.toEqual(
      failure('denied', /Host key verification failed/),
    );
    const unknown = rsync({ ...world.options, peerKey: at.path('k') });
    await expect(unknown.pullFrom('A', { timeoutMs })).rejects.toEqual(failure('denied', /Permission denied/));
  });

  test('a peer that does not listen is unavailable', async () => {
    const peers = { A: { address: sshAddress, port: 1, user: 'root', path: at.path('A') } };
    const question = rsync({ ...world.options, peers }).pullFrom('A', { timeoutMs });
    await expect(question).rejects.toEqual(failure('unavailable', /Connection refused/));
  });

  test("a folder that is not there is a refusal in rsync's own words", async () => {
    const peers = { A: { address: sshAddress, port: real.options.port, user: 'root', path: at.path('nowhere') } };
    const question = rsync({ ...world.options, peers }).missingFrom('A', timeoutMs);
    await expect(question).rejects.toEqual(failure('refused', /code 23: .*nowhere/));
  });
});
