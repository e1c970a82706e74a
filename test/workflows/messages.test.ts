/** What a person may say to a running workflow, and what becomes of it. */
import { emptyBook } from '../../src/domain/incident/book';
import { advance } from '../../src/domain/incident/incident';
import { commandLine, problemsWith } from '../../src/contract/messages';
import type { Verb } from '../../src/contract/verb-fields';
import { monitorVerbs, transferVerbs, type MonitorVerb } from '../../src/contract/verbs';
import {
  applyMessage,
  decideInputFrom,
  newMonitorState,
  type MonitorState,
} from '../../src/workflows/monitoring/monitor-state';

const verb = (name: string, verbs: readonly Verb[] = monitorVerbs): Verb => {
  const found = verbs.find((each) => each.name === name);
  if (!found) throw new Error(`There is no verb ${name}.`);
  return found;
};
const skip = verb('skip', transferVerbs);
const freeze = verb('freeze');

describe('words that come along with a verb', () => {
  test.each([
    [skip, { because: 'It was done by hand.' }],
    [verb('retry', transferVerbs), undefined],
    [verb('retry', transferVerbs), null],
    [verb('retry', transferVerbs), {}],
    [freeze, { who: 'ines', because: 'A migration.', until: '2026-12-01T06:00:00Z' }],
    [freeze, { who: 'ines', because: 'A migration.' }],
  ])('%o understands %j', (known, words) => {
    expect(problemsWith(known, words)).toEqual([]);
  });

  test.each<[string, Verb, unknown, RegExp]>([
    [
      'nothing',
      skip,
      undefined,
      /^"because" of skip must say one sentence for the journal; an example: \{"because":"the DNS/,
    ],
    ['null', skip, null, /^"because" of skip/],
    ['a list', skip, ['x'], /^skip takes one JSON object such as \{"because":/],
    ['a word', skip, 'x', /^skip takes one JSON object/],
    ['a number', skip, 3, /^skip takes one JSON object/],
    ['another type', skip, { because: 3 }, /^"because" of skip/],
    ['an object in it', skip, { because: {} }, /^"because" of skip/],
    ['nothing but blanks', skip, { because: ' \n' }, /^"because" of skip/],
    ['null in it', skip, { because: null }, /^"because" of skip/],
    ['an empty field that may be left out', freeze, { who: 'a', because: 'b', until: '' }, /^"until" of freeze/],
    [
      'a time that is none',
      freeze,
      { who: 'a', because: 'b', until: 'tomorrow' },
      /^"until" of freeze is "tomorrow", but must be a time with its zone: for example 2026-12-01T06:00:00Z\.$/,
    ],
    ['an unknown field', skip, { because: 'x', force: true }, /^skip has no field "force"; an example:/],
    ['__proto__', skip, JSON.parse('{"because":"x","__proto__":{"a":1}}'), /^skip has no field "__proto__"/],
    ['constructor', skip, { because: 'x', constructor: 'y' }, /^skip has no field "constructor"/],
  ])('refuses %s in words that show an example', (_, known, words, message) => {
    const problems = problemsWith(known, words);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  test('refuses a freeze until a time that is past, and names it', () => {
    const words = { who: 'a', because: 'b', until: '2020-01-01T00:00:00Z' };
    expect(problemsWith(freeze, words, Date.UTC(2026, 10, 23))).toEqual([
      '"until" of freeze is "2020-01-01T00:00:00Z", which is past (now it is 2026-11-23T00:00:00Z): for example 2026-12-01T06:00:00Z.',
    ]);
  });

  test('names everything that is wrong at once', () => {
    expect(problemsWith(freeze, { when: 'now' })).toHaveLength(3);
  });
});

test('a failed step is answered with a command of the CLI that has every required field', () => {
  const answers = ['retry', 'skip', 'stop'].map((name) => verb(name, transferVerbs));
  expect(answers.map((known) => commandLine(known, 'shop'))).toEqual([
    'npx handover retry shop',
    'npx handover skip shop --because "the DNS record was moved by hand"',
    'npx handover stop-transfer shop --because "the DNS record was moved by hand"',
  ]);
});

test('every verb and field is described, and its own example is right', () => {
  for (const known of [...transferVerbs, ...monitorVerbs] as readonly Verb[]) {
    expect(known.description).toMatch(/\.$/);
    const example = Object.fromEntries(Object.entries(known.fields).map(([name, field]) => [name, field.example]));
    expect(problemsWith(known, example)).toEqual([]);
  }
});

describe('a monitor that is told', () => {
  const now = Date.UTC(2026, 10, 23, 6);
  const told = (state: MonitorState, name: MonitorVerb, words: Record<string, string> = {}) =>
    applyMessage(state, { verb: name, fields: { who: 'ines', because: 'A migration.', ...words } }, 'shop', now);
  const moved = { endedAt: now - 5_000, from: 'A', to: 'B', automatic: true, acknowledged: false };

  test('to freeze, is frozen until it is thawed', () => {
    const state = newMonitorState();
    expect(told(state, 'freeze')).toBe(
      'Frozen by ines: A migration. Thaw with: npx handover thaw shop --who "ines@shop.example"',
    );
    expect(decideInputFrom(state, now + 86_400_000).freeze).toEqual({ by: 'ines', because: 'A migration.' });
    expect(told(state, 'thaw')).toMatch(/^Thawed by ines/);
    expect(decideInputFrom(state, now)).not.toHaveProperty('freeze');
  });

  test('to freeze until a time, thaws by itself then', () => {
    const state = newMonitorState();
    expect(told(state, 'freeze', { until: '2026-11-23T06:10:00Z' })).toMatch(
      /^Frozen by ines until 2026-11-23T06:10Z: A migration\. Thaw with: npx handover thaw shop/,
    );
    expect(decideInputFrom(state, now + 60_000).freeze).toMatchObject({ endsInMs: 540_000 });
    expect(decideInputFrom(state, now + 600_000)).not.toHaveProperty('freeze');
    expect(state.freeze).toBeUndefined();
  });

  test('to freeze until a time that is past, by a signal, freezes nothing and keeps an earlier freeze', () => {
    const state = newMonitorState();
    told(state, 'freeze');
    expect(told(state, 'freeze', { until: '2020-01-01T00:00:00Z' })).toBe(
      'Nothing was frozen: 2020-01-01T00:00:00Z is past.',
    );
    expect(decideInputFrom(state, now).freeze).toEqual({ by: 'ines', because: 'A migration.' });
  });

  test('to thaw when nothing is frozen, or no longer, says so', () => {
    const state = newMonitorState();
    expect(told(state, 'thaw')).toBe('Nothing was frozen.');
    told(state, 'freeze', { until: '2026-11-23T06:10:00Z' });
    expect(applyMessage(state, { verb: 'thaw', fields: { who: 'ines' } }, 'shop', now + 600_000)).toBe(
      'Nothing was frozen.',
    );
  });

  test('acknowledge marks the last transfer; without one it says so', () => {
    const state = newMonitorState();
    expect(told(state, 'acknowledge')).toBe('There is no transfer to acknowledge.');
    state.lastTransfer = { ...moved };
    expect(told(state, 'acknowledge')).toBe('ines acknowledged the transfer from A to B.');
    expect(decideInputFrom(state, now).lastTransfer).toMatchObject({ acknowledged: true, agoMs: 5_000 });
  });

  test('close ends the open incident with all that was left to a person, and calls again for what is not well', () => {
    const state = { ...newMonitorState(), lastTransfer: { ...moved }, lastAlert: 'shop: region A is down.' };
    expect(told(state, 'close')).toBe('No incident is open.');
    expect(state.lastAlert).not.toBe('');
    const failover = { kind: 'failover', from: 'A', to: 'B', because: 'Region A is lost.' } as const;
    state.incidents = advance(emptyBook, { type: 'asked', at: now - 9_000, ...failover });
    expect(told(state, 'close')).toBe('Nothing was closed: a transfer of incident 1 is running.');
    state.incidents = advance(state.incidents, { type: 'over', at: now, ...failover, ending: 'needs-operator' });
    expect(decideInputFrom(state, now).brakes?.failover).toMatchObject({ until: 'person' });
    expect(told(state, 'close')).toBe('ines closed incident 1: A migration.');
    expect(decideInputFrom(state, now)).toMatchObject({ brakes: {}, lastTransfer: { acknowledged: true } });
    expect(state.lastAlert).toBe('');
  });

  test('acknowledge lets repairs that did not last be made again', () => {
    const state = newMonitorState();
    const restored = { type: 'over', kind: 'restore', from: 'A', to: 'A', ending: 'completed', because: '' } as const;
    for (let at = now - 5; at < now; at += 1)
      state.incidents = advance(state.incidents ?? emptyBook, { ...restored, at });
    expect(decideInputFrom(state, now).brakes?.restore).toMatchObject({ until: 'person' });
    expect(told(state, 'acknowledge')).toBe('ines acknowledged the repairs of the last hour.');
    expect(decideInputFrom(state, now).brakes).toEqual({});
  });

  test('reload and stop are kept until the watch ends', () => {
    const state = newMonitorState();
    told(state, 'reload');
    expect(state.reload).toBe(true);
    expect(told(state, 'stop')).toBe(
      'Stopped at 2026-11-23T06:00:00.000Z by ines: A migration. ' +
        'Nobody watches shop now. Start the monitor again with: npx handover monitor shop',
    );
    expect(state.stopped).not.toBe('');
  });

  test('a monitor knows the age of the last plan', () => {
    expect(decideInputFrom({ ...newMonitorState(), lastPlanEndedAt: now - 2_000 }, now)).toMatchObject({
      lastPlanAgoMs: 2_000,
    });
  });
});
