import { lookAtNames, lookAtVendors } from '../../src/activities/readiness';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Site } from '../../src/config';
import type { SecretRef } from '../../src/fields/secret-refs';
import { labSite, pooledSite } from '../world/planning';
import { newWorld, type World } from '../world/world';

/** Every check of names and traffic, as `check: sentence`; those that stand in the way alone, unless `all`. */
async function checks(prepare: (world: World) => void, site: Site = pooledSite, all = false): Promise<string[]> {
  const world = newWorld({ traffic: true });
  prepare(world);
  const ports = world.ports();
  const survey = await world.run(takeSurvey(site, ports));
  const told = await world.run(Promise.all([lookAtNames(site, survey, ports), lookAtVendors(site, survey, ports)]));
  return told
    .flat()
    .filter(({ ok }) => all || !ok)
    .map(({ name, because }) => `${name}: ${because}`);
}

const nothing = () => undefined;

test('a switch that leads to the primary, and that nobody has anything against, may move', async () => {
  expect(await checks(nothing)).toEqual([]);
});

test('a record that stays is checked by its answers only', async () => {
  const names = (await checks((world) => void world.zone.flaws.push('It is proxied.'), pooledSite, true)).map(
    (each) => each.split(':')[0],
  );
  expect(names).toEqual([
    'answers for www.shop.test. A',
    'traffic switch',
    'Cloudflare Load Balancing across regions',
    'Cloudflare Load Balancing and a move',
  ]);
});

test('a site without a traffic switch has no check of one', async () => {
  expect((await checks(nothing, labSite, true)).filter((each) => /traffic|Cloudflare/.test(each))).toEqual([]);
});

test("what a switch's vendor does not show is left to a person, and that is said", async () => {
  const traffic = {
    kind: 'route53-health' as const,
    url: 'https://switch.example.net/www',
    authorization: 'file:switch' as SecretRef,
    serving: '/serving',
    texts: { A: 'to A', B: 'to B' },
    answers: { A: '198.51.100.10', B: '203.0.113.10' },
    record: 'www.shop.test.',
    ttlSeconds: 60,
    nameServers: ['ns-1'],
    api: 'https://route53.amazonaws.com',
  } satisfies Site['traffic'];
  const told = await checks(nothing, { ...pooledSite, traffic }, true);
  expect(told.at(-1)).toMatch(
    /allows a move\. Route 53's health checks of the regions were not checked: .*\/serving\.$/,
  );
});

test.each<[string, (world: World) => void, RegExp]>([
  [
    'that leads to the standby',
    (world) => world.traffic!.order.reverse(),
    /^traffic switch: It points to B, not to the primary A\. It sends customers to B, then A\.$/,
  ],
  [
    'whose vendor sends customers elsewhere all the same',
    (world) => Object.assign(world.traffic!, { pendingUntil: Infinity, before: 'B' }),
    /^traffic switch: It still sends customers to B\.$/,
  ],
  ['that leads to neither', (world) => world.traffic!.order.push('C'), /^traffic switch: It points to neither region/],
  [
    'whose vendor says so',
    (world) => world.traffic!.flaws.push('The monitor asks /; let it ask /serving.'),
    /^Cloudflare Load Balancing and a move: The monitor asks \/; let it ask \/serving\.$/,
  ],
])('a switch %s is found before anything is touched', async (_what, prepare, sentence) => {
  expect(await checks(prepare)).toEqual([expect.stringMatching(sentence)]);
});
