import { planRejoin, planTransfer } from '../../src/activities/planning';
import { steps } from '../../src/activities/steps';
import { vantageSteps } from '../../src/contract/steps';
import type { Plan, PlanKind } from '../../src/domain/plan/plan';
import type { TransferKind } from '../../src/domain/plan/request';
import { setName, type RegionSurvey, type Survey } from '../../src/domain/plan/survey';
import { labSite } from '../world/planning';
import { page } from './pages';

const architecture = page('docs/architecture.md').text;

type Answering = Extract<RegionSurvey, { answers: true }>;
const common = { answers: true, epoch: 1, primary: 'A', verifiedEpoch: 1, position: '0-1-9' } as const;
const primary: Answering = { ...common, region: 'A', readOnly: false };
const source = { replicaOf: labSite.regions['A']!.address, replicating: true, lagSeconds: 0 };
const standby: Answering = { ...common, ...source, region: 'B', readOnly: true };
const lost: RegionSurvey = { region: 'A', answers: false, because: 'It does not answer.' };
const settings = { role: 'primary', epoch: 1, tableRegion: 'lab-a', scheduler: 'on' } as const;

function surveyOf(A: RegionSurvey, B: RegionSurvey): Survey {
  const shops = { A: { healthy: A.answers, because: 'A test.' }, B: { healthy: true, because: 'A test.' } };
  const dns = Object.fromEntries(labSite.dns.records.map((one) => [setName(one), { values: [], ttlSeconds: 5 }]));
  return { at: 0, regions: { A, B }, settings: { A: settings, B: undefined }, shops, dns };
}

function planOf(kind: TransferKind, A: RegionSurvey, B: RegionSurvey): Plan {
  const asked = {
    site: 'lab',
    kind,
    to: '',
    region: '',
    because: 'A test.',
    decidedAt: 0,
    onsetAt: 0,
    evenUnfenced: false,
  };
  const planning = planTransfer({ site: labSite, caPem: '' }, surveyOf(A, B), asked);
  if (planning.outcome === 'refused') throw new Error(planning.because);
  return planning.plan;
}

function rejoinPlan(): Plan {
  const promoted: Answering = { ...common, region: 'B', readOnly: false, epoch: 2, primary: 'B' };
  const asked = { site: 'lab', region: '', because: 'A test.' };
  const planning = planRejoin({ site: labSite, caPem: '' }, surveyOf(lost, promoted), asked);
  if (planning.outcome === 'refused') throw new Error(planning.because);
  return planning.plan;
}

const plans: Record<PlanKind, Plan> = {
  planned: planOf('switchover', primary, standby),
  unplanned: planOf('failover', lost, standby),
  pointer: planOf('pointer', primary, standby),
  restore: planOf('restore', { ...primary, readOnly: true }, standby),
  fence: planOf('fence', primary, { ...common, region: 'B', readOnly: false }),
  rejoin: rejoinPlan(),
};

const stepNames = new Set<string>([...steps.map(({ name }) => name), ...vantageSteps]);

/** Steps that the numbered list below `### kind` names, by its numbers. */
function described(kind: string): string[][] {
  const [, section = ''] = architecture.split(`\n### ${kind}\n`);
  const items = (section.split('\n#')[0] ?? '').split('\n').filter((line) => /^\d+\. /.test(line));
  return items.map((item) =>
    [...item.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name).filter((name) => stepNames.has(name)),
  );
}

test.each(Object.values(plans).map((plan) => [plan.kind, plan] as const))(
  'the page lists the stages of the plan %s as the code builds them',
  (kind, plan) => {
    const built = plan.stages.map((stage) => [...new Set(stage.map(({ step }) => step))].sort());
    expect(described(kind).map((names) => names.sort())).toEqual(built);
  },
);

test('every step stands in some plan of the page', () => {
  expect([...stepNames].filter((name) => !architecture.includes(`\`${name}\``))).toEqual([]);
});
