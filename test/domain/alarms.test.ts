/** Alarms from outside: one more witness of a loss, for a bounded time, and never more. */
import { judge } from '../../src/domain/decision/judge';
import { alarmWitnesses, type Alarm } from '../../src/domain/detection/witness';
import { alarmsAt, noteAlarm, type Memory } from '../../src/workflows/monitoring/alarms';
import { policy } from './lab-policy';
import { down, testimony, up, refusing, silent, type Said } from './testimony';

const sources = { cloudwatch: { region: 'A', countsFor: 600_000 } };
const rings: Alarm = { name: 'cloudwatch', because: 'HealthCheckStatus was below 1.', agoMs: 30_000 };
const verdict = (said: Said, alarms: readonly Alarm[]) => {
  const heard = testimony({ plain: true, ...said });
  const witnesses = [...heard.witnesses, ...alarmWitnesses(alarms, sources, 'A')];
  return judge({ ...heard, witnesses }, policy).verdict;
};

test.each<[string, Said, string, string]>([
  ['the shop is healthy', {}, 'healthy', 'healthy'],
  ['one vantage has lost the shop', { app: [down, up, up] }, 'degraded', 'degraded'],
  ['no vantage can tell', { app: silent }, 'blind', 'blind'],
  ['the shop answers with refusals', { app: refusing }, 'app-down', 'app-down'],
  ['the replica hears its source', { app: down, replica: 'sees' }, 'app-down', 'app-down'],
  ['the replica has lost its source', { app: down, replica: 'lost' }, 'region-down', 'region-down'],
  ['the replica has not noticed yet', { app: down, replica: 'connected' }, 'app-down', 'region-down'],
  ['the replica does not answer', { app: down, replica: 'silent' }, 'app-down', 'region-down'],
])('where %s, the verdict without an alarm and with one', (_where, said, without, withOne) => {
  expect([verdict(said, []).state, verdict(said, [rings]).state]).toEqual([without, withOne]);
});

test.each<[string, Said]>([
  ['the shop refuses', { app: refusing, replica: 'silent' }],
  ['the shop refuses and the replica is connected', { app: refusing, replica: 'connected' }],
])('an alarm says nothing of the database: %s', (_what, said) => {
  const [without, withOne] = [verdict(said, []), verdict(said, [rings])];
  expect(withOne).toMatchObject({ state: 'app-down', database: (without as { database?: string }).database });
});

test.each<[string, Alarm]>([
  ['its time is over', { ...rings, agoMs: 600_001 }],
  ['the site file does not name it', { ...rings, name: 'other' }],
  ['it has the name of something that every object has', { ...rings, name: 'constructor' }],
])('an alarm counts no more where %s', (_what, alarm) => {
  expect(alarmWitnesses([alarm], sources, 'A')).toEqual([]);
});

test('an alarm counts for its own region alone', () => {
  expect(alarmWitnesses([rings], sources, 'B')).toEqual([]);
});

const at = '2026-12-01T03:12:00Z';
const start = Date.parse(at);
const word = { name: 'cloudwatch', state: 'alarm', because: 'It is down.', at };

test('a monitor keeps an alarm by its own time, until it is over', () => {
  const memory: Memory = {};
  expect(noteAlarm(memory, word, start + 5_000)).toBe('The alarm cloudwatch has begun.');
  expect(alarmsAt(memory, start + 60_000)).toEqual([{ name: 'cloudwatch', because: 'It is down.', agoMs: 60_000 }]);
  expect(noteAlarm(memory, { ...word, state: 'ok', at: '2026-12-01T03:13:00Z' }, start + 60_000)).toBe(
    'The alarm cloudwatch is over.',
  );
  expect(alarmsAt(memory, start + 60_000)).toEqual([]);
});

test('an end that was overtaken by the next alarm ends nothing', () => {
  const memory: Memory = {};
  noteAlarm(memory, word, start);
  expect(noteAlarm(memory, { ...word, state: 'ok', at: '2026-12-01T03:11:00Z' }, start + 1_000)).toBeUndefined();
  expect(alarmsAt(memory, start)).toHaveLength(1);
});

