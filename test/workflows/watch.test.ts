/** A vantage's loop, with a prober that says what the test wants to be seen. */
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { watch } from '../../src/activities/monitoring/watch';
import type { Prober, ProbeTarget } from '../../src/ports/probe';
import type { WatchInput, WatchResult } from '../../src/contract/watch';
import { failedReading, okReading, type Reading } from '../../src/domain/detection/reading';
import { blank, type Memory } from '../../src/domain/detection/vote';
import { policy } from '../domain/lab-policy';

const tiny = { ...policy, intervalMs: 20, suspectIntervalMs: 10, probeTimeoutMs: 20, windowMs: 60, batchMs: 100 };
const target: ProbeTarget = {
  target: { signal: 'app', region: 'A' },
  address: '198.51.100.10',
  name: 'www.shop.test',
  caPem: '',
  key: '',
  tableRegion: '',
  nameServers: [],
};
const well = okReading('app', 'A answers.');
const dead = failedReading('app', { kind: 'unavailable', because: 'No answer.', answered: false });

/** Says each reading once, and the last one from then on. */
function saying(readings: [Reading, ...Reading[]], controls = true): Prober & { asked: number } {
  const prober = {
    asked: 0,
    probe: () => Promise.resolve(readings[Math.min(prober.asked++, readings.length - 1)] ?? well),
    controlsAnswer: () => Promise.resolve(controls),
  };
  return prober;
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const environment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
const order = (over: Partial<WatchInput> = {}): WatchInput => ({
  vantage: 'north',
  policy: tiny,
  targets: [target],
  controlTargets: [],
  memories: {},
  sinceMs: 0,
  ...over,
});
/** In a time of its own, so that it does not matter how busy the machine is. */
async function run(prober: Prober, over: Partial<WatchInput> = {}, env = environment()): Promise<WatchResult> {
  const state = { ended: false };
  const running = env
    .run<[Prober, WatchInput], WatchResult, typeof watch>(watch, prober, order(over))
    .finally(() => (state.ended = true));
  while (!state.ended) await jest.advanceTimersByTimeAsync(1);
  return running;
}
const of = (report: WatchResult): Memory => report.memories['app of A'] ?? blank();

async function watchedFor(prober: Prober): Promise<WatchResult> {
  return run(prober, { memories: (await run(prober)).memories });
}

test('the first vote of a vantage is reported at once', async () => {
  const prober = saying([well]);
  const report = await run(prober);
  expect(report).toMatchObject({ changed: true, because: 'app of A: A answers.' });
  expect(of(report).vote.state).toBe('up');
  expect(prober.asked).toBe(1);
});

test('while nothing changes it watches for a whole batch, heartbeats at each round, and says that nothing has changed', async () => {
  const prober = saying([well]);
  const { memories } = await run(prober);
  const env = environment();
  let beats = 0;
  env.on('heartbeat', () => (beats += 1));
  const report = await run(prober, { memories }, env);
  expect(report).toMatchObject({ changed: false, because: 'Nothing has changed.' });
  expect(prober.asked).toBeGreaterThan(3);
  expect(beats).toBeGreaterThanOrEqual(prober.asked - 1);
});

test('a vote that turns down is told at once, with the reason', async () => {
  const { memories } = await watchedFor(saying([well]));
  let report = await run(saying([dead]), { memories });
  for (let n = 0; n < 5 && of(report).vote.state !== 'down'; n += 1) report = await run(saying([dead]), report);
  expect(of(report).vote.state).toBe('down');
  expect(report.because).toMatch(/^app of A: \d+ % of the last 0 s failed, and so did the last probe: No answer\.$/);
});

test('a failed probe shortens the interval to suspectInterval', async () => {
  const patient = { ...tiny, intervalMs: 200, suspectIntervalMs: 5, windowMs: 300, batchMs: 500 };
  const first = await run(saying([well]), { policy: patient });
  const { memories } = await run(saying([well]), { policy: patient, memories: first.memories });
  const [calm, uneasy] = [saying([well]), saying([dead, well])];
  await Promise.all([calm, uneasy].map((prober) => run(prober, { policy: patient, memories })));
  expect(calm.asked).toBeLessThanOrEqual(3);
  expect(uneasy.asked).toBeGreaterThan(2 * calm.asked);
});

test('a report says how long it was watched, by the clock of the vantage', async () => {
  const { memories } = await run(saying([well]));
  const { ranMs = 0 } = await run(saying([well]), { memories });
  expect(ranMs).toBeGreaterThan(tiny.batchMs / 2);
  expect(ranMs).toBeLessThanOrEqual(tiny.batchMs);
});

test('while a target fails the vantage reports every 15 s, so that its votes are never old', async () => {
  const slow = { ...policy, batchMs: 600_000 };
  const first = await run(saying([well]), { policy: slow });
  let report = first;
  for (let n = 0; n < 20 && of(report).vote.failingMs < 80_000; n += 1)
    report = await run(saying([dead]), { policy: slow, memories: report.memories });
  const { changed, ranMs } = await run(saying([dead]), { policy: slow, memories: report.memories });
  expect(changed).toBe(false);
  expect(ranMs).toBeGreaterThan(10_000);
  expect(ranMs).toBeLessThanOrEqual(15_000);
});

test('rounds follow each other by their starts: a probe that takes longer than the pause is followed at once', async () => {
  const slow = { ...policy, batchMs: 19_000 };
  let asked = 0;
  const lasting: Prober = {
    probe: () => {
      asked += 1;
      return new Promise((answer) => setTimeout(() => answer(well), 4_000));
    },
    controlsAnswer: () => Promise.resolve(true),
  };
  const first = await run(saying([well]), { policy: slow });
  await run(lasting, { policy: slow, memories: first.memories });
  // Rounds of 4 s begin after 0, 5, 10 and 15 s.
  expect(asked).toBe(4);
});

test('a vantage whose control targets fail too is silent, and never says down', async () => {
  const { memories } = await watchedFor(saying([well]));
  const report = await run(saying([dead], false), { memories });
  expect(of(report).vote.state).toBe('silent');
  expect(report.because).toMatch(
    /^app of A: Its control targets fail too, so its own network may be down: No answer\.$/,
  );
});

test('a probe that breaks is a failed reading, and the loop goes on', async () => {
  const prober: Prober = {
    probe: () => Promise.reject(new Error('Nobody expected this.')),
    controlsAnswer: () => Promise.resolve(true),
  };
  const report = await run(prober);
  expect(of(report).readings[0]).toMatchObject({ outcome: 'failed', because: 'Nobody expected this.' });
});

test('memories that were away for too long are forgotten', async () => {
  const { memories } = await watchedFor(saying([well]));
  const report = await run(saying([dead]), { memories, sinceMs: 60_000 });
  expect(of(report).readings).toHaveLength(1);
  expect(of(report).vote.state).toBe('silent');
});

test('a loop that ran late forgets what it saw: it may have been paused', async () => {
  const { memories } = await watchedFor(saying([well]));
  const real = performance.now.bind(performance);
  let pausedMs = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => real() + pausedMs);
  const prober = saying([well, well, dead]);
  const pausing: Prober = {
    ...prober,
    probe: (...asked) => {
      // The machine stands still between two rounds.
      if (prober.asked === 1) setTimeout(() => (pausedMs = 5_000), 1);
      return prober.probe(...asked);
    },
  };
  const report = await run(pausing, { memories }).finally(() => clock.mockRestore());
  expect(of(report).readings.length).toBeLessThan(of({ memories } as WatchResult).readings.length);
  expect(of(report).vote.heldMs).toBeLessThan(5_000);
});

test('a cancelled watch returns its memory at once', async () => {
  const { memories } = await watchedFor(saying([well]));
  const env = environment();
  const patient = { ...tiny, intervalMs: 60_000, batchMs: 600_000 };
  const running = run(saying([well]), { memories, policy: patient }, env);
  setTimeout(() => env.cancel(), 20);
  const report = await running;
  expect(report.changed).toBe(false);
  expect(of(report).vote.state).toBe('up');
});
