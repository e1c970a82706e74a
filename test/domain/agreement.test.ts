/** How old a vote is, and what vantages that all see most probes fail amount to. */
import { agree } from '../../src/domain/detection/agreement';
import { ballotsOf, datedReport } from '../../src/domain/detection/ballots';
import type { Ballot, Vote } from '../../src/domain/detection/vote';
import { policy } from './lab-policy';
import { down, silent, up, vantages } from './testimony';

const target = { signal: 'app', region: 'A' } as const;
const memories = { 'app of A': { readings: [], vote: down } };
const second = 1_000;

const agreed = (votes: Vote[], age: Pick<Ballot, 'ageMs' | 'dated'> = { ageMs: 0, dated: true }) => {
  const ballots = votes.map((vote, index) => ({ vantage: vantages[index]!, target, vote, ...age }));
  return agree(target, ballots, vantages, policy);
};

describe('a report', () => {
  const asked = 1_000 * second;

  test('is as old as its way, which the monitor knows from how long the vantage watched', () => {
    expect(datedReport({ memories, ranMs: 90 * second }, asked, asked + 95 * second)).toEqual({
      memories,
      at: asked + 90 * second,
      dated: true,
    });
  });

  test('is never of the future, whatever the clock of the vantage says', () => {
    expect(datedReport({ memories, ranMs: 99 * second }, asked, asked + 95 * second).at).toBe(asked + 95 * second);
    expect(datedReport({ memories, ranMs: -5 }, asked, asked + 95 * second).at).toBe(asked);
  });

  test('of an older probe worker is dated when it is heard, and says so by saying nothing', () => {
    expect(datedReport({ memories }, asked, asked + 95 * second)).toEqual({ memories, at: asked + 95 * second });
  });

  test('that lay in the history while no runbook worker lived is old when its votes are counted', () => {
    const heard = { north: datedReport({ memories, ranMs: 70 * second }, asked, asked + 670 * second) };
    const [ballot] = ballotsOf({ north: [{ target }] }, heard, asked + 671 * second);
    expect(ballot).toMatchObject({ vantage: 'north', ageMs: 601 * second, dated: true });
  });
});

describe('a vote that says down', () => {
  test.each([
    ['counts while the vantage reports every 15 s', { ageMs: 40 * second, dated: true as const }, 'down'],
    [
      'does not count when the vantage has said nothing for longer',
      { ageMs: 46 * second, dated: true as const },
      'unknown',
    ],
    ['of an older probe worker counts for policy.voteMaxAge', { ageMs: 170 * second }, 'down'],
  ])('%s', (_, age, state) => {
    expect(agreed([down, down, down], age).state).toBe(state);
  });

  test('an older vote that says up goes on counting: a vantage that sees nothing wrong reports seldom', () => {
    expect(agreed([up, up, up], { ageMs: 130 * second, dated: true }).state).toBe('up');
  });
});

describe('most probes fail, from everywhere and for 75 s', () => {
  const grey = (share: number, failingMs = 80 * second, longShare = share): Vote => {
    return { ...up, share, longShare, failingMs };
  };

  test.each<[string, Vote[], string]>([
    ['is down, although each vantage had a lucky probe', [grey(0.85), grey(0.9), grey(0.8)], 'down'],
    ['is down with one vantage that sees nothing', [grey(0.85), grey(0.9), silent], 'down'],
    ['not when it is too short for one of them', [grey(0.85), grey(0.9), grey(0.9, 70 * second)], 'up'],
    ['not when all together see less than policy.downShare', [grey(0.75), grey(0.8), grey(0.75)], 'up'],
    ['not when one sees half of the probes succeed', [grey(1), grey(1), grey(0.45)], 'up'],
    ['not when they saw it serve by turns', [grey(0.9, undefined, 0.75), grey(0.9, undefined, 0.75), grey(0.9)], 'up'],
    ['not by one vantage alone', [grey(0.9), silent, silent], 'unknown'],
  ])('%s', (_, votes, state) => {
    expect(agreed(votes).state).toBe(state);
  });

  test('names those who see it, and how long', () => {
    expect(agreed([grey(0.85), grey(0.9), grey(0.8)])).toMatchObject({
      down: vantages,
      failingMs: 80 * second,
      forMs: 5 * second,
      because: '85 % of the probes of app of A by north, east and west fail, for 80 s',
    });
  });

  test('is nothing that vantages of older probe workers can say, whose votes may be late', () => {
    expect(agreed([grey(0.9), grey(0.9), grey(0.9)], { ageMs: 0 }).state).toBe('up');
  });
});
