/** What is believed after looks in a row, and what is told of it. */
import { tellReadiness, readinessOf, vantageSilentForMs, type Told } from '../../src/domain/readiness/readiness';
import {
  afterLook,
  believedIn,
  looksUntilBelieved,
  nothingSeen,
  unreadForMs,
  wordOf,
  type Answer,
  type Sight,
} from '../../src/domain/readiness/sight';

const everyMs = 15_000;

/** One letter a look: good, bad, unknown. */
function looked(letters: string, before: Sight = nothingSeen, vital = false): Sight {
  const answers: Record<string, Answer> = { g: 'good', b: 'bad', u: 'unknown' };
  return Array.from(letters).reduce((sight, letter) => {
    const answer = answers[letter] ?? 'good';
    const finding = { name: 'standby B', answer, because: `It is ${answer}.`, ...(vital && { vital: true as const }) };
    return afterLook(sight, 'servers', [finding], sight.at + everyMs);
  }, before);
}
const believed = (sight: Sight) => sight.conditions[0]?.believed ?? 'good';
const unread = 'u'.repeat(1 + unreadForMs / everyMs);

test.each<[string, string, Answer]>([
  ['nothing yet', '', 'good'],
  ['bad once', 'b', 'good'],
  ['bad twice, and good between', 'bbgbb', 'good'],
  ['bad three times in a row', 'bbb', 'bad'],
  ['bad, and then good once', 'bbbg', 'bad'],
  ['bad, and then good three times', 'bbbggg', 'good'],
  ['unread for a minute', 'uuuu', 'good'],
  ['unread for five minutes', unread, 'unknown'],
  ['unread, and then good', `${unread}ggg`, 'good'],
  ['bad, and unread since: no better for it', `bbb${unread}`, 'bad'],
  ['bad with looks between that could not be read: not in a row', 'bubub', 'good'],
])('%s', (_, letters, answer) => {
  expect(believed(looked(letters))).toBe(answer);
});

test('a busy machine, whose reads time out by turns, alerts nobody', () => {
  expect(wordOf(looked('uugbuubguubgguub'.repeat(20)))).toBe('');
});

test('it is since the first of the looks, and the sentence is that of the last one that said so', () => {
  const [condition] = believedIn(looked('bbbu'), 'bad');
  expect(condition).toMatchObject({ since: everyMs, because: 'It is bad.', looks: 1, answer: 'unknown' });
});

test('other looks, and what a look no longer asks for, are their own matter', () => {
  const sight = looked('bbb');
  const other = afterLook(sight, 'hosts', [{ name: 'host of A', answer: 'good', because: 'Yes.' }], 1);
  expect(wordOf(other)).toBe('standby B=bad');
  expect(wordOf(afterLook(other, 'servers', [], 2))).toBe('');
});

test('what is kept is bounded, whatever a site has', () => {
  const findings = Array.from({ length: 500 }, (_, at) => {
    return { name: `thing ${at}`, answer: 'bad' as const, because: 'x'.repeat(5_000) };
  });
  const sight = Array.from({ length: looksUntilBelieved }).reduce<Sight>(
    (before) => afterLook(before, 'servers', findings, before.at + 1),
    nothingSeen,
  );
  expect(JSON.stringify(sight).length).toBeLessThan(25_000);
});

describe('what is told', () => {
  const around = { site: 'shop', away: false, busy: false };
  const readiness = (sight: Sight, silentForMs: Record<string, number> = {}) => readinessOf({ sight, silentForMs });
  const [red, green] = [readiness(looked('bbb')), readiness(looked('bbbggg'))];
  const told: Told = { since: 5, summary: 'shop: serves, but is not ready for what comes: standby B.' };

  test('nothing while all is well', () => {
    expect(tellReadiness(green, 9, around)).toEqual({});
  });

  test('one alert when it turns red, and none while it stays so', () => {
    const first = tellReadiness(red, 5, around);
    expect(first).toMatchObject({
      told,
      alert: { severity: 'warning', key: 'shop/readiness', summary: told.summary, ends: true },
    });
    expect(tellReadiness(red, 9, { ...around, told })).toEqual({ told });
  });

  test('that all is well again, once', () => {
    expect(tellReadiness(green, 9, { ...around, told })).toEqual({
      alert: {
        key: 'shop/readiness',
        severity: 'info',
        status: 'resolved',
        summary: 'shop: ready again, all is well.',
      },
    });
  });

  test.each([
    ['while a transfer runs, or somebody is called about the verdict', { busy: true }],
    ['right after a plan has ended', { lastPlanAgoMs: 20_000 }],
  ])('nothing %s, but it is asked again', (_, differs) => {
    expect(tellReadiness(red, 9, { ...around, ...differs })).toEqual({ pending: true });
  });

  test.each([
    ['customers that are not served', looked('bbb', nothingSeen, true), false],
    ['a standby that is away from home', looked('bbb'), true],
  ])('%s are critical', (_, sight, away) => {
    expect(tellReadiness(readiness(sight), 9, { ...around, away }).alert?.severity).toBe('critical');
  });

  test('a vantage that is silent for longer than its worker needs to restart, and a sampler that does not report', () => {
    expect(readiness(nothingSeen, { north: vantageSilentForMs - 1 }).state).toBe('ready');
    expect(readiness(nothingSeen, { north: vantageSilentForMs }).bad[0]?.because).toMatch(/--vantage north/);
    expect(readinessOf({ silentForMs: {}, sampledAgoMs: 660_001 })).toMatchObject({ state: 'unknown' });
  });
});
