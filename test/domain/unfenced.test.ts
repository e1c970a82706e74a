/** Who hears of a region that was left unfenced, and until when. */
import type { JournalEntry } from '../../src/domain/plan/interpreter';
import { dutyOf, hasFenced, unfencedKey } from '../../src/domain/plan/unfenced';
import type { Plan } from '../../src/domain/plan/plan';

const plan = { site: 'shop', kind: 'unplanned', from: 'A', to: 'B' } as Plan;
const fence = (fenced: boolean) => ({ step: 'fence-database', facts: { fenced } }) as unknown as JournalEntry;

test('a failover that fenced nothing leaves a critical duty, which is repeated until a run of that region ends it', () => {
  const duty = dutyOf(plan, { journal: [fence(false)], pivotAttempted: true });
  expect(duty).toMatchObject({
    severity: 'critical',
    key: 'handover/shop/unfenced/A',
    command: 'npx handover rejoin shop',
    ends: true,
    remindEveryMs: 4 * 60 * 60_000,
  });
  expect(duty?.key).toBe(unfencedKey({ site: 'shop', from: 'A' }));
});

test.each([
  ['the fence was raised', plan, { journal: [fence(true)], pivotAttempted: true }],
  ['nothing was promoted, so the old primary is the primary', plan, { journal: [fence(false)], pivotAttempted: false }],
  ['the move was planned', { ...plan, kind: 'planned' as const }, { journal: [fence(false)], pivotAttempted: true }],
])('nothing is owed where %s', (_what, of, run) => {
  expect(dutyOf(of, run)).toBeUndefined();
});

test.each([
  ['rejoin', 'completed', true],
  ['fence', 'completed', true],
  ['rejoin', 'needs-operator', false],
  ['planned', 'completed', false],
] as const)('a %s that ended %s ends the duty: %s', (kind, ending, ends) => {
  expect(hasFenced({ kind }, { ending })).toBe(ends);
});
