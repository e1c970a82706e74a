import type { DnsFake } from '../../lab/vendors/kit/dns';
import { openFaultWorld, openWorld, startFake, token, zoneAt } from './digitalocean-world';
import { describeDns } from './dns.contract';
import { describeSlowDns } from './dns-faults.contract';
import { judgeOf } from './judges/judges';
import { prism, prismFor, type Prism } from './judges/prism';
import { pydoResults } from './judges/pydo';
import { identity } from '../../lab/loopback/web';

describeSlowDns('DigitalOcean DNS', openFaultWorld);

const open: { close: () => unknown }[] = [];
const opened = <T extends { close: () => unknown }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const found = prismFor('HANDOVER_DIGITALOCEAN_SPEC');

if ('because' in found) {
  it.skip(`the fake conforms to DigitalOcean's API description (skipped: ${found.because})`, () => undefined);
} else {
  describe("DigitalOcean's API description", () => {
    describeDns('DigitalOcean DNS behind prism', () => openWorld((fake) => prism(found, fake.url)));

    describe('in front of the fake', () => {
      let fake: DnsFake;
      let proxy: Prism;
      beforeAll(async () => {
        fake = await startFake();
        proxy = await prism(found, fake.url);
      });
      beforeEach(() => {
        fake.calls.length = 0;
      });
      afterAll(() => Promise.all([proxy.close(), fake.close()]));
      const headers = { authorization: `Bearer ${token}` };

      it("the other calls of the adapter and responses of the fake conform to DigitalOcean's API description", async () => {
        const zone = opened(await zoneAt({ url: proxy.url, origin: fake.origin }));
        const [one, two, three] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
        const set = { name: 'many.shop.test.', type: 'A' as const, ttlSeconds: 30, values: [one] };
        fake.put(set);
        await zone.replace(set, { ...set, values: [two, three] });
        await zone.replace({ ...set, values: [two, three] }, set);
        expect(await zone.flaws?.(set.name, 'A')).toEqual([]);
        const methods = new Set(fake.calls.map(({ method }) => method));
        expect(methods).toEqual(new Set(['GET', 'PATCH', 'POST', 'DELETE']));
        for (const path of ['records?page=1&per_page=2', 'records', 'records/0'])
          expect((await fetch(`${proxy.url}/v2/domains/shop.test/${path}`, { headers })).status).toBeLessThan(500);
      });

      it('a request that violates the API description does not reach the fake', async () => {
        const answer = await fetch(`${proxy.url}/v2/domains/shop.test/records?per_page=500`, { headers });
        expect(answer.status).toBe(422);
        expect(fake.calls).toEqual([]);
      });
    });
  });
}

const pydo = judgeOf('pydo');

if ('because' in pydo) {
  it.skip(`DigitalOcean's own client agrees with the fake (skipped: ${pydo.because})`, () => undefined);
} else {
  it("DigitalOcean's own client agrees with the fake", async () => {
    const own = 'dop_v1_token';
    const secure = identity('IP:127.0.0.1');
    const tokens = { [own]: ['domain:read', 'domain:update'] as const };
    const fake = opened(await startFake({ tokens, identity: secure }));
    const results = await pydoResults(pydo.folder, fake.url, own, secure.cert);
    expect(results).toMatchObject({
      sizes: [20, 6],
      total: 26,
      more: [true, false],
      patched: { domain_record: { name: 'www', data: '203.0.113.1', ttl: 30 } },
      put: { domain_record: { name: 'www', data: '203.0.113.1', ttl: 60 } },
      alias: '@',
      undotted: [422, expect.stringContaining('Data needs to end with a dot (.)') as string],
      'apex alias': [422, expect.stringContaining('CNAME records cannot share a name') as string],
      short: [422, expect.stringContaining('record ttl must be greater than 30') as string],
      wide: [422, expect.any(String) as string],
      absent: 'not_found',
      removed: null,
    });
    const [addresses] = fake.sets().filter(({ name }) => name === 'www.shop.test.');
    expect(addresses?.values).toHaveLength(25);
  });
}
