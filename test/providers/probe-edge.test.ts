/** Probing the public name of a shop whose record is not an A set, as a customer's resolver follows it. */
import type { DnsFake } from '../../lab/vendors/kit/dns';
import { probeEdge } from '../../src/providers/probe';
import { startFake } from './digitalocean-world';
import { healthOf, identity, web, type Web } from '../../lab/loopback/web';

const secure = identity('DNS:www.shop.test');
const name = 'www.shop.test.';
let fake: DnsFake;
let server: Web;
beforeEach(async () => {
  fake = await startFake();
  server = await web(() => ({ body: healthOf('A') }), secure);
});
afterEach(() => Promise.all([fake.close(), server.close()]));

const probe = () =>
  probeEdge({
    hostname: 'www.shop.test',
    resolvers: fake.nameServers,
    port: server.port,
    caPem: secure.cert,
    timeoutMs: 10_000,
  });

test('a CNAME in the zone is probed at the address of its target', async () => {
  fake.put({ name, type: 'CNAME', ttlSeconds: 30, values: ['a.shop.test.'] });
  fake.put({ name: 'a.shop.test.', type: 'A', ttlSeconds: 30, values: ['127.0.0.1'] });
  expect(await probe()).toMatchObject({ outcome: 'ok', because: 'www.shop.test leads to region A at 127.0.0.1.' });
});

test("a CNAME out of the zone is probed at its target, which the zone's servers can't resolve", async () => {
  fake.put({ name, type: 'CNAME', ttlSeconds: 30, values: ['localhost.'] });
  expect(await probe()).toMatchObject({ outcome: 'ok', because: 'www.shop.test leads to region A at localhost.' });
});

test('a name with IPv6 only is probed over IPv6', async () => {
  fake.put({ name, type: 'AAAA', ttlSeconds: 30, values: ['::1'] });
  const reading = await probe();
  expect(reading).toMatchObject({ outcome: 'failed' });
  expect(reading.because).toMatch(/^The connection to www\.shop\.test at ::1 failed/);
});

test('a name without an address has failed, with one reason per server', async () => {
  const { because } = await probe();
  expect(because.match(/returned no records for A www\.shop\.test\./g)).toHaveLength(fake.nameServers.length);
});
