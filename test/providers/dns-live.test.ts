import { describeDns, type DnsWorld } from './dns.contract';
import { planSchema } from '../live/plan';
import { openLiveWorld, removePlanned } from '../live/world';
import { liveFakes, planFor, type LiveFake } from './live-world';

describe.each(Object.keys(liveFakes) as (keyof typeof liveFakes)[])('live suite for %s', (kind) => {
  let live: LiveFake;
  let world: DnsWorld;
  beforeAll(async () => {
    live = await liveFakes[kind]();
    live.fake.put(theirs);
  });
  afterAll(() => live.fake.close());
  const theirs = { name: 'www.shop.test.', type: 'A' as const, ttlSeconds: 300, values: ['192.0.2.7'] };
  const context = () => ({ secret: () => Promise.resolve(live.secret) });
  const open = async () => (world = await openLiveWorld(planFor(live), context(), 0));

  describeDns(kind, async () => ({ ...(await open()), close: () => Promise.resolve() }));

  it(`the live suite for ${kind} creates only what it announces and removes all of it`, async () => {
    const { label, names, values, ttls } = planFor(live);
    const made = live.fake.sets().filter(({ name }) => name.includes(label));
    expect(made.length).toBeGreaterThan(10);
    for (const set of made) {
      expect(names).toContain(set.name);
      expect(ttls).toContain(set.ttlSeconds);
      expect([...values.A, ...values.CNAME]).toEqual(expect.arrayContaining(set.values));
    }
    // Five tests of the contract change a set; reducing two values to one takes DigitalOcean two requests.
    expect(await world.changes()).toBe(kind === 'digitalocean' ? 6 : 5);
    await world.close();
    expect(live.fake.sets()).toEqual([theirs]);
  });

  it(`the live suite for ${kind} refuses to create what it has not announced`, async () => {
    const { put, freshName, close } = await open();
    const set = { name: freshName(), type: 'A' as const, ttlSeconds: 60, values: ['198.51.100.10'] };
    const before = live.fake.changes();
    for (const over of [{ name: 'www.shop.test.' }, { values: ['192.0.2.1'] }, { ttlSeconds: 61 }])
      await expect(put({ ...set, ...over })).rejects.toThrow('is not in the plan');
    await close();
    expect(live.fake.changes()).toBe(before);
  });

  it(`the live suite for ${kind} removes what a killed run left behind, also after a failed removal`, async () => {
    const { put, freshName } = await open();
    await put({ name: freshName(), type: 'A', ttlSeconds: 60, values: ['198.51.100.10', '203.0.113.10'] });
    await put({ name: freshName(), type: 'CNAME', ttlSeconds: 60, values: ['a.origin.test.'] });
    expect(live.fake.sets()).toHaveLength(3);
    const method = kind === 'cloudflare' || kind === 'digitalocean' ? 'DELETE' : 'POST';
    live.fake.faults.play({
      on: { method, path: /records|rrset|changes/ },
      effect: { kind: 'error', status: 500, when: 'before' },
    });
    await removePlanned(planFor(live), context());
    expect(live.fake.sets()).toEqual([theirs]);
  });
});

it('the live suite has a fake for every kind', () => {
  expect(Object.keys(liveFakes).sort()).toEqual([...planSchema.shape.kind.options].sort());
});
