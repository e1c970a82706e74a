/** A vantage that a person has muted: what is counted without it, and what the person hears. */
import { mute, mutesAt, silenced, unmute, type Mute } from '../../src/domain/command/mute';
import { agree } from '../../src/domain/detection/agreement';
import { judge } from '../../src/domain/decision/judge';
import { policy } from './lab-policy';
import { down, facts, silent, telling, testimony, up, vantages } from './testimony';

const now = Date.parse('2026-12-01T05:00:00Z');
const until = '2026-12-01T06:00:00Z';
const known = { names: vantages, minEligible: 2 };
const said = { vantage: 'north', who: 'ines', because: 'Its cable is cut.', until };
const north: Mute = { vantage: 'north', by: 'ines', because: 'Its cable is cut.', until: Date.parse(until) };
const target = { signal: 'app', region: 'A' } as const;

const subsets = <T>(all: readonly T[]): T[][] =>
  all.reduce<T[][]>((sets, each) => [...sets, ...sets.map((set) => [...set, each])], [[]]);

test('muting never lets fewer votes decide: whatever five vantages say and whichever are muted', () => {
  const names = ['one', 'two', 'three', 'four', 'five'];
  const votes = [up, down, silent];
  for (let code = 0; code < 3 ** names.length; code += 1) {
    const of = (index: number) => votes[Math.floor(code / 3 ** index) % 3]!;
    const ballots = names.map((vantage, index) => ({ vantage, target, vote: of(index), ageMs: 0 }));
    for (const muted of subsets(names)) {
      const mutes = muted.map((vantage) => ({ ...north, vantage }));
      const { state, down: against } = agree(target, silenced(ballots, mutes), names, policy, muted);
      const opinions = ballots.filter(({ vantage, vote }) => muted.includes(vantage) || vote.state !== 'silent').length;
      if (state === 'down' || state === 'majority')
        expect(against.length).toBeGreaterThanOrEqual(Math.max(policy.minEligible, Math.floor(opinions / 2) + 1));
    }
  }
});

test('a vantage that sees nothing but failures is out of the count, and the sentence says how many votes are needed', () => {
  const heard = testimony({ app: [down, telling(up, facts('A')), telling(up, facts('A'))] });
  expect(judge(heard, policy).verdict.state).toBe('degraded');
  const { verdict } = judge({ ...heard, ballots: silenced(heard.ballots, [north]), muted: ['north'] }, policy);
  expect(verdict.state).toBe('healthy');
  expect(verdict.because).toBe(
    'East and west say app of A is up; north cannot tell about app of A (muted until 2026-12-01T06:00Z by ines); 2 votes are needed, as many as with what is muted.',
  );
});

test('with two of three muted the monitor is blind, also where the last one says that all is well', () => {
  const heard = testimony();
  const mutes = ['north', 'east'].map((vantage) => ({ ...north, vantage }));
  const { verdict } = judge({ ...heard, ballots: silenced(heard.ballots, mutes), muted: ['north', 'east'] }, policy);
  expect(verdict).toMatchObject({
    state: 'blind',
    because: expect.stringMatching(/^Too few vantages can tell: west says|^Too few vantages can tell: /) as string,
  });
});

test('what a muted vantage heard of a database counts for nothing either', () => {
  const ballot = { vantage: 'north', target, vote: telling(up, facts('A')), ageMs: 0 };
  expect(silenced([ballot], [north])[0]?.vote.facts).toBeUndefined();
  expect(silenced([ballot], [])).toEqual([ballot]);
});

describe('what a person hears', () => {
  test('a mute names who, why, until when and how many votes are needed', () => {
    expect(mute(undefined, said, known, now)).toEqual({
      mutes: [north],
      said: 'Muted north until 2026-12-01T06:00Z by ines: Its cable is cut. As many votes are needed as with it. 2 of the 2 that are left must agree.',
    });
  });

  test('a second mute says that the monitor is blind with it', () => {
    expect(mute([north], { ...said, vantage: 'east' }, known, now)).toMatchObject({
      said: expect.stringContaining('Only 1 of 3 are left and 2 are needed, so the monitor is blind') as string,
    });
  });

  test.each([
    ['a time that is past', { until: '2026-12-01T04:00:00Z' }, '2026-12-01T04:00:00Z is past; nothing was changed.'],
    ['a time that is none', { until: 'soon' }, 'soon is past; nothing was changed.'],
    [
      'a vantage that the site does not have',
      { vantage: 'south' },
      'There is no vantage south; the site has north, east, west. Nothing was changed.',
    ],
  ])('%s changes nothing', (_what, differs, refused) => {
    expect(mute(undefined, { ...said, ...differs }, known, now)).toEqual({ refused });
  });

  test('the same vantage again is muted by the newer word alone', () => {
    expect(mute([north], { ...said, until: '2026-12-01T09:00:00Z' }, known, now)).toMatchObject({
      mutes: [{ vantage: 'north', until: Date.parse('2026-12-01T09:00:00Z') }],
    });
  });

  test('unmute ends it, once', () => {
    expect(unmute([north], said, now)).toEqual({ mutes: [], said: 'ines unmuted north; its votes are counted again.' });
    expect(unmute([], said, now)).toEqual({ refused: 'north is not muted; nothing was changed.' });
    expect(unmute([north], said, north.until)).toEqual({ refused: 'north is not muted; nothing was changed.' });
  });

  test('it ends by itself', () => {
    expect(mutesAt([north], north.until - 1)).toEqual([north]);
    expect(mutesAt([north], north.until)).toEqual([]);
  });
});
