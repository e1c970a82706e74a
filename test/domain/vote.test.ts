import fc from 'fast-check';
import type { FailureKind } from '../../src/domain/failure';
import { doubted, failedReading, okReading, type Reading } from '../../src/domain/detection/reading';
import {
  blank,
  castVote,
  pauseBetween,
  remember,
  reportWithinMs,
  worthTelling,
  type Memory,
} from '../../src/domain/detection/vote';
import { policy } from './lab-policy';
import { facts } from './testimony';

const ok = okReading('app', 'It serves.');
const failed = failedReading('app', { kind: 'unavailable', because: 'No answer within 3 s.', answered: false });
const silent = failedReading('app', { kind: 'denied', because: 'It answers 401.', answered: true });

/** Readings as `o`, `x` and `s`, the oldest first, one each `everyMs`, the last of them just now. */
function readings(pattern: string, everyMs = 2_000): Reading[] {
  const of = { o: ok, x: failed, s: silent } as Record<string, Reading>;
  return Array.from(pattern).map((letter, index) => ({
    ...(of[letter] ?? ok),
    ageMs: (pattern.length - 1 - index) * everyMs,
  }));
}

const watched = (pattern: string) =>
  Array.from(pattern).reduce<Memory>(
    (memory, letter) =>
      remember(memory, { elapsedMs: 2_000, lateMs: 0, reading: { o: ok, x: failed, s: silent }[letter] ?? ok }, policy),
    blank(),
  );

describe('a vote over the window of a minute, asked each two seconds', () => {
  const cases: [string, string, 'up' | 'down' | 'silent'][] = [
    ['a minute of failure is down', 'x'.repeat(31), 'down'],
    ['failure a probe short of a minute is not yet down', 'o' + 'x'.repeat(30), 'up'],
    ['a restart of 50 s is not an outage', 'o'.repeat(10) + 'x'.repeat(25), 'up'],
    [
      'one lucky probe in ten does not clear a grey outage (mistake 4)',
      'x'.repeat(9) + 'o' + 'x'.repeat(9) + 'o' + 'x'.repeat(11),
      'down',
    ],
    ['the last probe clears it for the moment', 'x'.repeat(30) + 'o', 'up'],
    ['three of ten good probes are a brown-out, not an outage', 'xxxxxxxooo'.repeat(3) + 'x', 'up'],
    ['half a minute of failure after a start is too little to tell', 'x'.repeat(15), 'silent'],
    ['half a minute of success after a start is enough', 'o'.repeat(15), 'up'],
    ['a refused credential now is silent, whatever was before (mistake 11)', 'x'.repeat(31) + 's', 'silent'],
    ['failures with nothing but silence between are silent', 'x' + 's'.repeat(15) + 'x'.repeat(15), 'silent'],
    ['nothing heard is silent', '', 'silent'],
  ];
  test.each(cases)('%s', (_, pattern, state) => {
    expect(castVote(readings(pattern), policy).state).toBe(state);
  });

  test('a down vote says how much failed and what the last probe met', () => {
    const vote = castVote(readings('x'.repeat(31)), policy);
    expect(vote.because).toBe('100 % of the last 60 s failed, and so did the last probe: No answer within 3 s.');
  });
});

