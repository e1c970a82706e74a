/** The public name of a shop whose record is not an A set: what a customer's resolver would follow. */
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

const asking = () =>
  probeEdge({
    hostname: 'www.shop.test',
    resolvers: fake.nameServers,
    port: server.port,
    caPem: secure.cert,
    timeoutMs: 10_000,
  });

test('a CNAME within the zone leads where its target has its address', async () => {
  fake.put({ name, type: 'CNAME', ttlSeconds: 30, values: ['a.shop.test.'] });
  fake.put({ name: 'a.shop.test.', type: 'A', ttlSeconds: 30, values: ['127.0.0.1'] });
  expect(await asking()).toMatchObject({ outcome: 'ok', because: 'www.shop.test leads to region A at 127.0.0.1.' });
});

test('a CNAME out of the zone leads to its target, of which the zone’s servers know no address', async () => {
  fake.put({ name, type: 'CNAME', ttlSeconds: 30, values: ['localhost.'] });
  expect(await asking()).toMatchObject({ outcome: 'ok', because: 'www.shop.test leads to region A at localhost.' });
});

test('a name with IPv6 alone is asked there', async () => {
  fake.put({ name, type: 'AAAA', ttlSeconds: 30, values: ['::1'] });
  const reading = await asking();
  expect(reading).toMatchObject({ outcome: 'failed' });
  expect(reading.because).toMatch(/^The connection to www\.shop\.test at ::1 failed/);
});

test('a name without any of them has failed, and costs one sentence a server', async () => {
  const { because } = await asking();
  expect(because.match(/answers A www\.shop\.test\. with no value/g)).toHaveLength(fake.nameServers.length);
});
