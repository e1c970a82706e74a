/** Which region a person means: `to` is where the shop goes, `region` is what is fenced. */
import { planTransfer } from '../../src/activities/planning';
import { parseTransfer, transferKinds } from '../../src/domain/plan/request';
import type { Survey } from '../../src/domain/plan/survey';
import { labSite } from '../world/planning';

const common = { answers: true, epoch: 2, primary: 'B', verifiedEpoch: 2, position: '0-1-9', readOnly: false } as const;
/** B is the primary, and A takes writes beside it. */
const survey: Survey = {
  at: 0,
  regions: { A: { ...common, region: 'A' }, B: { ...common, region: 'B' } },
  settings: {},
  shops: {},
  dns: {},
};
const planning = (input: object) =>
  planTransfer({ site: labSite, caPem: '' }, survey, parseTransfer({ site: 'lab', ...input }));

test.each([
  ['the region that it is given', { region: 'A' }],
  ['the one that is writable beside the primary where it is given none', {}],
])('a fence fences %s', (_, input) => {
  expect(planning({ kind: 'fence', ...input })).toMatchObject({ outcome: 'plan', plan: { from: 'A', to: 'B' } });
});

test('a fence that is given "to" is refused with the command that names the region to fence', () => {
  expect(planning({ kind: 'fence', to: 'A' })).toEqual({
    outcome: 'refused',
    because:
      'Kind fence takes the region to fence as "region", not as "to": npx handover transfer lab --kind fence --region A',
  });
});

test('a region that the site does not have is refused with the names that it has', () => {
  expect(planning({ kind: 'fence', region: 'C' })).toEqual({
    outcome: 'refused',
    because: 'lab has no region C; its regions are A and B.',
  });
});

test.each(transferKinds.filter((kind) => kind !== 'fence'))('kind %s with "region" is refused', (kind) => {
  expect(planning({ kind, region: 'A' })).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('only kind fence takes it') as string,
  });
});
