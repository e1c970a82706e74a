/** A shop whose name has the addresses of another name of its zone: what moves is the alias, and what proves it is the name behind it. */
import { planTransfer } from '../../src/activities/planning';
import { dnsReadiness } from '../../src/activities/readiness/dns';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Site } from '../../src/config';
import { conduct } from '../world/conductor';
import { labSite } from '../world/planning';
import { newWorld, type World } from '../world/world';
import { answered, putSet, readSet, shopName } from '../world/zone';

const [A, B] = ['198.51.100.10', '203.0.113.10'];
const values = { A: ['alias a.shop.test.'], B: ['alias b.shop.test.'] };
const provider = { kind: 'route53', zone: 'shop.test.', key: 'file:k', url: 'https://r53.test' };
const records = [{ name: shopName, type: 'A', values }];
const site = { ...labSite, dns: { ...labSite.dns, provider, records } } as unknown as Site;

function aliased({ ttlSeconds = 5, behindB = B } = {}): World {
  const world = newWorld();
  const put = (name: string, value: string) => putSet(world.zone, { name, type: 'A', ttlSeconds, values: [value] });
  put(shopName, 'alias A.shop.test');
  put('a.shop.test.', A);
  if (behindB !== '') put('b.shop.test.', behindB);
  return world;
}

async function planned(world: World) {
  const survey = await world.run(takeSurvey(site, world.ports()));
  const asked = {
    site: 'lab',
    to: '',
    region: '',
    because: 'A test asks.',
    decidedAt: 0,
    onsetAt: 0,
    evenUnfenced: false,
  };
  const planning = planTransfer({ site, caPem: '' }, survey, { ...asked, kind: 'switchover' });
  if (planning.outcome === 'refused') throw new Error(planning.because);
  return planning.plan;
}

async function refusals(world: World): Promise<string[]> {
  const ports = world.ports();
  const checks = await world.run(takeSurvey(site, ports).then((survey) => dnsReadiness(site, survey, ports)));
  return checks.filter(({ ok }) => !ok).map(({ because }) => because);
}

test('the alias is moved, and every server says the same of it as of the name it leads to', async () => {
  const world = aliased();
  expect(await refusals(world)).toEqual([]);
  const { ending, journal } = await conduct(world, await planned(world));
  expect(ending).toBe('completed');
  expect(readSet(world.zone, shopName, 'A')?.values).toEqual(['alias b.shop.test.']);
  expect(answered(world.zone, shopName, 'A', world.gate.clock.now())).toEqual([B]);
  const moved = journal.find(({ id, outcome }) => id.startsWith('switch-dns') && outcome === 'done');
  expect(moved?.because).toBe('198.18.0.53, 198.18.0.54 answered alias b.shop.test. 3 times in a row.');
  expect(world.violations).toEqual([]);
});

test('the TTL that is lowered is that of the name behind it', async () => {
  const world = aliased({ ttlSeconds: 300 });
  await conduct(world, await planned(world));
  expect(readSet(world.zone, 'a.shop.test.', 'A')).toMatchObject({ ttlSeconds: 5, values: [A] });
});

test('an alias of a name that is not there is refused, so that the shop keeps its name', async () => {
  const world = aliased({ behindB: '' });
  const answer = () => ({ answer: 'stop', because: 'Ines looks into it.' }) as const;
  const { ending, journal } = await conduct(world, await planned(world), { answer });
  expect(ending).toBe('needs-operator');
  const failed = journal.find(({ id, outcome }) => id.startsWith('switch-dns') && outcome === 'failed');
  expect(failed?.because).toContain('The zone has no A record b.shop.test.');
  expect(answered(world.zone, shopName, 'A', world.gate.clock.now())).toEqual([A]);
});

test.each([
  ['is not there', '', 'A name server has no A for b.shop.test.; create it with the addresses of its region.'],
  [
    'has the old address',
    A,
    'a.shop.test. and b.shop.test. have the same answer, so a move of www.shop.test. could not be seen.',
  ],
])('a name behind it that %s is found before anything is touched', async (_what, behindB, sentence) => {
  expect(await refusals(aliased({ behindB }))).toEqual([sentence]);
});
