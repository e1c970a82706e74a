/** What a monitor remembers of the mode that a person has set, and of the move that waits for people. */
import type { DecideResult } from '../../src/contract/monitor';
import { decide } from '../../src/domain/decision/decide';
import { commandLines, noteDecision, noteMove, refusalOf } from '../../src/workflows/monitoring/command';
import {
  applyMessage,
  decideInputFrom,
  newMonitorState,
  type MonitorState,
} from '../../src/workflows/monitoring/monitor-state';
import { down, minute, situation, type Said } from '../domain/testimony';
import type { MonitorVerb } from '../../src/contract/verbs';

const now = Date.UTC(2026, 11, 1, 6);
const lost: Said = { app: down, table: down, replica: 'lost' };
const told = (state: MonitorState, verb: MonitorVerb, words: Record<string, string> = {}, at = now) =>
  applyMessage(state, { verb, fields: { who: 'ines', because: 'We try it.', ...words } }, 'shop', at);
/** The decision that the monitor comes to with what it remembers at `at`, and what it then remembers. */
function decided(state: MonitorState, said: Said, at: number): DecideResult['decision'] {
  const { mode, approved, rejected } = decideInputFrom(state, at);
  const whole = situation(said, {
    ...(mode && { mode }),
    ...(approved && { approved }),
    ...(rejected && { rejected }),
  });
  const decision = decide(whole);
  noteDecision(
    state,
    'shop',
    { decision, opinion: whole.opinion, known: { epoch: 7, primary: 'A' }, unsettled: true },
    at,
  );
  return decision;
}
/** As it is handed to the next run. */
const carried = (state: MonitorState): MonitorState => JSON.parse(JSON.stringify(state)) as MonitorState;

test('without a mode nothing is remembered, asked or shown', () => {
  const state = newMonitorState();
  expect(decided(state, lost, now).action).toBe('act');
  expect(state).not.toHaveProperty('command');
  expect(commandLines(state, 'shop', now)).toEqual([]);
});

test('a mode is set once, kept from run to run, and named with the command that starts the monitor again', () => {
  const state = newMonitorState();
  expect(told(state, 'mode', { to: 'observe' })).toMatch(/^Mode observe since 2026-12-01T06:00Z by ines: We try it\./);
  expect(told(state, 'mode', { to: 'observe', who: 'jo' })).toBe(
    'The mode is observe already, set by ines; nothing was changed.',
  );
  const next = carried(state);
  expect(decideInputFrom(next, now)).toMatchObject({ mode: 'observe' });
  expect(told(next, 'stop')).toMatch(/npx handover monitor shop --mode observe$/);
});

test('mode observe starts nothing and keeps its score', () => {
  const state = newMonitorState();
  told(state, 'mode', { to: 'observe' });
  expect(decided(state, lost, now + minute).action).toBe('refuse');
  decided(state, lost, now + minute + 15_000);
  noteMove(state, 'failover', now + 3 * minute);
  decided(state, {}, now + 4 * minute);
  decided(carried(state), lost, now + 20 * minute);
  expect(commandLines(state, 'shop', now).join('\n')).toMatch(
    /acted once: 1 made by a person too, 0 well again.*\n- .* a person made it 120 s later/,
  );
});

test('mode approve lets a move begin once a person approves, also in the next run of the monitor', () => {
  const before = newMonitorState();
  told(before, 'mode', { to: 'approve' });
  expect(decided(before, lost, now)).toMatchObject({ action: 'ask' });
  const state = carried(before);
  expect(commandLines(state, 'shop', now).join('\n')).toMatch(
    /The failover from A to B in epoch 7 waits until 2026-12-01 06:30:00 UTC for the approval of a person\.\*\*\nApprove it with: npx handover approve shop --epoch "7"/,
  );
  expect(told(state, 'approve', { epoch: '6' })).toMatch(/not of 6; nothing was changed\.$/);
  expect(decided(state, lost, now + 1_000)).toMatchObject({ action: 'ask' });
  expect(told(state, 'approve', { epoch: '7' })).toMatch(/^ines approved the failover from A to B until/);
  expect(decided(state, lost, now + 2_000)).toMatchObject({
    action: 'act',
    because: expect.stringMatching(/Approved by ines: We try it\.$/) as string,
  });
  expect(told(state, 'approve')).toMatch(/^No move waits/);
});

test('what was rejected is proposed again only when its time is over, or when all was well in between', () => {
  const state = newMonitorState();
  told(state, 'mode', { to: 'approve' });
  decided(state, lost, now);
  told(state, 'reject');
  expect(decided(state, lost, now + minute).because).toMatch(/^ines rejected/);
  const later = carried(state);
  expect(decided(later, lost, now + 30 * minute).because).toMatch(/waits/);
  decided(state, {}, now + 2 * minute);
  expect(decided(state, lost, now + 3 * minute).because).toMatch(/waits/);
});

test('silence is answered with a louder page every five minutes, each of its own', () => {
  const state = newMonitorState();
  told(state, 'mode', { to: 'approve' });
  for (const after of [0, 4, 5, 6, 10]) decided(state, lost, now + after * minute);
  const pages = state.untold ?? [];
  expect(pages.map(({ severity }) => severity)).toEqual(['critical', 'critical']);
  expect(new Set(pages.map(({ key }) => key)).size).toBe(2);
  expect(pages[0]?.summary).toMatch(/^shop: nobody has decided yet\. The failover from A to B in epoch 7 waits until/);
});

test.each(['approve', 'reject', 'extend'] as const)('%s is refused as an update where nothing waits', (verb) => {
  expect(refusalOf(newMonitorState(), verb, { who: 'ines' }, now)).toMatch(/^No move waits/);
});

test('another mode forgets what waited and what was counted', () => {
  const state = newMonitorState();
  told(state, 'mode', { to: 'approve' });
  decided(state, lost, now);
  told(state, 'mode', { to: 'auto' });
  expect(told(state, 'approve')).toMatch(/^No move waits/);
  expect(decided(state, lost, now).action).toBe('act');
});
