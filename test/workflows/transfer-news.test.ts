/** What a monitor learns from the end of a transfer. */
import { emptyBook } from '../../src/domain/incident/book';
import { advance } from '../../src/domain/incident/incident';
import { newMonitorState, type MonitorState } from '../../src/workflows/monitoring/monitor-state';
import { applyEnd } from '../../src/workflows/monitoring/transfer-news';

const launched = (): MonitorState => {
  const move = { kind: 'failover', from: 'A', to: 'B' } as const;
  const asked = { type: 'asked', at: 1, ...move, because: 'Region A is lost.' } as const;
  return { ...newMonitorState(), launched: { from: 'A', to: 'B' }, incidents: advance(emptyBook, asked) };
};
const refusal = {
  kind: 'failover',
  ending: 'refused',
  because: 'B lags 90 s behind.',
  epoch: 0,
  from: '',
  primary: '',
};

test('a refusal of what it started is told to a person, with the reason, and counts as a try', () => {
  const state = launched();
  applyEnd(state, 'shop', refusal, 5);
  expect(state.untold).toEqual([
    {
      severity: 'critical',
      key: 'shop/refused/1/1970-01-01T00:00:00.001Z',
      summary: 'shop: the failover from A to B was refused, so nothing was changed: B lags 90 s behind.',
      command: 'npx handover status shop',
    },
  ]);
  expect(state.incidents?.open?.attempts).toMatchObject([{ ending: 'refused', because: 'B lags 90 s behind.' }]);
});

test.each([
  ['a short one', 'B lags 90 s behind.'],
  ['one that is longer than what is kept of it', 'A rule of the preflight is not met. '.repeat(20)],
])('the same refusal again is not told again: %s', (_, because) => {
  const state = launched();
  applyEnd(state, 'shop', { ...refusal, because }, 5);
  state.untold = [];
  const again = { type: 'asked', at: 9, kind: 'failover', from: 'A', to: 'B', because: '' } as const;
  state.incidents = advance(state.incidents ?? emptyBook, again);
  applyEnd(state, 'shop', { ...refusal, because }, 12);
  expect(state.untold).toEqual([]);
});

test('a refusal of what a person started is their own answer, and nothing else', () => {
  const state = newMonitorState();
  applyEnd(state, 'shop', refusal, 5);
  expect(state).toMatchObject({ incidents: emptyBook, known: { epoch: 0, primary: '' } });
  expect(state.untold).toBeUndefined();
});

test('a refusal has changed nothing, so the databases were not seen before it in vain', () => {
  const state = launched();
  applyEnd(state, 'shop', refusal, 5);
  expect(state.lastPlanEndedAt).toBeUndefined();
  applyEnd(state, 'shop', { kind: 'fence', ending: 'completed', epoch: 1, from: 'A', primary: '' }, 7);
  expect(state.lastPlanEndedAt).toBe(7);
});

test('a move that was completed names the primary, and is to be acknowledged where the monitor made it', () => {
  const state = launched();
  applyEnd(state, 'shop', { kind: 'unplanned', ending: 'completed', epoch: 2, from: 'A', to: 'B', primary: 'B' }, 5);
  expect(state).toMatchObject({
    known: { epoch: 2, primary: 'B' },
    lastTransfer: { from: 'A', to: 'B', automatic: true, acknowledged: false },
  });
  expect(state.launched).toBeUndefined();
});

test('a move that a person made and that ended half way holds back the monitor until somebody acknowledges it', () => {
  const state = newMonitorState();
  const stopped = { ...refusal, kind: 'planned', asked: 'switchover', ending: 'needs-operator', from: 'A', to: 'B' };
  applyEnd(state, 'shop', { ...stopped, because: 'The record was not moved.' }, 5);
  expect(state.incidents?.open?.attempts).toMatchObject([{ kind: 'switchover', ending: 'needs-operator' }]);
});
