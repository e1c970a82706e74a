/** Mutes and maintenance windows in the memory of a monitor: what reaches a decision, and what a person reads. */
import type { DecideResult, MonitorConfig } from '../../src/contract/monitor';
import type { MonitorVerb } from '../../src/contract/verbs';
import { monitorDetails } from '../../src/workflows/monitoring/details';
import {
  applyMessage,
  decideInputFrom,
  newMonitorState,
  type MonitorState,
} from '../../src/workflows/monitoring/monitor-state';
import { refusalNow } from '../../src/workflows/monitoring/refusals';
import { standingOf } from '../../src/workflows/monitoring/standing';

const now = Date.parse('2026-12-01T05:00:00Z');
const hour = 3_600_000;
const ask = { target: { signal: 'edge' } };
const config = {
  hash: 'abc',
  targets: { north: [ask], east: [ask], west: [ask] },
  policy: { minEligible: 2, automatic: true },
} as unknown as MonitorConfig;
const words: Record<string, Record<string, string>> = {
  mute: { vantage: 'north', who: 'ines', because: 'Its cable is cut.', until: '2026-12-01T06:00:00Z' },
  unmute: { vantage: 'north', who: 'ines' },
  maintenance: { who: 'ines', because: 'New disks.', from: '2026-12-01T05:30:00Z', until: '2026-12-01T06:00:00Z' },
  'end-maintenance': { who: 'ines' },
};
const tell = (state: MonitorState, verb: MonitorVerb, at = now) =>
  applyMessage(state, { verb, fields: words[verb] ?? {} }, 'shop', at, config);
/** As continue-as-new hands it on. */
const handedOn = (state: MonitorState) => JSON.parse(JSON.stringify(state)) as MonitorState;
const shown = (state: MonitorState, at: number) => {
  const told = { decision: { action: 'hold', because: '' }, opinion: { verdict: { state: 'healthy', because: '' } } };
  return monitorDetails('shop', config, state, told as unknown as Pick<DecideResult, 'decision' | 'opinion'>, at);
};

test('a mute reaches the decision, also in the next run, until its time is over', () => {
  const state = newMonitorState();
  tell(state, 'mute');
  const next = handedOn(state);
  expect(decideInputFrom(next, now + 1).mutes).toEqual([
    { vantage: 'north', by: 'ines', because: 'Its cable is cut.', until: now + hour },
  ]);
  expect(decideInputFrom(next, now + hour).mutes).toBeUndefined();
  expect(standingOf(next, config, now + 1).notes).toEqual(['north muted']);
});

test('a muted vantage is shown as muted, with the command that ends it', () => {
  const state = newMonitorState();
  tell(state, 'mute');
  expect(shown(state, now)).toContain('| the public name | muted | silent | silent |');
  expect(shown(state, now)).toContain(
    'Unmute with: npx handover unmute shop --vantage north --who "ines@shop.example"',
  );
  tell(state, 'unmute');
  expect(shown(state, now)).not.toMatch(/mute/i);
});

test('a window reaches the decision from its beginning to its end, also in the next run', () => {
  const state = newMonitorState();
  tell(state, 'maintenance');
  const next = handedOn(state);
  const at = (minutes: number) => decideInputFrom(next, now + minutes * 60_000).maintenance !== undefined;
  expect([0, 29, 30, 59, 60].map(at)).toEqual([false, false, true, true, false]);
  expect(shown(next, now)).toContain(
    'Maintenance planned from 2026-12-01T05:30Z until 2026-12-01T06:00Z by ines: New disks.',
  );
  expect(standingOf(next, config, now + hour / 2).notes).toEqual(['in maintenance']);
});

test('a window can be called off, once', () => {
  const state = newMonitorState();
  tell(state, 'maintenance');
  expect(tell(state, 'end-maintenance')).toBe('ines ended the maintenance window.');
  expect(tell(state, 'end-maintenance')).toBe('No maintenance window is planned; nothing was changed.');
  expect(shown(state, now + hour / 2)).not.toContain('Maintenance');
});

test.each<[MonitorVerb, RegExp]>([
  ['unmute', /^north is not muted/],
  ['end-maintenance', /^No maintenance window/],
])('an update of %s that would change nothing is refused before it is recorded', (verb, because) => {
  jest.useFakeTimers({ now });
  expect(refusalNow(newMonitorState(), { verb, fields: words[verb] ?? {} }, config)).toMatch(because);
  jest.useRealTimers();
});
