import { createServer } from 'node:net';
import type { Reading } from '../../src/domain/detection/reading';
import {
  probeApp,
  probeControls,
  probeEdge,
  prober,
  probeTable,
  type AppProbe,
  type TableProbe,
} from '../../src/providers/probe';
import { TableWorld } from '../lab-parts/table-world';
import { nameServer, type NameServer, type Said } from '../../lab/loopback/name-server';
import { freePort } from '../../lab/loopback/place';
import { healthOf, identity, web, type Answering, type Identity, type Reply, type Web } from '../../lab/loopback/web';

const secure = identity('DNS:www.shop.test');
const stranger = identity('DNS:www.shop.test');
let server: Web | undefined;
const at = async (answering: Answering, with_: Identity | undefined = secure) => (server = await web(answering, with_));

const nameServers: NameServer[] = [];
const names = async (say: (count: number) => Said) => {
  const opened = await nameServer(say);
  nameServers.push(opened);
  return opened;
};

afterEach(async () => {
  await Promise.all(nameServers.splice(0).map((each) => each.close()));
  await server?.close();
  server = undefined;
});

describe('app', () => {
  const probe = (over: Partial<AppProbe> = {}): Promise<Reading> => {
    const place = {
      region: 'A',
      address: '127.0.0.1',
      port: server?.port ?? 0,
      hostname: 'www.shop.test',
      caPem: secure.cert,
    };
    return probeApp({ ...place, timeoutMs: 10_000, ...over });
  };

  it('the app of a region is ok when its body names the region, and the reading has its facts', async () => {
    await at(() => ({ body: healthOf('A') }));
    const reading = await probe();
    expect(reading).toMatchObject({ signal: 'app', outcome: 'ok', ageMs: 0, answered: true });
    expect(reading.because).toMatch(/^The shop of region A returned 200 as the primary in \d+ ms\.$/);
    expect(reading.facts).toEqual({
      role: 'primary',
      tableRegion: 'lab-a',
      serving: true,
      database: { reachable: true, readOnly: false, epoch: 7, primary: 'A', verifiedEpoch: 7 },
    });
    expect(server?.asked[0]).toMatchObject({ path: '/health', servername: 'www.shop.test' });
    expect(server?.asked[0]?.headers['x-handover-direct']).toBe('1');
  });

  it('the app of a region has failed when another region responds at its address', async () => {
    await at(() => ({ body: healthOf('B') }));
    expect(await probe()).toEqual({
      signal: 'app',
      outcome: 'failed',
      because: 'The address of region A returned the health of region B.',
      ageMs: 0,
      answered: true,
    });
  });

  it('an app that reports itself as unhealthy has failed, with its own reason and facts', async () => {
    const because = 'the database of region A does not answer';
    await at(() => ({ status: 503, body: healthOf('A', { because, serving: false, database: { ...nothing } }) }));
    expect(await probe()).toMatchObject({
      outcome: 'failed',
      answered: true,
      because: `The shop of region A reports that it is unhealthy: ${because}`,
      facts: { serving: false, database: { reachable: false } },
    });
  });
  const nothing = { reachable: false, serverId: null, readOnly: null, epoch: null, primary: null, verifiedEpoch: null };

  it.each([
    [401, 'silent'],
    [403, 'silent'],
    [429, 'silent'],
    [404, 'failed'],
    [500, 'failed'],
    [502, 'failed'],
  ])('an app that returns %i is %s', async (status, outcome) => {
    await at(() => ({ status, body: '<html>no</html>' }));
    expect(await probe()).toMatchObject({
      outcome,
      answered: true,
      because: `The shop of region A returned ${status}.`,
    });
  });

  it.each([
    ['any web page', { body: '<html>It works!</html>' }],
    ['a health report without a region', { body: { ok: true } }],
    ['a redirect', { status: 302, headers: { location: 'https://www.shop.test/wp-signup.php' } }],
    ['a 503 from a proxy', { status: 503, body: '<html>maintenance</html>' }],
  ] satisfies [string, Reply][])('an app that returns %s has failed', async (_what, reply) => {
    await at(() => reply);
    expect(await probe()).toMatchObject({ outcome: 'failed', answered: true });
  });

  it.each([
    ['accepts connections but does not respond', 'hang', false],
    ['never completes its response', 'drip', false],
    ['breaks the connection', 'cut', true],
  ] as const)('an app that %s has failed', async (_what, how, answered) => {
    await at(() => how);
    expect(await probe({ timeoutMs: 300 })).toMatchObject({ outcome: 'failed', answered });
  });

  it('an app with a certificate of another CA has failed', async () => {
    await at(() => ({ body: healthOf('A') }), stranger);
    const reading = await probe();
    expect(reading).toMatchObject({ outcome: 'failed', answered: true });
    expect(reading.because).toMatch(/^The TLS certificate of the shop of region A was rejected/);
  });

  it('an app with a closed port has failed and counts as answered', async () => {
    expect(await probe({ port: await freePort() })).toMatchObject({
      outcome: 'failed',
      answered: true,
      because: 'The connection to the shop of region A failed (ECONNREFUSED).',
    });
  });

  it('each app probe opens a new connection', async () => {
    await at(() => ({ body: healthOf('A') }));
    await probe();
    await probe();
    expect(server?.asked.map(({ connection }) => connection)).toEqual([1, 2]);
  });
});