test('an alarm that comes after its own end has ended, and a later one counts', () => {
  const memory: Memory = {};
  const end = { ...word, state: 'ok', at: '2026-12-01T03:13:00Z' };
  expect(noteAlarm(memory, end, start + 60_000)).toBeUndefined();
  expect(noteAlarm(memory, word, start + 61_000)).toBeUndefined();
  expect(alarmsAt(memory, start + 61_000)).toEqual([]);
  expect(noteAlarm(memory, { ...word, at: '2026-12-01T03:14:00Z' }, start + 120_000)).toBe(
    'The alarm cloudwatch has begun.',
  );
});

test('an end of the future, by a clock that is ahead, does not silence later alarms', () => {
  const memory: Memory = {};
  noteAlarm(memory, { ...word, state: 'ok', at: '2030-01-01T00:00:00Z' }, start);
  expect(noteAlarm(memory, { ...word, at: '2026-12-01T03:12:01Z' }, start + 1_000)).toBeDefined();
});

test('an alarm whose watcher knows nothing any more is no witness any more', () => {
  const memory: Memory = {};
  noteAlarm(memory, word, start);
  expect(noteAlarm(memory, { ...word, state: 'unknown', at: '2026-12-01T03:13:00Z' }, start + 60_000)).toBe(
    'The alarm cloudwatch is unknown.',
  );
  expect(alarmsAt(memory, start + 60_000)).toEqual([]);
});

test('a history of before ends were kept replays as it was', () => {
  const memory: Memory = {};
  noteAlarm(memory, { ...word, state: 'ok', at: '2026-12-01T03:13:00Z' }, start, false);
  expect([noteAlarm(memory, { ...word, state: 'unknown' }, start, false), memory.alarmEnds]).toEqual([
    undefined,
    undefined,
  ]);
  expect(noteAlarm(memory, word, start, false)).toBe('The alarm cloudwatch has begun.');
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a word', 'alarm'],
  ['no time', { ...word, at: undefined }],
  ['a time that is none', { ...word, at: 'yesterday' }],
  ['another state', { ...word, state: 'down' }],
  ['a name that no site file can have', { ...word, name: '__proto__' }],
])('a signal with %s is dropped', (_what, told) => {
  const memory: Memory = {};
  expect([noteAlarm(memory, told, start), memory]).toEqual([undefined, {}]);
});

test('no more than twenty alarms and ends, and of each reason 300 characters, are kept', () => {
  const memory: Memory = {};
  for (let n = 0; n < 30; n += 1) {
    noteAlarm(memory, { ...word, name: `over${String(n)}`, state: 'ok' }, start);
    noteAlarm(memory, { ...word, name: `n${String(n)}`, because: 'x'.repeat(999) }, start);
  }
  expect(Object.keys(memory.alarmEnds ?? {})).toHaveLength(20);
  const kept = alarmsAt(memory, start);
  expect([kept.length, kept[0]?.name, kept[0]?.because.length]).toEqual([20, 'n10', 300]);
});

test('an alarm of the future counts from now', () => {
  const memory: Memory = {};
  noteAlarm(memory, { ...word, at: '2030-01-01T00:00:00Z' }, start);
  expect(alarmsAt(memory, start + 1_000)[0]?.agoMs).toBe(1_000);
});

test('an alarm may have a name that every object knows', () => {
  const memory: Memory = {};
  const word = { name: 'constructor', state: 'alarm', because: 'A test.', at: '2026-12-01T03:12:00Z' };
  noteAlarm(memory, { ...word, state: 'ok', at: '2026-12-01T03:13:00Z' }, start + 60_000);
  expect(noteAlarm(memory, word, start + 61_000)).toBeUndefined();
  expect(noteAlarm(memory, { ...word, at: '2026-12-01T03:14:00Z' }, start + 120_000)).toBe(
    'The alarm constructor has begun.',
  );
});
