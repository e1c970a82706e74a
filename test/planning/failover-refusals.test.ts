/** Whether a failover may go to a standby that replicates from nobody. */
import { planTransfer } from '../../src/activities/planning';
import { parseTransfer } from '../../src/domain/plan/request';
import type { RegionSurvey } from '../../src/domain/plan/survey';
import { labSite } from '../world/planning';

const standby = {
  region: 'B',
  answers: true,
  epoch: 1,
  primary: 'A',
  verifiedEpoch: 1,
  position: '0-1-9',
  readOnly: true,
} as const;

function planning(b: RegionSurvey) {
  const a = { region: 'A', answers: false, because: 'It is dead.' } as const;
  const survey = { at: 0, regions: { A: a, B: b }, settings: {}, shops: {}, dns: {} };
  return planTransfer({ site: labSite, caPem: '' }, survey, parseTransfer({ site: 'lab', kind: 'failover', to: 'B' }));
}

test('one whose promotion of this epoch was cut off is promoted', () => {
  expect(planning({ ...standby, promotingEpoch: 2 })).toMatchObject({ outcome: 'plan', plan: { to: 'B', epoch: 2 } });
});

test.each([
  ['that was detached for another reason', standby],
  ['whose promotion was of another epoch', { ...standby, promotingEpoch: 1 }],
])('one %s is refused', (_, b) => {
  expect(planning(b)).toMatchObject({
    outcome: 'refused',
    because: expect.stringMatching(/not a replica of A/) as string,
  });
});
