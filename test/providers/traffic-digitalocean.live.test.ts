import { readFileSync, writeFileSync } from 'node:fs';
import {
  b,
  global,
  id,
  ip,
  openAddressWorld,
  openBalancerWorld,
  orders,
  startAddress,
  startBalancer,
  token,
  type Front,
} from './digitalocean-network-world';
import { closedAfterEach } from './servers/closed';
import { failure } from './servers/failure';
import { freePort, place, type Place } from '../../lab/loopback/place';
import { prism, prismFor, type Prism } from './judges/prism';
import { describeTraffic } from './traffic.contract';

const found = prismFor('HANDOVER_DIGITALOCEAN_SPEC');

interface Shape {
  allOf?: object[];
  oneOf?: Shape[];
  required?: string[];
  properties?: object;
}

/**
 * The description requires fields of every load balancer that a global one does not have: forwarding rules ("aren't supported for GLB",
 * pull request 1133 of the Terraform provider), a region, and droplets by id or by tag. Here a balancer may lack the first, and a request to
 * change one of the type GLOBAL may lack all of them; the rest is as published.
 */
function withGlobal(description: string): string {
  const whole = JSON.parse(description) as { components: { schemas: Record<string, Shape> } };
  const { load_balancer_base: base, load_balancer_create: given } = whole.components.schemas;
  const alternatives = given?.oneOf ?? [];
  if (base?.required?.join() !== 'forwarding_rules' || alternatives.length !== 2)
    throw new Error('the description of load balancers has changed since 2026-08-07; check withGlobal');
  delete base.required;
  for (const { required } of alternatives) required?.push('forwarding_rules');
  const type = { type: 'string', enum: ['GLOBAL'] };
  const parts = [{ $ref: '#/components/schemas/load_balancer_base' }, { type: 'object', properties: { type } }];
  alternatives.push({ allOf: parts, required: ['name', 'type', 'glb_settings'] });
  return JSON.stringify(whole);
}

if ('because' in found) {
  it.skip(`the fake conforms to DigitalOcean's API description (skipped: ${found.because})`, () => undefined);
} else {
  describe("DigitalOcean's API description", () => {
    let at: Place;
    let front: Front & Prism;
    beforeAll(async () => {
      at = place();
      const description = at.path('description.json');
      writeFileSync(description, withGlobal(readFileSync(found.description, 'utf8')));
      const port = await freePort();
      front = { ...(await prism({ ...found, description }, `http://127.0.0.1:${port}`)), port };
    });
    afterAll(async () => {
      await front.close();
      at.remove();
    });
    const startAddressBehind = closedAfterEach(() => startAddress(undefined, {}, front));
    const startBalancerBehind = closedAfterEach(() => startBalancer(undefined, {}, front));
    /** The status that the proxy in front of the fake returns. */
    const statusOf = async (path: string, init: { method?: string; body?: string } = {}) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return (await fetch(`${front.url}/v2/${path}`, { headers, ...init })).status;
    };

    describeTraffic('A global load balancer behind prism', () => openBalancerWorld(front));
    describeTraffic('A reserved IP behind prism', () => openAddressWorld(front));

    it("the other calls on addresses conform to DigitalOcean's API description", async () => {
      const { fake, traffic } = await startAddressBehind();
      const { state } = await traffic.read();
      await traffic.point('B', state);
      const action = fake.calls.length;
      expect((await traffic.read()).pending).toContain('is assigning');
      expect(fake.calls.slice(action).map(({ path }) => path)).toEqual([
        `/v2/reserved_ips/${ip}`,
        expect.stringMatching(/\/actions\/\d+$/) as string,
      ]);
      const again = { method: 'POST', body: JSON.stringify({ type: 'assign', droplet_id: b }) };
      expect(await statusOf(`reserved_ips/${ip}/actions`, again)).toBe(422);
      fake.settle('errored');
      expect((await traffic.read()).because).toContain('ended as errored');
      fake.putAddress({ ip: '45.55.96.48', region: 'fra1', droplet: null });
      expect(await statusOf('reserved_ips/45.55.96.48')).toBe(200);
      for (const path of [`reserved_ips/192.0.2.9`, 'droplets/99', `reserved_ips/${ip}/actions/1`])
        expect(await statusOf(path)).toBe(404);
    });

    it("the other calls on balancers conform to DigitalOcean's API description", async () => {
      const { fake, traffic } = await startBalancerBehind();
      const { state } = await traffic.read();
      await traffic.point('B', state);
      const busy = await failure(traffic.point('A', { region_priorities: orders.B }));
      expect(busy).toMatchObject({ kind: 'unavailable', waitMs: 3_000 });
      fake.putBalancer({ ...global, id: id.replace('4de7', '4de8'), name: 'another' });
      for (const page of [1, 2, 3]) expect(await statusOf(`load_balancers?per_page=1&page=${page}`)).toBe(200);
      expect(await statusOf('load_balancers/nobody')).toBe(404);
    });

    it.each([
      ['a balancer of a region without its rules', `load_balancers/${id}`, 'PUT', { name: 'x', region: 'nyc3' }],
      ['an action of no known type', `reserved_ips/${ip}/actions`, 'POST', { type: 'move', droplet_id: b }],
      ['a page that is too long', 'load_balancers?per_page=500', 'GET', undefined],
    ])('%s violates the API description and does not reach the fake', async (_what, path, method, json) => {
      const { fake } = await startBalancerBehind();
      expect(await statusOf(path, { method, ...(json && { body: JSON.stringify(json) }) })).toBe(422);
      expect(fake.calls).toEqual([]);
    });
  });
}
