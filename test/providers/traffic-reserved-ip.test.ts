import { reservedIp } from '../../src/providers/traffic/digitalocean/reserved-ip';
import { whyNotAcross } from '../../src/providers/traffic/switch';
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

describe('a reserved IP', () => {
  it('that is on its way is waited for, and not asked for again', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    const told = { leadsTo: 'B', pending: `DigitalOcean is giving ${ip} to the droplet of B.` };
    expect(await traffic.read()).toMatchObject(told);
    await traffic.point('B', state);
    expect(fake.changes()).toBe(1);
    fake.settle();
    expect(await traffic.read()).toEqual({
      leadsTo: 'B',
      state: { droplet: b },
      because: `${ip} belongs to the droplet of B.`,
    });
  });

  it('whose move ended badly is told to be where it was, and can be moved anew', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    fake.settle('errored');
    const { leadsTo, because, pending } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['A', undefined]);
    expect(because).toMatch(/belongs to the droplet of A\. DigitalOcean could not give it to another one/);
    await traffic.point('B', state);
    fake.settle();
    expect((await traffic.read()).leadsTo).toBe('B');
  });

  it('with a pending event of somebody else’s is busy, which has a wait, and no refusal', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    // Another worker knows nothing of the action.
    const options = { ...addressOptions, url: fake.url };
    const second = await connectSecond(options, { secret: () => Promise.resolve(token) });
    expect(await second.read()).toMatchObject({
      leadsTo: 'A',
      pending: `${ip} is locked by an action that is not over.`,
    });
    const error = await failure(second.point('B', state));
    expect(error).toMatchObject({ kind: 'unavailable', waitMs: 3_000 });
    expect(error.message).toContain('already has a pending event');
  });

  it.each([a, null])(
    'of a droplet that is gone is given to another one, when droplet %p was expected',
    async (expected) => {
      const { fake, traffic } = await start();
      fake.putAddress({ ip, region: 'fra1', droplet: null });
      expect(await traffic.read()).toMatchObject({ leadsTo: undefined, vacant: true, state: { droplet: null } });
      await traffic.point('B', { droplet: expected });
      fake.settle();
      expect(fake.address(ip)?.droplet).toBe(b);
      expect((await traffic.read()).vacant).toBeUndefined();
    },
  );

  it('whose droplet the token may not see is given to no other one', async () => {
    const { fake, traffic } = await start(['reserved_ip:read', 'reserved_ip:update']);
    const error = await failure(traffic.point('B', { droplet: null }));
    expect([error.kind, error.message]).toEqual([
      'denied',
      expect.stringContaining('The token needs the scope droplet:read.'),
    ]);
    expect(fake.changes()).toBe(0);
  });

  it('that a customer brought along has no action to look at: the droplet it belongs to decides', async () => {
    const { fake, traffic } = await start();
    fake.hideActions();
    await traffic.point('B', (await traffic.read()).state);
    expect((await traffic.read()).leadsTo).toBe('A');
    fake.settle();
    expect((await traffic.read()).leadsTo).toBe('B');
  });

  it('is looked at every three seconds at most', () => {
    expect(reservedIp.readEveryMs).toBeGreaterThanOrEqual(3_000);
  });

  it('takes three requests for a move, and one for each look', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    fake.settle();
    await traffic.read();
    expect(fake.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST', 'GET']);
  });

  it.each<[string, (fake: NetworkFake) => void, object, RegExp]>([
    ['of no droplet', (fake) => fake.putAddress({ ip, region: 'fra1', droplet: null }), {}, /belongs to no droplet/],
    [
      'elsewhere',
      (fake) => fake.putAddress({ ip, region: 'nyc3', droplet: a }),
      {},
      /is in nyc3 and can't leave it, but traffic\.places puts A in fra1/,
    ],
    [
      'whose droplet is elsewhere',
      (fake) => fake.putDroplet({ id: b, region: 'ams3', status: 'active' }),
      {},
      /of B is in ams3, not in fra1; correct traffic\.places\.B/,
    ],
    [
      'whose droplet is off',
      (fake) => fake.putDroplet({ id: b, region: 'fra1', status: 'off' }),
      {},
      /of B is off, and would answer nobody/,
    ],
    [
      'without its droplet',
      () => undefined,
      { droplets: { A: a, B: 99 } },
      /no droplet 99; correct traffic\.droplets\.B/,
    ],
    ['that is not there', () => undefined, { ip: '192.0.2.7' }, /no reserved IP 192\.0\.2\.7; correct traffic\.ip/],
  ])('%s is a flaw', async (_what, prepare, over, because) => {
    const { fake, traffic } = await start(scopes, over);
    prepare(fake);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each<[NetworkScope, RegExp]>([
    ['reserved_ip:read', /The token needs the scope reserved_ip:read\./],
    ['reserved_ip:update', /The token needs the scope reserved_ip:update\./],
    ['droplet:read', /the token lacks the scope droplet:read.*/],
  ])('needs the scope %s, which is named', async (lacking, because) => {
    const { fake, traffic } = await start(scopes.filter((scope) => scope !== lacking));
    expect(await traffic.flaws()).toEqual(expect.arrayContaining([expect.stringMatching(because)]));
    expect(fake.changes()).toBe(0);
  });

  it('can’t lead from one region of the vendor’s to another, and says so without asking', () => {
    const options = { kind: 'reserved-ip', places: { A: 'fra1', B: 'nyc3' } };
    expect(whyNotAcross(reservedIp, options)).toMatch(
      /can't leave fra1, where A is, and B is in nyc3; name another kind/,
    );
    expect(whyNotAcross(reservedIp, { ...options, places: { A: 'fra1', B: 'fra1' } })).toBeUndefined();
  });
});
