/** The verdict on a shop that answers every vantage, by what it says itself. */
import type { ServingFacts } from '../../src/domain/readiness/can-serve';
import { facts, opinion, telling, up, type Said } from './testimony';

describe('the verdict on a shop that answers every vantage', () => {
  const says = (told: ServingFacts, ageMs = 0) => telling(up, told, ageMs);
  const shut = { ...facts('A', { verifiedEpoch: 6 }), serving: false };
  test.each<[string, Said, string]>([
    ['serves', {}, 'healthy'],
    ['has settings that say standby', { app: says({ ...facts('A'), role: 'standby', serving: false }) }, 'not-served'],
    ['has an epoch that is not verified', { app: says(shut) }, 'not-served'],
    ['gives only reasons of its own', { app: says({ ...facts('A'), serving: false }) }, 'not-served'],
    ['serves by the word of one vantage', { app: [says(shut), says(shut), says(facts('A'))] }, 'healthy'],
    ['said so too long ago', { app: says(shut, 10 * 60_000) }, 'healthy'],
  ])('that %s', (_, said, state) => {
    expect(opinion(said).verdict.state).toBe(state);
  });

  test('names what is in the way', () => {
    expect(opinion({ app: says(shut) }).verdict.because).toBe(
      'The shop of A answers, but serves no customers: its epoch is not verified.',
    );
  });
});
