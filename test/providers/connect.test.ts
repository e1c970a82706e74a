import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { loadSite, type Site } from '../../src/config';
import { connect, type Connected } from '../../src/connect/connect';
import { PortError } from '../../src/ports/errors';
import { failure } from './servers/failure';
import { nameServer, type NameServer } from '../../lab/loopback/name-server';
import { freePort } from '../../lab/loopback/place';
import { web, type Web } from '../../lab/loopback/web';

const sshKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;

const secrets: Record<string, string> = {
  'file:pdns-api-key': 'key-of-the-name-server',
  'file:table-runbook': 'AKIArunbook:secret-of-runbook',
  'file:slack-url': '',
};

let site: Site;
let server: Web;
let names: NameServer;
let ports: Connected;
const asked: string[] = [];

const secret = (reference: string) => {
  asked.push(reference);
  const value = secrets[reference];
  return value === undefined
    ? Promise.reject(new PortError('denied', `There is no ${reference}.`))
    : Promise.resolve(value);
};

/** The lab's site, with every server on loopback. */
async function loopbackSite(): Promise<Site> {
  const lab = structuredClone(await loadSite('lab', { sitesDir: join(__dirname, '../../sites') }));
  const [a, dead] = [lab.regions.A!, await freePort()];
  const here = { host: '127.0.0.1', port: dead };
  const regions = {
    ...lab.regions,
    A: {
      ...a,
      database: { ...a.database, ...here },
      sessions: { ...a.sessions!, ...here },
      host: { ...a.host, address: '127.0.0.1', port: dead },
    },
  };
  const dns = { ...lab.dns, authoritative: [names.address], provider: { ...lab.dns.provider, url: server.url } };
  const table = { ...lab.table!, endpoints: { 'lab-a': server.url } };
  return { ...lab, regions, dns, table, alerts: [{ kind: 'slack', url: 'file:slack-url' as Site['shop']['ca'] }] };
}

beforeEach(async () => {
  asked.length = 0;
  server = await web(({ path }) => {
    if (path === '/hook') return { body: 'ok' };
    if (path === '/') return { body: { Item: { pk: { S: 'k' }, nonce: { S: 'the-nonce' } } } };
    const records = [{ content: '192.0.2.1', disabled: false }];
    return { body: { rrsets: [{ name: 'www.shop.test.', type: 'A', ttl: 5, records }] } };
  });
  names = await nameServer(() => ['192.0.2.7']);
  secrets['file:slack-url'] = `${server.url}/hook`;
  site = await loopbackSite();
  ports = connect(site, { secret });
});

afterEach(async () => {
  await ports.close();
  await Promise.all([server.close(), names.close()]);
});

describe('the ports of a site', () => {
  it('are there at once, and neither a secret nor a server is asked before they are used', async () => {
    for (const region of ports.regions) {
      for (const make of [ports.database, ports.sessions, ports.host, ports.settings, ports.media, ports.shop])
        make(region);
    }
    ports.table('lab-a');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ports.regions).toEqual(['A', 'B']);
    expect(asked).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it('are made once for each name, and may be awaited', async () => {
    const shop = ports.shop('A');
    expect(ports.shop('A')).toBe(shop);
    expect(ports.shop('B')).not.toBe(shop);
    expect(await Promise.resolve(shop)).toBe(shop);
  });

  it.each([
    ['region', () => ports.database('C'), 'There is no region C; the site has A, B.'],
    ['table region', () => ports.table('lab-b'), 'There is no table region lab-b; the site has lab-a.'],
    ['inherited name', () => ports.shop('constructor'), 'There is no region constructor; the site has A, B.'],
  ])('know no other %s', (_what, ask, because) => {
    expect(ask).toThrow(because);
  });

  it('read a secret when first used, and only once', async () => {
    await ports.dns.read('www.shop.test.', 'A');
    await ports.dns.read('www.shop.test.', 'AAAA');
    expect(asked).toEqual(['file:pdns-api-key']);
    expect(server.asked[0]!.headers['x-api-key']).toBe('key-of-the-name-server');
    expect(server.asked.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  it('read the zone by its API, and ask its name servers what the world is told', async () => {
    expect(ports.dns.kind).toBe('powerdns');
    expect((await ports.dns.read('www.shop.test.', 'A'))?.values).toEqual(['192.0.2.1']);
    expect(await ports.dns.answers('www.shop.test.', 'A', 2)).toMatchObject([{ values: ['192.0.2.7'] }]);
  });

  it('reach the table of a region', async () => {
    expect(await ports.table('lab-a').read('k')).toBe('the-nonce');
    expect(asked).toEqual(['file:table-runbook']);
  });

  it('try again after a secret was missing', async () => {
    delete secrets['file:pdns-api-key'];
    expect(await failure(ports.dns.read('www.shop.test.', 'A'))).toMatchObject({ kind: 'denied' });
    secrets['file:pdns-api-key'] = 'key-of-the-name-server';
    expect(await ports.dns.read('www.shop.test.', 'A')).toMatchObject({ values: ['192.0.2.1'] });
  });

  it.each([
    ['database', () => ports.database('A').state(), ['file:db-runbook', 'file:db-repl', 'file:../ca/ca.crt']],
    ['sessions', () => ports.sessions('A').state(), ['file:redis']],
    ['host', () => ports.host('A').run('true', { timeoutMs: 10_000 }), ['file:ssh-key', 'file:ssh-known-hosts']],
    ['settings', () => ports.settings('A').read(), ['file:ssh-key', 'file:ssh-known-hosts']],
    [
      'media',
      () => ports.media('A').missingFrom('B', { how: 'mirror', timeoutMs: 10_000 }),
      ['file:ssh-key', 'file:ssh-known-hosts'],
    ],
  ])('of %s use their own secrets, and are unavailable while nobody listens', async (_what, ask, used) => {
    const known = Object.fromEntries(used.map((reference) => [reference, 'a-secret']));
    Object.assign(secrets, known, { 'file:ssh-key': sshKey });
    expect(await failure(ask())).toMatchObject({ kind: 'unavailable' });
    expect(asked).toEqual(used);
  });

  it('send an alert to the log or to one of the channels', async () => {
    expect(ports.alertChannels).toEqual(['log', 'slack']);
    await ports.alerts.send({ severity: 'info', key: 'lab/test', summary: 'A test of the alerts.' }, 'slack');
    expect(server.asked).toMatchObject([{ path: '/hook' }]);
    expect(server.asked[0]!.body).toContain('A test of the alerts.');
  });

  it('keep the time', async () => {
    const before = Date.now();
    const now = ports.now();
    expect([now >= before, now <= Date.now()]).toEqual([true, true]);
    const started = performance.now();
    const abort = new AbortController();
    const long = ports.sleep(60_000, abort.signal);
    abort.abort();
    await Promise.all([long, ports.sleep(60_000, abort.signal), ports.sleep(20)]);
    const slept = performance.now() - started;
    expect(slept).toBeGreaterThanOrEqual(15);
    expect(slept).toBeLessThan(30_000);
  });

  it('close what was opened, and can be used after that', async () => {
    await ports.dns.read('www.shop.test.', 'A');
    await ports.close();
    await ports.dns.read('www.shop.test.', 'AAAA');
    expect(server.asked.map(({ connection }) => connection)).toEqual([1, 2]);
  });
});
