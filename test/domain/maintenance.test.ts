/** A maintenance window: what the monitor does inside it, who hears of what, and how it ends. */
import { isWithin, planMaintenance, type Maintenance } from '../../src/domain/command/maintenance';
import { decide } from '../../src/domain/decision/decide';
import { guardAnswers } from '../../src/domain/decision/guards';
import type { Verdict } from '../../src/domain/decision/verdicts';
import { examples, situation, type Said } from './testimony';

const now = Date.parse('2026-12-01T05:00:00Z');
const hour = 3_600_000;
const window: Maintenance = { by: 'ines', because: 'New disks in A.', from: now, until: now + hour };
const said = { who: 'ines', because: 'New disks in A.', until: '2026-12-01T06:00:00Z' };
const within = (heard: Said) => decide(situation(heard, { maintenance: window }));

const states = Object.keys(examples) as Verdict['state'][];

test.each(states)('inside it the monitor starts nothing by itself for %s', (state) => {
  expect(within(examples[state]).action).not.toBe('act');
});

test.each(['region-down', 'app-down', 'table-down', 'edge-broken', 'degraded', 'link-cut'] as const)(
  'inside it %s is only information, under a key of its own',
  (state) => {
    const outside = decide(situation(examples[state])).alert!;
    const { alert } = within(examples[state]);
    expect(outside.severity).not.toBe('info');
    expect(alert).toMatchObject({ severity: 'info', key: `${outside.key}/maintenance` });
    expect(alert?.summary).toMatch(/ A maintenance window lasts until 2026-12-01T06:00Z\.$/);
  },
);

test.each(['two-writers', 'blind', 'restarted'] as const)('inside it %s calls as ever', (state) => {
  const { alert } = within(examples[state]);
  expect(alert?.severity).not.toBe('info');
  expect(alert?.key).not.toMatch(/maintenance/);
});

test('the guard says who is at work until when, and that a person may act all the same', () => {
  const action = { kind: 'failover', from: 'A', to: 'B' } as const;
  const found = guardAnswers(situation(examples['region-down'], { maintenance: window }), action).find(
    ({ topic }) => topic === 'a maintenance window is open',
  );
  expect(found).toEqual({
    topic: 'a maintenance window is open',
    then: 'refuse',
    because: 'ines is at work here until 2026-12-01T06:00Z: New disks in A.',
    override: 'a person: npx handover transfer shop --kind failover --to B',
  });
});

test('an approval does not open it: only a person moves the shop inside', () => {
  const approved = {
    kind: 'failover',
    from: 'A',
    to: 'B',
    epoch: 7,
    people: ['ines', 'tom'],
    because: 'Approved.',
  } as const;
  const decision = decide(situation(examples['region-down'], { maintenance: window, mode: 'approve', approved }));
  expect(decision.action).toBe('refuse');
});

test.each<[string, Partial<typeof said> & { from?: string }, string]>([
  ['an end that is past', { until: '2026-12-01T04:00:00Z' }, '2026-12-01T04:00:00Z is past; nothing was changed.'],
  ['an end that is no time', { until: 'soon' }, 'soon is past; nothing was changed.'],
  [
    'a beginning behind its end',
    { from: '2026-12-01T07:00:00Z' },
    'The window would end at 2026-12-01T06:00:00Z, before it begins (2026-12-01T07:00:00Z); nothing was changed.',
  ],
  [
    'a beginning that is no time',
    { from: 'soon' },
    'The window would end at 2026-12-01T06:00:00Z, before it begins (soon); nothing was changed.',
  ],
])('%s is refused', (_what, differs, refused) => {
  expect(planMaintenance(undefined, { ...said, ...differs }, now)).toEqual({ refused });
});

test('it can be planned in advance, begins and ends by itself, and takes the place of the one before', () => {
  const planned = planMaintenance(window, { ...said, who: 'tom', from: '2026-12-01T05:30:00Z' }, now);
  if ('refused' in planned) throw new Error(planned.refused);
  expect(planned.said).toBe(
    'Maintenance planned from 2026-12-01T05:30Z until 2026-12-01T06:00Z by tom: New disks in A. Inside it the monitor starts nothing by itself; a person may. It takes the place of that of ines.',
  );
  const at = (minutes: number) => isWithin(planned.maintenance, now + minutes * 60_000);
  expect([0, 29, 30, 59, 60].map(at)).toEqual([false, false, true, true, false]);
});
