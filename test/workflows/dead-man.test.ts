/** When the dead-man switch is told that all is well. */
import type { DecideResult, MonitorConfig } from '../../src/contract/monitor';
import { isSurelyWell, untilDeadManMs } from '../../src/workflows/monitoring/dead-man';

const well = { lastAlert: '', uneasy: false };
const alert = { severity: 'warning', key: 'k', summary: 's' } as const;
const decided = (differs: object = {}): DecideResult =>
  ({ decision: { action: 'hold' }, opinion: { verdict: { state: 'healthy' } }, ...differs }) as DecideResult;

test('it is told when the shop is healthy and ready and nothing is left to tell', () => {
  expect(isSurelyWell(decided(), well)).toBe(true);
});

test.each<[string, DecideResult, object]>([
  ['the vantages are blind', decided({ opinion: { verdict: { state: 'blind' } } }), {}],
  ['somebody is called', decided({ decision: { action: 'hold', alert } }), {}],
  ['something would be done', decided({ decision: { action: 'ask' } }), {}],
  ['the site is not ready', decided({ readiness: { told: { since: 0, summary: 's' } } }), {}],
  ['an alert could not be handed over', decided(), { untold: [alert] }],
  ['the last alert still stands', decided(), { lastAlert: 's' }],
  ['the site file cannot be read', decided(), { misreadSince: 1 }],
  ['the decision may change by itself', decided(), { uneasy: true }],
])('it is told nothing while %s', (_what, considered, differs) => {
  expect(isSurelyWell(considered, { ...well, ...differs })).toBe(false);
});

test.each([
  ['never, where the site has none', {}, well, undefined],
  ['after its whole time, where it was due and could not be told', { deadManEveryMs: 300_000 }, well, 300_000],
  ['after the rest of its time', { deadManEveryMs: 300_000 }, { ...well, deadManToldAt: 900_000 }, 200_000],
])('it is told again %s', (_when, config, state, expected) => {
  expect(untilDeadManMs(config as MonitorConfig, state, 1_000_000)).toBe(expected);
});
