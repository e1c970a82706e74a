/** What Temporal Web shows of a plan that runs. */
import { planDetails } from '../../src/workflows/running/details';
import { aCall, aPlan, pivot } from '../domain/calls';
import { entry } from './results';

const plan = aPlan([[aCall('fence')], [aCall('drain')], [pivot], [aCall('dns')]]);

test('a checklist: what was done and why, what runs, what is to come, and where the point of no return lies', () => {
  const journal = [entry('fence', 0, 1, { id: 'fence', title: 'Do fence', because: 'A is read-only.' })];
  expect(planDetails(plan, journal, ['drain'], []).split('\n')).toEqual([
    '**shop: switchover A → B, epoch 2.** A test asks for it.',
    '',
    '- ✅ Do fence: A is read-only.',
    '- ⏳ Do drain',
    '- ▫️ Do promote-database (point of no return)',
    '- ▫️ Do dns',
  ]);
});

test('questions stand above everything else', () => {
  const questions = ['Do dns failed: no. Answer with: npx handover retry shop', 'Do mail failed: no.'];
  expect(planDetails(plan, [], [], questions).split('\n').slice(1, 5)).toEqual([
    '',
    '> **Do dns failed: no. Answer with: npx handover retry shop**',
    '',
    '> **Do mail failed: no.**',
  ]);
});

test('it stays below what the server takes, however long the story', () => {
  const journal = Array.from({ length: 500 }, () => entry('fence', 0, 1, { because: 'x'.repeat(300) }));
  expect(Buffer.byteLength(planDetails(plan, journal, [], []))).toBeLessThanOrEqual(20_000);
});
