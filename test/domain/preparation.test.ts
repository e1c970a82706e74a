/** When handover's own tables may be made: only while both databases show which region is the primary. */
import type { RegionSurvey } from '../../src/domain/plan/survey';
import { preparation } from '../../src/domain/preparation';

type Answering = Extract<RegionSurvey, { answers: true }>;
const fresh: Pick<Answering, 'answers' | 'position' | 'epoch' | 'primary' | 'verifiedEpoch'> = {
  answers: true,
  position: '0-1-9',
  epoch: 0,
  primary: '',
  verifiedEpoch: 0,
};
const a: Answering = { ...fresh, region: 'A', readOnly: false };
const b: Answering = { ...fresh, region: 'B', readOnly: true, replicaOf: '198.51.100.10', replicating: true };
const silent: RegionSurvey = { region: 'B', answers: false, because: 'connection refused' };
const addresses: Record<string, string> = { A: '198.51.100.10', B: '203.0.113.10' };
const asked = (regions: readonly RegionSurvey[]) => preparation('shop', regions, (region) => addresses[region] ?? '');

test.each<[string, RegionSurvey[]]>([
  ['the standby replicates from it', [a, b]],
  [
    'the tables are there already',
    [
      { ...a, epoch: 3, primary: 'A' },
      { ...b, epoch: 3, primary: 'A' },
    ],
  ],
])('they are made on the writable region where %s', (_what, regions) => {
  expect(asked(regions)).toEqual({ region: 'A', standby: 'B' });
});

test.each<[string, RegionSurvey[], RegExp]>([
  [
    'a region does not answer',
    [a, silent],
    /B's database does not answer \(connection refused\), so it may be the primary/,
  ],
  ['both are writable', [a, { ...b, readOnly: false }], /A and B are both writable/],
  ['neither is writable', [{ ...a, readOnly: true }, b], /No region's database is writable/],
  [
    'the other one replicates from elsewhere',
    [a, { ...b, replicaOf: '192.0.2.1' }],
    /B does not replicate from A at 198/,
  ],
  ['replication is stopped', [a, { ...b, replicating: false }], /B does not replicate from A/],
  [
    'the writable one is a replica itself',
    [{ ...a, replicaOf: '203.0.113.10' }, b],
    /nothing shows that A is the primary/,
  ],
  [
    'only the standby has the row of the site, which the new one would collide with',
    [a, { ...b, epoch: 5, primary: 'A' }],
    /Only B's database has the row of shop in handover_epoch \(epoch 5, primary A\), so the row that A would make stops its replication \(error 1062\)\. On A type .*VALUES \('shop', 5, 'A', 5, UTC_TIMESTAMP\(6\)\);/,
  ],
  [
    'an epoch names the other region',
    [a, { ...b, epoch: 2, primary: 'B' }],
    /Epoch 2 names B as the primary, but A is the writable region/,
  ],
])('nothing is made where %s', (_what, regions, because) => {
  expect(asked(regions)).toEqual({ refused: expect.stringMatching(because) as string });
  expect(asked(regions)).toEqual({ refused: expect.stringMatching(/Nothing was changed\.$/) as string });
});