describe('a memory', () => {
  test('a loop that was late forgets what it saw, so that a paused vantage declares nothing', () => {
    const before = watched('x'.repeat(31));
    expect(before.vote.state).toBe('down');
    const after = remember(before, { elapsedMs: 4_100, lateMs: 2_100, reading: failed }, policy);
    expect(after.readings).toHaveLength(1);
    expect(after.vote.state).toBe('silent');
  });

  test('a gap between two batches that no round can explain counts as late', () => {
    const after = remember(watched('x'.repeat(31)), { elapsedMs: 60_000, lateMs: 0, reading: failed }, policy);
    expect(after.vote.state).toBe('silent');
  });

  test('a vote knows how long it has stood and how long the target has been failing', () => {
    const memory = watched('o'.repeat(31) + 'x'.repeat(41));
    expect(memory.vote).toMatchObject({ state: 'down', heldMs: 20_000 });
    expect(memory.vote.failingMs).toBeGreaterThanOrEqual(78_000);
    expect(memory.vote.failingMs).toBeLessThanOrEqual(82_000);
  });

  test('it knows the share of failures over one and a half windows too', () => {
    expect(watched('o'.repeat(15) + 'x'.repeat(31)).vote.longShare).toBeCloseTo(31 / 46, 1);
    expect(watched('o'.repeat(60) + 'x'.repeat(90)).vote.longShare).toBe(1);
  });

  test('the memory of a target stays bounded', () => {
    expect(watched('ox'.repeat(500)).readings.length).toBeLessThanOrEqual(32);
  });

  test('its facts are the newest that were told, with their age', () => {
    const told = okReading('app', 'It serves.', facts('A'));
    const memory = remember(
      remember(blank(), { elapsedMs: 0, lateMs: 0, reading: told }, policy),
      { elapsedMs: 2_000, lateMs: 0, reading: failed },
      policy,
    );
    expect(memory.vote).toMatchObject({ facts: facts('A'), factsAgeMs: 2_000 });
  });

  test('the interval is 2 s while a probe fails, and 5 s otherwise', () => {
    expect(pauseBetween([watched('ooo').vote, watched('oox').vote], policy)).toBe(2_000);
    expect(pauseBetween([watched('x' + 'o'.repeat(16)).vote], policy)).toBe(5_000);
  });

  test('a shop that browns out is worth telling once, and so is its end', () => {
    const of = (share: number) => ({ ...watched('o'.repeat(31)).vote, share });
    const told = (before: number, after: number) => worthTelling(of(before), of(after), policy);
    expect([told(0, 0.2), told(0, 0.3), told(0.3, 0.7), told(0.7, 0.2), told(0.7, 0.05)]).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  test('a vantage reports every 15 s while a target fails, and after a batch otherwise', () => {
    expect(reportWithinMs([watched('o'.repeat(31)).vote], policy)).toBe(120_000);
    expect(reportWithinMs([watched('o'.repeat(31)).vote, watched('x'.repeat(31)).vote], policy)).toBe(15_000);
  });

  test('a change of state or of a database is worth telling, a small change of share is not', () => {
    const vote = watched('o'.repeat(31)).vote;
    expect(worthTelling(vote, watched('o'.repeat(31) + 'x').vote, policy)).toBe(false);
    expect(worthTelling(vote, watched('x'.repeat(31)).vote, policy)).toBe(true);
    expect(
      worthTelling({ ...vote, facts: facts('A') }, { ...vote, facts: facts('A', { readOnly: true }) }, policy),
    ).toBe(true);
  });
});

describe('what a failure counts for (mistake 11)', () => {
  const cases: [FailureKind, Reading['outcome'], Reading['outcome']][] = [
    ['denied', 'silent', 'silent'],
    ['limited', 'silent', 'silent'],
    ['absent', 'failed', 'silent'],
    ['refused', 'failed', 'silent'],
    ['conflict', 'failed', 'silent'],
    ['unavailable', 'failed', 'failed'],
    ['garbage', 'failed', 'failed'],
  ];
  test.each(cases)('%s is %s of a shop and %s of a table', (kind, app, table) => {
    const outcome = (signal: 'app' | 'table') =>
      failedReading(signal, { kind, because: 'So it is.', answered: true }).outcome;
    expect([outcome('app'), outcome('table')]).toEqual([app, table]);
  });

  test('a vantage whose control targets fail doubts itself, and only about failures (mistake 3)', () => {
    expect(doubted(failed, false)).toMatchObject({
      outcome: 'silent',
      because: 'Its control targets fail too, so its own network may be down: No answer within 3 s.',
    });
    expect(doubted(failed, true)).toEqual(failed);
    expect(doubted(ok, false)).toEqual(ok);
  });
});

describe('for every course of readings', () => {
  const course = fc.array(fc.constantFrom(ok, failed, silent), { minLength: 1, maxLength: 60 });
  const cadence = fc.constantFrom(2_000, 3_000, 5_000, 10_000);
  const spaced = (list: Reading[], everyMs: number) =>
    list.map((each, index) => ({ ...each, ageMs: (list.length - 1 - index) * everyMs }));

  test('turning a failure into a success never makes a vote down (monotony)', () => {
    fc.assert(
      fc.property(course, cadence, fc.nat(), (list, everyMs, where) => {
        const before = spaced(list, everyMs);
        const after = before.map((each, index) =>
          index === where % list.length ? { ...ok, ageMs: each.ageMs } : each,
        );
        if (castVote(before, policy).state !== 'down') expect(castVote(after, policy).state).not.toBe('down');
      }),
    );
  });

  test('one more success at any moment never makes a vote down, and never makes an up vote silent', () => {
    fc.assert(
      fc.property(course, cadence, fc.nat({ max: 60_000 }), (list, everyMs, ageMs) => {
        const before = spaced(list, everyMs);
        const after = [...before, { ...ok, ageMs }].sort((a, b) => b.ageMs - a.ageMs);
        const [was, is] = [castVote(before, policy).state, castVote(after, policy).state];
        if (was !== 'down') expect(is).not.toBe('down');
        if (was === 'up') expect(is).toBe('up');
      }),
    );
  });

  test('a share is between none and all, and every vote says why', () => {
    fc.assert(
      fc.property(course, cadence, (list, everyMs) => {
        const vote = castVote(spaced(list, everyMs), policy);
        expect(vote.share).toBeGreaterThanOrEqual(0);
        expect(vote.share).toBeLessThanOrEqual(1);
        expect(vote.because).toMatch(/\S.*\.$/);
      }),
    );
  });
});
