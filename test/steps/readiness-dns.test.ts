import { lookAtNames, lookAtVendors } from '../../src/activities/readiness';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Site } from '../../src/config';
import { labSite } from '../world/planning';
import { newWorld, type World } from '../world/world';
import { putSet, shopName } from '../world/zone';

/** What stands in the way, as `check: sentence`. */
async function refusals(prepare: (world: World) => void, site: Site = labSite): Promise<string[]> {
  const world = newWorld();
  prepare(world);
  const ports = world.ports();
  const survey = await world.run(takeSurvey(site, ports));
  const looks = [lookAtVendors, lookAtNames].map((look) => look(site, survey, ports));
  const checks = (await world.run(Promise.all(looks))).flat();
  return checks.filter(({ ok }) => !ok).map(({ name, because }) => `${name}: ${because}`);
}

const set = { name: shopName, type: 'A', ttlSeconds: 5, values: ['198.51.100.10'] } as const;
const nothing = () => undefined;

test('a name that leads to the primary, and that nobody has anything against, may move', async () => {
  expect(await refusals(nothing)).toEqual([]);
});

test.each<[string, (world: World) => void, RegExp[]]>([
  [
    'a record of a third value',
    (world) => putSet(world.zone, { ...set, values: ['192.0.2.99'] }),
    [
      /^record www\.shop\.test\. A: It holds 192\.0\.2\.99, but the primary's values are 198\.51\.100\.10\.$/,
      /^answers for www\.shop\.test\. A: .* answers 192\.0\.2\.99, which is not where the primary A is \(198/,
    ],
  ],
  [
    'a record that is not there',
    (world) => world.zone.sets.clear(),
    [
      /^record www\.shop\.test\. A: The record does not exist; create it before a transfer\.$/,
      /^answers for www\.shop\.test\. A: /,
    ],
  ],
  [
    'an address of the other family, which would stay behind',
    (world) => putSet(world.zone, { ...set, type: 'AAAA', values: ['2001:db8::10'] }),
    [/^no AAAA of www\.shop\.test\.: .*AAAA 2001:db8::10 too.*list it under dns\.records, or remove it\.$/],
  ],
  [
    'what its provider says',
    (world) => world.zone.flaws.push('The record is proxied; switch the proxy off.'),
    [/^PowerDNS and www\.shop\.test\. A: The record is proxied; switch the proxy off\.$/],
  ],
  [
    'a name server that the site does not list',
    (world) => void (world.zone.names = ['ns1.shop.test.', 'ns2.shop.test.', 'ns3.shop.test.']),
    [
      /^name servers of shop\.test\.: shop\.test\. has 3 name servers \(ns1.*\), but dns\.authoritative lists 1; list all/,
    ],
  ],
  [
    'name servers that are silent',
    (world) => void (world.zone.serversUp = false),
    [/^answers for www\.shop\.test\. A: .*198\.18\.0\.53/],
  ],
])('%s is found before anything is touched', async (_what, prepare, sentences) => {
  expect(await refusals(prepare)).toEqual(sentences.map((each) => expect.stringMatching(each) as string));
});

test('a TTL that the provider would not store is found, with the one it stores', async () => {
  const provider = { kind: 'digitalocean', zone: 'shop.test.', token: 'file:t', url: 'https://do.test' };
  const site = { ...labSite, dns: { ...labSite.dns, provider } } as Site;
  expect(await refusals(nothing, site)).toEqual([
    'DigitalOcean DNS and www.shop.test. A: DigitalOcean DNS stores no TTL below 30 s; set dns.ttlSeconds to 30.',
  ]);
});
