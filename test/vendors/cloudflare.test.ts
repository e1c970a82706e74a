import { authoritative } from '../../src/providers/dns/authoritative';
import { startCloudflare, type CloudflareFake } from '../../lab/vendors/cloudflare/cloudflare';

const token = 'a-token';
const [inA, inB, edge] = ['198.51.100.10', '203.0.113.10', '192.0.2.104'];

describe('the load balancing of the fake of Cloudflare', () => {
  let fake: CloudflareFake;
  let [a, b, balancer] = ['', '', ''];
  beforeEach(async () => {
    const tokens = { [token]: ['Load Balancers Write', 'Load Balancing: Monitors and Pools Read'] as const };
    fake = await startCloudflare({ tokens, edge: [edge] });
    a = fake.putPool({ name: 'a', origins: [{ name: 'web-a', address: inA, enabled: true }] });
    b = fake.putPool({ name: 'b', origins: [{ name: 'web-b', address: inB, enabled: true }] });
    balancer = fake.putBalancer({ name: 'www.shop.test', default_pools: [a, b], fallback_pool: b });
  });
  afterEach(() => fake.close());

  const ask = async (path: string, change?: object) => {
    const more = change === undefined ? {} : { method: 'PATCH', body: JSON.stringify(change) };
    const answer = await fetch(`${fake.url}${path}`, { headers: { authorization: `Bearer ${token}` }, ...more });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const one = () => `/zones/${fake.zoneId}/load_balancers/${balancer}`;
  const pools = () => `/accounts/${fake.accountId}/load_balancers/pools`;
  const answered = async () => {
    const [first] = await authoritative({ servers: fake.nameServers })('www.shop.test.', 'A', 1);
    return first?.values;
  };

  it('answers the first pool of the order that is enabled and healthy, and else the fallback', async () => {
    expect(await answered()).toEqual([inA]);
    fake.putPool({ name: 'a', healthy: false });
    expect(await answered()).toEqual([inB]);
    fake.putPool({ name: 'a', healthy: true });
    fake.putPool({ name: 'a', enabled: false });
    fake.putPool({ name: 'b', healthy: false });
    expect(await answered()).toEqual([inB]);
  });

  it('answers the edge for one that is proxied, and nothing for one that is disabled', async () => {
    fake.putBalancer({ name: 'www.shop.test', proxied: true });
    expect(await answered()).toEqual([edge]);
    await ask(one(), { enabled: false });
    expect(await answered()).toEqual([]);
  });

  it('changes what a PATCH names, and nothing else', async () => {
    const { status, body } = await ask(one(), { default_pools: [b, a], fallback_pool: a });
    expect([status, body.success]).toEqual([200, true]);
    const plain = { region_pools: {}, country_pools: {}, rules: [], enabled: true, proxied: false };
    expect(fake.balancers()).toEqual([expect.objectContaining({ ...plain, default_pools: [b, a], fallback_pool: a })]);
    expect((await ask(one())).body.result).toEqual(body.result);
    expect(await answered()).toEqual([inB]);
  });

  it('is published as late as any other change', async () => {
    fake.publishAfter(Infinity);
    await ask(one(), { default_pools: [b, a] });
    expect(await answered()).toEqual([inA]);
  });

  it.each<[string, object]>([
    ['an unknown pool', { default_pools: ['0'] }],
    ['an unknown fallback', { fallback_pool: '0' }],
    ['no pool', { default_pools: [] }],
  ])('refuses %s, and changes nothing', async (_what, change) => {
    const before = fake.balancers();
    expect(await ask(one(), change)).toMatchObject({ status: 400, body: { success: false, errors: [{ code: 1002 }] } });
    expect(fake.balancers()).toEqual(before);
  });

  it('tells the pools of the account and the health of each', async () => {
    fake.putPool({ name: 'b', healthy: false });
    expect((await ask(pools())).body.result).toMatchObject([
      { id: a, name: 'a' },
      { id: b, name: 'b', enabled: true },
    ]);
    const health = (await ask(`${pools()}/${b}/health`)).body.result;
    const origins = [{ [inB]: expect.objectContaining({ healthy: false }) as object }];
    expect(health).toMatchObject({ pool_id: b, pop_health: { 'Amsterdam, NL': { healthy: false, origins } } });
  });

  it('knows neither another account, nor another zone, nor a token without the permission', async () => {
    expect((await ask(`/accounts/${fake.zoneId}/load_balancers/pools`)).status).toBe(403);
    expect((await ask('/zones/here/load_balancers')).status).toBe(400);
    expect(await ask(`/zones/${fake.zoneId}/dns_records`)).toMatchObject({
      status: 403,
      body: { errors: [{ code: 10000 }] },
    });
  });
});
