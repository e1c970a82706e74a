import type { StepSuccess } from '../../src/domain/plan/interpreter';
import { askQuorum } from '../../src/workflows/running/vantage-quorum';
import { aCall } from '../domain/calls';

const yes = (because: string): StepSuccess => ({ outcome: 'done', because, facts: {} });
const never = new Promise<never>(() => undefined);
const asked = (answers: Record<string, Promise<StepSuccess>>, quorum = 2) =>
  askQuorum(
    aCall('verify-region', { vantages: { names: Object.keys(answers), quorum } }),
    (name) => answers[name] ?? never,
  );
const no = (because: string) => {
  const refused = Promise.reject<StepSuccess>(new Error(because));
  refused.catch(() => undefined);
  return refused;
};

test('enough of them say yes: the others are not waited for', async () => {
  const answers = { north: Promise.resolve(yes('B serves.')), east: never, west: Promise.resolve(yes('B serves.')) };
  expect(await asked(answers)).toEqual({
    outcome: 'done',
    because: 'north and west agree: B serves.',
    facts: { north: 'B serves.', west: 'B serves.' },
  });
});

test('one that says no does not outvote two that say yes', async () => {
  const answers = {
    north: no('It is dead.'),
    east: Promise.resolve(yes('B serves.')),
    west: Promise.resolve(yes('B serves.')),
  };
  expect(await asked(answers)).toMatchObject({ because: 'east and west agree: B serves.' });
});

test('when enough yes can no longer come it fails at once, with what each said', async () => {
  const answers = { north: no('It is dead.'), east: never, west: no('It is late.') };
  await expect(asked(answers)).rejects.toMatchObject({
    type: 'NoQuorum',
    nonRetryable: true,
    message: 'north: It is dead. west: It is late.',
  });
});

test('all must agree where all are asked for', async () => {
  const answers = { north: Promise.resolve(yes('B serves.')), east: no('It is dead.') };
  await expect(asked(answers)).rejects.toMatchObject({ message: 'east: It is dead.' });
});