describe('edge', () => {
  const probe = (resolvers: string[], timeoutMs = 10_000) =>
    probeEdge({ hostname: 'www.shop.test', resolvers, port: server?.port ?? 0, caPem: secure.cert, timeoutMs });

  it('the public name is ok when it leads to the shop, whatever its region and health', async () => {
    const server53 = await names(() => ['127.0.0.1']);
    await at(() => ({ status: 503, body: healthOf('B', { serving: false }) }));
    expect(await probe([server53.address])).toMatchObject({
      signal: 'edge',
      outcome: 'ok',
      because: 'www.shop.test leads to region B at 127.0.0.1.',
      facts: { serving: false },
    });
    expect(server?.asked[0]?.headers['x-handover-direct']).toBeUndefined();
  });

  it('the public name has failed when it leads to another site', async () => {
    const server53 = await names(() => ['127.0.0.1']);
    await at(() => ({ body: '<html>This domain is for sale</html>' }));
    const reading = await probe([server53.address]);
    expect(reading.outcome).toBe('failed');
    expect(reading.because).toBe('www.shop.test at 127.0.0.1 returned 200 with a web page; expected JSON.');
  });

  it('the public name has failed when no name server returns an address', async () => {
    const [empty, silent] = [await names(() => 'NXDOMAIN'), await names(() => 'silence')];
    const reading = await probe([empty.address, silent.address], 300);
    expect(reading).toMatchObject({ outcome: 'failed', answered: false });
    expect(reading.because).toContain('No name server returned an address for www.shop.test');
    expect(silent.asked).toHaveLength(1);
  });

  it('the public name is probed at the first address that a name server returns', async () => {
    const [silent, known] = [await names(() => 'silence'), await names(() => ['127.0.0.1'])];
    await at(() => ({ body: healthOf('A') }));
    expect(await probe([silent.address, known.address])).toMatchObject({ outcome: 'ok' });
  });
});

