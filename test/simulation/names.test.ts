/** A shop with several names: its apex, its www and its API move together, and one that does not is reported by itself. */
import { planTransfer } from '../../src/activities/planning';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Site } from '../../src/config';
import { conduct } from '../world/conductor';
import { labSite } from '../world/planning';
import { newWorld, type World } from '../world/world';
import { answered, putSet } from '../world/zone';

const [A, B] = ['198.51.100.10', '203.0.113.10'];
const records = [
  { name: 'shop.test.', type: 'A', values: { A: [A], B: [B] } },
  { name: 'www.shop.test.', type: 'A', values: { A: [A], B: [B] } },
  { name: 'api.shop.test.', type: 'CNAME', values: { A: ['a.shop.test.'], B: ['b.shop.test.'] } },
] as Site['dns']['records'];
const site = { ...labSite, dns: { ...labSite.dns, records } } as Site;

async function planned(world: World, kind: 'switchover' | 'failover' = 'switchover', missing = '') {
  for (const { name, type, values } of records.filter(({ name }) => name !== missing))
    putSet(world.zone, { name, type, ttlSeconds: 5, values: values['A']! });
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
  const planning = planTransfer({ site, caPem: '' }, survey, { ...asked, kind });
  if (planning.outcome === 'refused') throw new Error(planning.because);
  return planning.plan;
}

const told = (world: World) =>
  records.map(({ name, type }) => answered(world.zone, name, type, world.gate.clock.now())?.join());

test('they are moved side by side, once the new region is verified', async () => {
  const world = newWorld();
  const plan = await planned(world);
  const stage = plan.stages.find((calls) => calls.some(({ step }) => step === 'switch-dns'))!;
  const ids = ['switch-dns/shop.test. A', 'switch-dns/www.shop.test. A', 'switch-dns/api.shop.test. CNAME'];
  expect(stage.filter(({ step }) => step === 'switch-dns').map(({ id }) => id)).toEqual(ids);
  expect((await conduct(world, plan)).ending).toBe('completed');
  expect(told(world)).toEqual([B, B, 'b.shop.test.']);
  expect(world.violations).toEqual([]);
});

test('one that somebody changed by hand is left to a person by its name, and the others are where they belong', async () => {
  const world = newWorld();
  const plan = await planned(world);
  putSet(world.zone, { name: 'api.shop.test.', type: 'CNAME', ttlSeconds: 5, values: ['elsewhere.test.'] });
  const answer = () => ({ answer: 'stop', because: 'Ines looks into it.' }) as const;
  const { ending, because, journal } = await conduct(world, plan, { answer });
  expect(ending).toBe('needs-operator');
  expect(because).toMatch(/Point api\.shop\.test\. \(CNAME\) to b\.shop\.test\. failed.*Ines looks into it/);
  expect(told(world)).toEqual([B, B, 'elsewhere.test.']);
  const failed = journal.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  expect(new Set(failed)).toEqual(new Set(['switch-dns/api.shop.test. CNAME']));
});

test("one that can't be read stops a planned move before it begins, and never a failover", async () => {
  const because =
    /The record api\.shop\.test\. \(CNAME\) could not be read, so its TTL is unknown; find the cause with: npx handover drill lab --kind checks/;
  await expect(planned(newWorld(), 'switchover', 'api.shop.test.')).rejects.toThrow(because);
  const world = newWorld();
  world.crash('A');
  expect((await planned(world, 'failover', 'api.shop.test.')).kind).toBe('unplanned');
});
