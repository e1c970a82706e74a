import { reservedIp } from '../../src/providers/traffic/digitalocean/reserved-ip';
import { crossRegionFlaw } from '../../src/providers/traffic/switch';
import type { NetworkScope } from '../../lab/vendors/digitalocean/network/access';
import type { NetworkFake } from '../../lab/vendors/digitalocean/network/network';
import {
  a,
  addressOptions,
  addressScopes as scopes,
  b,
  ip,
  openAddressWorld,
  startAddress,
  token,
} from './digitalocean-network-world';
import { closedAfterEach } from './servers/closed';
import { failure } from './servers/failure';
import { describeTraffic } from './traffic.contract';
import { describeTrafficFaults } from './traffic-faults.contract';

const start = closedAfterEach(startAddress);
const connectSecond = closedAfterEach(reservedIp.connect);

describeTraffic('A reserved IP of DigitalOcean', openAddressWorld);
describeTrafficFaults('A reserved IP of DigitalOcean', openAddressWorld, ['stale', 'ids']);

describe('reserved IP', () => {
  it('a reserved IP with an assignment in progress is pending, and is not assigned again', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    const pending = `DigitalOcean is assigning ${ip} to the droplet of B.`;
    expect(await traffic.read()).toMatchObject({ leadsTo: 'B', pending });
    await traffic.point('B', state);
    expect(fake.changes()).toBe(1);
    fake.settle();
    expect(await traffic.read()).toEqual({
      leadsTo: 'B',
      state: { droplet: b },
      because: `${ip} is assigned to the droplet of B.`,
    });
  });

  it('a reserved IP whose assignment failed is read where it was, and can be moved again', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    fake.settle('errored');
    const { leadsTo, because, pending } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['A', undefined]);
    expect(because).toMatch(/is assigned to the droplet of A\. DigitalOcean could not reassign it/);
    await traffic.point('B', state);
    fake.settle();
    expect((await traffic.read()).leadsTo).toBe('B');
  });

  it("a reserved IP with another client's pending event is unavailable with a wait, not refused", async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    // Another worker does not know about the action.
    const options = { ...addressOptions, url: fake.url };
    const second = await connectSecond(options, { secret: () => Promise.resolve(token) });
    expect(await second.read()).toMatchObject({
      leadsTo: 'A',
      pending: `${ip} is locked by an action in progress.`,
    });
    const error = await failure(second.point('B', state));
    expect(error).toMatchObject({ kind: 'unavailable', waitMs: 3_000 });
    expect(error.message).toContain('already has a pending event');
  });

  it.each([a, null])('a reserved IP without a droplet is assigned when droplet %p was expected', async (expected) => {
    const { fake, traffic } = await start();
    fake.putAddress({ ip, region: 'fra1', droplet: null });
    expect(await traffic.read()).toMatchObject({ leadsTo: undefined, vacant: true, state: { droplet: null } });
    await traffic.point('B', { droplet: expected });
    fake.settle();
    expect(fake.address(ip)?.droplet).toBe(b);
    expect((await traffic.read()).vacant).toBeUndefined();
  });

  it('a reserved IP is not moved when the token may not read droplets', async () => {
    const { fake, traffic } = await start(['reserved_ip:read', 'reserved_ip:update']);
    const error = await failure(traffic.point('B', { droplet: null }));
    expect([error.kind, error.message]).toEqual([
      'denied',
      expect.stringContaining('The token needs the scope droplet:read.'),
    ]);
    expect(fake.changes()).toBe(0);
  });

  it('the droplet of a reserved IP decides when its action is not found, as with customer-owned addresses', async () => {
    const { fake, traffic } = await start();
    fake.hideActions();
    await traffic.point('B', (await traffic.read()).state);
    expect((await traffic.read()).leadsTo).toBe('A');
    fake.settle();
    expect((await traffic.read()).leadsTo).toBe('B');
  });

  it('a reserved IP is read at most every three seconds', () => {
    expect(reservedIp.readEveryMs).toBeGreaterThanOrEqual(3_000);
  });

  it('a move of a reserved IP takes two requests, and each read one', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    fake.settle();
    await traffic.read();
    expect(fake.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST', 'GET']);
  });

  it.each<[string, (fake: NetworkFake) => void, object, RegExp]>([
    [
      'without a droplet',
      (fake) => fake.putAddress({ ip, region: 'fra1', droplet: null }),
      {},
      /is assigned to no droplet/,
    ],
    [
      'in another vendor region',
      (fake) => fake.putAddress({ ip, region: 'nyc3', droplet: a }),
      {},
      /is in nyc3 and can't leave it, but traffic\.places\.A is fra1; correct it/,
    ],
    [
      'with a droplet in another vendor region',
      (fake) => fake.putDroplet({ id: b, region: 'ams3', status: 'active' }),
      {},
      /of B is in ams3, not in fra1; correct traffic\.places\.B/,
    ],
    [
      'with a droplet that is off',
      (fake) => fake.putDroplet({ id: b, region: 'fra1', status: 'off' }),
      {},
      /of B is off, so 45\.55\.96\.47 would not answer there; start it/,
    ],
    [
      'with a missing droplet',
      () => undefined,
      { droplets: { A: a, B: 99 } },
      /no droplet 99; correct traffic\.droplets\.B/,
    ],
    ['that does not exist', () => undefined, { ip: '192.0.2.7' }, /no reserved IP 192\.0\.2\.7; correct traffic\.ip/],
  ])('a reserved IP %s has a flaw', async (_what, prepare, over, because) => {
    const { fake, traffic } = await start(scopes, over);
    prepare(fake);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each<[NetworkScope, RegExp]>([
    ['reserved_ip:read', /The token needs the scope reserved_ip:read\./],
    ['reserved_ip:update', /The token needs the scope reserved_ip:update\./],
    ['droplet:read', /the token lacks the scope droplet:read.*/],
  ])('the missing scope %s is a flaw that names it', async (lacking, because) => {
    const { fake, traffic } = await start(scopes.filter((scope) => scope !== lacking));
    expect(await traffic.flaws()).toEqual(expect.arrayContaining([expect.stringMatching(because)]));
    expect(fake.changes()).toBe(0);
  });

  it("a reserved IP can't move between vendor regions, which is found without a request", () => {
    const options = { kind: 'reserved-ip', places: { A: 'fra1', B: 'nyc3' } };
    expect(crossRegionFlaw(reservedIp, options)).toMatch(
      /can't move customers between vendor regions \(A is in fra1, B in nyc3\); use another traffic\.kind/,
    );
    expect(crossRegionFlaw(reservedIp, { ...options, places: { A: 'fra1', B: 'fra1' } })).toBeUndefined();
  });
});
