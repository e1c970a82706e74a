/** Alerts that were raised: who hears of each as time passes, until it is resolved. */
import type { Alert } from '../../src/domain/alert';
import {
  acknowledged,
  forgottenAfterMs,
  nextAt,
  passed,
  raised,
  type OpenAlert,
  type Recipients,
  type Told,
} from '../../src/domain/open-alerts';

const minute = 60_000;
const start = Date.parse('2026-12-01T03:12:00Z');
const everybody: Recipients = { channels: ['log', 'slack'], escalateAfterMs: { pagerduty: 15 * minute } };
const nobodyElse: Recipients = { ...everybody, escalateAfterMs: {} };

const lost: Alert = { severity: 'critical', key: 'k', summary: 'shop: A is down.', ends: true, incident: 'shop/3' };
const said = ({ notices }: Told) => notices.map(({ alert, channels }) => [alert.status, alert.summary, channels]);
const raise = (alert: Alert = lost, open: readonly OpenAlert[] = [], to = everybody, at = start) =>
  raised(open, alert, to, at);
const after = (open: readonly OpenAlert[], ms: number, to = everybody) => passed(open, to, start + ms);

test('an alert is told at once to the channels that are told at once', () => {
  expect(said(raise())).toEqual([[undefined, 'shop: A is down.', ['log', 'slack']]]);
});

test.each([
  ['that its sender never ends, where nobody else has to hear of it', { severity: 'critical' as const }, nobodyElse],
  ['that is not critical and that its sender never ends', { severity: 'warning' as const }, everybody],
])('an alert %s is told and forgotten', (_what, differs, to) => {
  const { open, notices } = raise({ key: 'k', summary: 'shop: it failed.', ...differs }, [], to);
  expect([open, notices.length]).toEqual([[], 1]);
});

describe('what nobody has acknowledged', () => {
  test('goes to the next channel after its time, and once', () => {
    const { open } = raise();
    expect(nextAt(open, everybody)).toBe(start + 15 * minute);
    expect(said(after(open, 15 * minute - 1))).toEqual([]);
    const told = after(open, 15 * minute);
    const because = 'Nobody has acknowledged since 03:12 UTC on 2026-12-01: shop: A is down.';
    expect(said(told)).toEqual([[undefined, because, ['pagerduty']]]);
    expect(said(after(told.open, 60 * minute))).toEqual([]);
  });

  test.each<[string, (open: readonly OpenAlert[]) => Told]>([
    ['is acknowledged', (open) => acknowledged(open, 'ines')],
    ['is over', (open) => raise({ ...lost, status: 'resolved' }, open)],
    ['is a warning by now', (open) => raise({ ...lost, severity: 'warning' }, open)],
  ])('goes nowhere else once it %s', (_what, happens) => {
    const { open } = happens(raise().open);
    expect(said(after(open, 15 * minute)).filter(([status]) => status !== 'resolved')).toEqual([]);
  });
});

describe('an acknowledgement', () => {
  test('is told where the alert was told, and once', () => {
    const told = acknowledged(raise().open, 'ines');
    expect(said(told)).toEqual([['acknowledged', 'ines has acknowledged: shop: A is down.', ['log', 'slack']]]);
    expect(said(acknowledged(told.open, 'ravi'))).toEqual([]);
  });

  test('ends what its sender never ends', () => {
    const { open } = raise({ severity: 'critical', key: 'run', summary: 'shop: it ended needs-operator.' });
    expect(open).toHaveLength(1);
    expect(acknowledged(open, 'ines').open).toEqual([]);
  });
});

describe('what is over', () => {
  const over: Alert = { ...lost, status: 'resolved' };

  test('is resolved with its key at each channel that heard of it, once it has stayed over for ten minutes', () => {
    const { open } = raise(over, after(raise().open, 15 * minute).open, everybody, start + 20 * minute);
    expect(nextAt(open, everybody)).toBe(start + 30 * minute);
    expect(said(after(open, 30 * minute - 1))).toEqual([]);
    const told = after(open, 30 * minute);
    expect(said(told)).toEqual([['resolved', 'Over: shop: A is down.', ['log', 'slack', 'pagerduty']]]);
    expect(told.notices[0]?.alert).toMatchObject({ key: 'k', severity: 'info' });
    expect(told.open).toEqual([]);
  });

  test('and comes back before is not resolved, and no second alert', () => {
    const settling = raise(over, raise().open, nobodyElse, start + minute).open;
    const back = raise(lost, settling, nobodyElse, start + 2 * minute).open;
    expect(said(after(back, 60 * minute, nobodyElse))).toEqual([]);
    expect(back).toHaveLength(1);
  });

  test('is resolved at once where it belongs to no incident, since it cannot flap', () => {
    const question: Alert = { severity: 'critical', key: 'run/question', summary: 'shop: it failed.', ends: true };
    const told = raise({ ...question, status: 'resolved' }, raise(question).open);
    expect(said(told)).toEqual([['resolved', 'Over: shop: it failed.', ['log', 'slack']]]);
    expect(told.open).toEqual([]);
  });

  test('and was never raised is told to nobody', () => {
    expect(raise(over)).toEqual({ open: [], notices: [] });
  });
});

describe('a duty', () => {
  const duty: Alert = { ...lost, remindEveryMs: 240 * minute };

  test('is told again and again until it is over, also where it is acknowledged', () => {
    const { open } = acknowledged(raise(duty, [], nobodyElse).open, 'ines');
    const first = after(open, 240 * minute, nobodyElse);
    expect(said(first)).toEqual([
      [undefined, 'Still open since 03:12 UTC on 2026-12-01: shop: A is down.', ['log', 'slack']],
    ]);
    expect(said(after(first.open, 479 * minute, nobodyElse))).toEqual([]);
    expect(said(after(first.open, 480 * minute, nobodyElse))).toHaveLength(1);
  });

  test('is forgotten after a week', () => {
    expect(after(raise(duty).open, forgottenAfterMs)).toEqual({ open: [], notices: [] });
  });
});

test('what a run tells is told in the thread of the incident that is open', () => {
  const run: Alert = { severity: 'warning', key: 'run/ended', summary: 'shop: rolled back.' };
  expect(raise(run, raise().open).notices[0]?.alert).toMatchObject({ incident: 'shop/3' });
  expect(raise(run).notices[0]?.alert).not.toHaveProperty('incident');
});

test('no more than a hundred are kept', () => {
  const all = Array.from({ length: 120 }, (_, n) => ({ ...lost, key: `k${String(n)}` }));
  const open = all.reduce<readonly OpenAlert[]>((before, alert) => raise(alert, before).open, []);
  expect(open.map(({ alert }) => alert.key)).toEqual(all.slice(20).map(({ key }) => key));
});
