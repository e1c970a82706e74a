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

describe('the app of a region', () => {
  const asking = (over: Partial<AppProbe> = {}): Promise<Reading> => {
    const place = {
      region: 'A',
      address: '127.0.0.1',
      port: server?.port ?? 0,
      hostname: 'www.shop.test',
      caPem: secure.cert,
    };
    return probeApp({ ...place, timeoutMs: 10_000, ...over });
  };

  it('is well when it proves the region, and its facts come along', async () => {
    await at(() => ({ body: healthOf('A') }));
    const reading = await asking();
    expect(reading).toMatchObject({ signal: 'app', outcome: 'ok', ageMs: 0, answered: true });
    expect(reading.because).toMatch(/^The shop of region A answered as its primary in \d+ ms\.$/);
    expect(reading.facts).toEqual({
      role: 'primary',
      tableRegion: 'lab-a',
      serving: true,
      database: { reachable: true, readOnly: false, epoch: 7, primary: 'A', verifiedEpoch: 7 },
    });
    expect(server?.asked[0]).toMatchObject({ path: '/health', servername: 'www.shop.test' });
    expect(server?.asked[0]?.headers['x-handover-direct']).toBe('1');
  });

  it('is not well because another region is: mistaking the two would fail back at once, and flap', async () => {
    await at(() => ({ body: healthOf('B') }));
    expect(await asking()).toEqual({
      signal: 'app',
      outcome: 'failed',
      because: 'The address of region A answered as region B.',
      ageMs: 0,
      answered: true,
    });
  });

  it('that says it is ill has failed, in its own words and with its facts', async () => {
    const because = 'the database of region A does not answer';
    await at(() => ({ status: 503, body: healthOf('A', { because, serving: false, database: { ...nothing } }) }));
    expect(await asking()).toMatchObject({
      outcome: 'failed',
      answered: true,
      because: `The shop of region A says it is ill: ${because}`,
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
  ])('that answers %i is %s', async (status, outcome) => {
    await at(() => ({ status, body: '<html>no</html>' }));
    expect(await asking()).toMatchObject({
      outcome,
      answered: true,
      because: `The shop of region A answered ${status}.`,
    });
  });

  it.each([
    ['any web page', { body: '<html>It works!</html>' }],
    ['a health without a region', { body: { ok: true } }],
    ['a redirect', { status: 302, headers: { location: 'https://www.shop.test/wp-signup.php' } }],
    ['a 503 of something before it', { status: 503, body: '<html>maintenance</html>' }],
  ] satisfies [string, Reply][])('%s has failed: it proves nothing', async (_what, reply) => {
    await at(() => reply);
    expect(await asking()).toMatchObject({ outcome: 'failed', answered: true });
  });

  it.each([
    ['accepts and is silent', 'hang', false],
    ['never ends its answer', 'drip', false],
    ['breaks the connection', 'cut', true],
  ] as const)('that %s has failed', async (_what, how, answered) => {
    await at(() => how);
    expect(await asking({ timeoutMs: 300 })).toMatchObject({ outcome: 'failed', answered });
  });

  it('with a certificate of somebody else has failed', async () => {
    await at(() => ({ body: healthOf('A') }), stranger);
    const reading = await asking();
    expect(reading).toMatchObject({ outcome: 'failed', answered: true });
    expect(reading.because).toMatch(/^The certificate of the shop of region A is not the expected one/);
  });

  it('behind a closed port has failed, and its host has answered', async () => {
    expect(await asking({ port: await freePort() })).toMatchObject({
      outcome: 'failed',
      answered: true,
      because: 'The connection to the shop of region A failed (ECONNREFUSED).',
    });
  });

  it('is asked over a new connection each time', async () => {
    await at(() => ({ body: healthOf('A') }));
    await asking();
    await asking();
    expect(server?.asked.map(({ connection }) => connection)).toEqual([1, 2]);
  });
});

describe('the public name', () => {
  const asking = (resolvers: string[], timeoutMs = 10_000) =>
    probeEdge({ hostname: 'www.shop.test', resolvers, port: server?.port ?? 0, caPem: secure.cert, timeoutMs });

  it('is well when it leads to the shop, whichever region answers and however ill', async () => {
    const server53 = await names(() => ['127.0.0.1']);
    await at(() => ({ status: 503, body: healthOf('B', { serving: false }) }));
    expect(await asking([server53.address])).toMatchObject({
      signal: 'edge',
      outcome: 'ok',
      because: 'www.shop.test leads to region B at 127.0.0.1.',
      facts: { serving: false },
    });
    expect(server?.asked[0]?.headers['x-handover-direct']).toBeUndefined();
  });

  it('has failed where it leads to somebody else', async () => {
    const server53 = await names(() => ['127.0.0.1']);
    await at(() => ({ body: '<html>This domain is for sale</html>' }));
    const reading = await asking([server53.address]);
    expect(reading.outcome).toBe('failed');
    expect(reading.because).toBe('Where JSON was expected, www.shop.test at 127.0.0.1 answered a web page (200).');
  });

  it('has failed when no server has an address for it', async () => {
    const [empty, silent] = [await names(() => 'NXDOMAIN'), await names(() => 'silence')];
    const reading = await asking([empty.address, silent.address], 300);
    expect(reading).toMatchObject({ outcome: 'failed', answered: false });
    expect(reading.because).toContain('No name server has an address for www.shop.test');
    expect(silent.asked).toHaveLength(1);
  });

  it('is believed of the first server that knows it', async () => {
    const [silent, known] = [await names(() => 'silence'), await names(() => ['127.0.0.1'])];
    await at(() => ({ body: healthOf('A') }));
    expect(await asking([silent.address, known.address])).toMatchObject({ outcome: 'ok' });
  });
});

describe('the table of a region', () => {
  const world = new TableWorld();
  beforeAll(() => world.start());
  afterAll(() => world.stop());
  afterEach(() => world.control('a', 'POST', '/fault', { mode: 'none' }));
  const asking = (over: Partial<TableProbe> = {}) => {
    const place = { region: 'A', tableRegion: 'lab-a', endpoint: world.url('a'), table: 'shop' };
    return probeTable({ ...place, vantage: 'north', key: 'AKIAnorth:secret-of-north', timeoutMs: 10_000, ...over });
  };

  it('is well when the vantage’s own canary comes back', async () => {
    const reading = await asking();
    expect(reading).toMatchObject({ signal: 'table', outcome: 'ok', answered: true });
    expect(reading.because).toMatch(/^The table in lab-a took a canary and gave it back in \d+ ms\.$/);
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
  ])('with the fault %s is %s', async (mode, outcome, answered) => {
    await world.control('a', 'POST', '/fault', { mode });
    expect(await asking({ timeoutMs: 400 })).toMatchObject({ signal: 'table', outcome, answered });
  });

  it.each([
    ['a key that may not touch the item', { vantage: 'east' }],
    ['a wrong secret', { key: 'AKIAnorth:wrong' }],
    ['a key of the wrong form', { key: 'AKIAnorth' }],
    ['a table that is not there', { table: 'another' }],
  ])('is silent for %s: that is our own fault', async (_what, over) => {
    expect(await asking(over)).toMatchObject({ outcome: 'silent' });
  });

  it('behind a closed port has failed, and its host has answered', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    expect(await asking({ endpoint })).toMatchObject({ outcome: 'failed', answered: true });
  });

  it('is asked for by a target, with a key that only the vantage can read', async () => {
    const secrets: Record<string, string> = { 'file:table-north': 'AKIAnorth:secret-of-north' };
    const vantage = prober((reference) => Promise.resolve(secrets[reference] ?? ''));
    const question = { name: 'shop', caPem: '', tableRegion: 'lab-a', nameServers: [], key: 'file:table-north' };
    const target = { signal: 'table', region: 'A' } as const;
    expect(await vantage.probe({ ...question, target, address: world.url('a') }, 'north', 10_000)).toMatchObject({
      outcome: 'ok',
    });
  });
});

describe('a prober', () => {
  const question = { name: 'www.shop.test', caPem: secure.cert, key: '', tableRegion: '', nameServers: [] };

  it('asks for the app at the address of its target', async () => {
    await at(() => ({ body: healthOf('A') }));
    const target = { signal: 'app', region: 'A' } as const;
    const address = `127.0.0.1:${server?.port ?? 0}`;
    expect(await prober().probe({ ...question, target, address }, 'north', 10_000)).toMatchObject({ outcome: 'ok' });
  });

  it('whose key is nowhere is silent about the table', async () => {
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
  it('answer when one of them takes a connection', async () => {
    const listening = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => listening.once('listening', ready));
    const address = listening.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const targets = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${port}`];
    expect(await probeControls(targets, 10_000)).toEqual({
      answer: true,
      because: `The control target 127.0.0.1:${port} takes connections.`,
    });
    expect(await prober().controlsAnswer(targets, 10_000)).toBe(true);
    await new Promise((done) => listening.close(done));
  });

  it('do not answer when none does', async () => {
    const target = `127.0.0.1:${await freePort()}`;
    expect(await probeControls([target], 500)).toEqual({
      answer: false,
      because: `None of the control targets ${target} takes connections within 0.5 s.`,
    });
    expect(await probeControls([], 500)).toMatchObject({ answer: false });
  });
});