describe('table', () => {
  const world = new TableWorld();
  beforeAll(() => world.start());
  afterAll(() => world.stop());
  afterEach(() => world.control('a', 'POST', '/fault', { mode: 'none' }));
  const probe = (over: Partial<TableProbe> = {}) => {
    const place = { region: 'A', tableRegion: 'lab-a', endpoint: world.url('a'), table: 'shop' };
    return probeTable({ ...place, vantage: 'north', key: 'AKIAnorth:secret-of-north', timeoutMs: 10_000, ...over });
  };

  it("the table of a region is ok when the vantage's own canary is read back", async () => {
    const reading = await probe();
    expect(reading).toMatchObject({ signal: 'table', outcome: 'ok', answered: true });
    expect(reading.because).toMatch(/^The table in lab-a stored and returned a canary in \d+ ms\.$/);
    const { body } = await world.control('a', 'GET', '/items');
    expect(body).toMatchObject({ items: [{ pk: 'canary#north#A' }] });
  });

  it.each([
    ['denied', 'silent', true],
    ['expired', 'silent', true],
    ['unrecognized', 'silent', true],
    ['throttled', 'silent', true],
    ['unavailable', 'failed', true],
    ['timeout', 'failed', false],
  ])('a table with the fault %s is %s', async (mode, outcome, answered) => {
    await world.control('a', 'POST', '/fault', { mode });
    expect(await probe({ timeoutMs: 400 })).toMatchObject({ signal: 'table', outcome, answered });
  });

  it.each([
    ['a key without access to the item', { vantage: 'east' }],
    ['a wrong secret', { key: 'AKIAnorth:wrong' }],
    ['a malformed key', { key: 'AKIAnorth' }],
    ['a missing table', { table: 'another' }],
  ])('a table probe with %s is silent, because the fault is our own', async (_what, over) => {
    expect(await probe(over)).toMatchObject({ outcome: 'silent' });
  });

  it('a table with a closed port has failed and counts as answered', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    expect(await probe({ endpoint })).toMatchObject({ outcome: 'failed', answered: true });
  });

  it('a prober probes a table with a key that only the vantage can read', async () => {
    const secrets: Record<string, string> = { 'file:table-north': 'AKIAnorth:secret-of-north' };
    const vantage = prober((reference) => Promise.resolve(secrets[reference] ?? ''));
    const question = { name: 'shop', caPem: '', tableRegion: 'lab-a', nameServers: [], key: 'file:table-north' };
    const target = { signal: 'table', region: 'A' } as const;
    expect(await vantage.probe({ ...question, target, address: world.url('a') }, 'north', 10_000)).toMatchObject({
      outcome: 'ok',
    });
  });
});

describe('prober', () => {
  const question = { name: 'www.shop.test', caPem: secure.cert, key: '', tableRegion: '', nameServers: [] };

  it('a prober probes the app at the address of the target', async () => {
    await at(() => ({ body: healthOf('A') }));
    const target = { signal: 'app', region: 'A' } as const;
    const address = `127.0.0.1:${server?.port ?? 0}`;
    expect(await prober().probe({ ...question, target, address }, 'north', 10_000)).toMatchObject({ outcome: 'ok' });
  });

  it('a prober asks where the target says, and at /health for a target of an older version', async () => {
    await at(() => ({ body: healthOf('A') }));
    const target = { signal: 'app', region: 'A' } as const;
    const address = `127.0.0.1:${server?.port ?? 0}`;
    for (const path of [{}, { path: '/wp-json/handover/v1/health' }])
      await prober().probe({ ...question, target, address, ...path }, 'north', 10_000);
    expect(server?.asked.map(({ path }) => path)).toEqual(['/health', '/wp-json/handover/v1/health']);
  });

  it('a prober without its key is silent about the table', async () => {
    const table = {
      ...question,
      key: 'env:HANDOVER_TEST_NO_SUCH_KEY',
      tableRegion: 'lab-a',
      address: 'http://127.0.0.1:1',
    };
    const reading = await prober().probe({ ...table, target: { signal: 'table', region: 'A' } }, 'north', 10_000);
    expect(reading).toMatchObject({ signal: 'table', outcome: 'silent' });
    expect(reading.because).toContain('env:HANDOVER_TEST_NO_SUCH_KEY');
  });
});

describe('control targets', () => {
  it('control targets answer when one of them accepts a connection', async () => {
    const listening = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => listening.once('listening', ready));
    const address = listening.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const targets = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${port}`];
    expect(await probeControls(targets, 10_000)).toEqual({
      answer: true,
      because: `The control target 127.0.0.1:${port} accepts connections.`,
    });
    expect(await prober().controlsAnswer(targets, 10_000)).toBe(true);
    await new Promise((done) => listening.close(done));
  });

  it('control targets do not answer when none accepts a connection', async () => {
    const target = `127.0.0.1:${await freePort()}`;
    expect(await probeControls([target], 500)).toEqual({
      answer: false,
      because: `None of the control targets ${target} accepted a connection within 0.5 s.`,
    });
    expect(await probeControls([], 500)).toMatchObject({ answer: false });
  });
});
