/** What a monitor answers to the question how its site stands. */
import type { DecideResult, MonitorConfig } from '../../src/contract/monitor';
import { emptyBook } from '../../src/domain/incident/book';
import { newMonitorState } from '../../src/workflows/monitoring/monitor-state';
import { noteVerdict, standingOf } from '../../src/workflows/monitoring/standing';

const judgedAs = (state: string) => ({ opinion: { verdict: { state } } }) as DecideResult;
const config = { policy: { automatic: true } } as MonitorConfig;

test('before its first decision a monitor has no verdict, and the site file says how far it may act', () => {
  expect(standingOf(newMonitorState(), config, 5)).toEqual({
    ...{ verdict: '', since: 5, at: 5, mode: 'auto', primary: '', epoch: 0, notes: [] },
  });
  expect(standingOf(newMonitorState(), undefined, 5).mode).toBe('by hand');
});

test('it tells since when the verdict has been what it is, through decisions that repeat it', () => {
  const state = newMonitorState();
  for (const [verdict, at] of [
    ['healthy', 1],
    ['degraded', 2],
    ['degraded', 3],
  ] as const)
    noteVerdict(state, judgedAs(verdict), at);
  expect(standingOf(state, config, 9)).toMatchObject({ verdict: 'degraded', since: 2, at: 3 });
});

test('it tells the open incident, the mode that was set and a freeze that has not run out', () => {
  const state = newMonitorState();
  state.incidents = { ...emptyBook, last: 4, open: { number: 4, openedAt: 7, because: 'A is down.', attempts: [] } };
  state.command = { mode: { mode: 'observe', by: 'ines', because: 'A test.', since: 0 } };
  state.freeze = { by: 'ines', because: 'A test.', untilMs: 100 };
  expect(standingOf(state, config, 50)).toMatchObject({
    ...{ incident: { number: 4, openedAt: 7 }, mode: 'observe', notes: ['frozen'] },
  });
  expect(standingOf(state, config, 100).notes).toEqual([]);
});
