/** A rejoin is refused while customers are still led to the region that it repairs: it would take their shop away. */
import { planRejoin } from '../../src/activities/planning';
import { parseRejoin } from '../../src/domain/plan/request';
import { setName, type Survey } from '../../src/domain/plan/survey';
import { labSite } from '../world/planning';

const common = { answers: true, epoch: 2, primary: 'B', verifiedEpoch: 2, position: '0-1-9' } as const;
const [record] = labSite.dns.records;
if (!record) throw new Error('The site of the lab has no record.');
const leadsTo = (region: string): Survey['dns'] => ({
  [setName(record)]: { values: [...(record.values[region] ?? [])], ttlSeconds: 1 },
});
const surveyed = (dns: Survey['dns'], more: Partial<Survey> = {}): Survey => ({
  at: 0,
  regions: { A: { ...common, region: 'A', readOnly: true }, B: { ...common, region: 'B', readOnly: false } },
  settings: {},
  shops: {},
  dns,
  ...more,
});
const planning = (survey: Survey) =>
  planRejoin({ site: labSite, caPem: '' }, survey, parseRejoin({ site: 'lab', region: 'A' }));
const steps = (survey: Survey) => {
  const planned = planning(survey);
  return planned.outcome === 'plan' ? planned.plan.stages.flat().map(({ id }) => id) : planned.because;
};

test('a record that leads to the region is named, with the values that it must have', () => {
  expect(planning(surveyed(leadsTo('A')))).toEqual({
    outcome: 'refused',
    because: 'www.shop.test. (A) still leads customers to A; point it to B (203.0.113.10) first.',
  });
});

test('a region that nobody is led to loses its proxy at the end', () => {
  expect(steps(surveyed(leadsTo('B')))).toContain('unproxy-region/A');
});

test('a record that can not be read may lead there, so the proxy stays', () => {
  expect(steps(surveyed({}))).not.toContain('unproxy-region/A');
});

test('a traffic switch that leads to the region is named', () => {
  const traffic = { answers: true, leadsTo: 'A', state: null, because: 'Pool A is first.' } as const;
  expect(planning(surveyed(leadsTo('B'), { traffic }))).toEqual({
    outcome: 'refused',
    because: 'The traffic switch still leads customers to A; point it to B first: Pool A is first.',
  });
});
