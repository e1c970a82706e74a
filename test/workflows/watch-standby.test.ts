/** The look at the standby, with a database that says what the test wants to be seen. */
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { watchStandby } from '../../src/activities/monitoring/watch-standby';
import type { SiteContext } from '../../src/activities/planning/prepare';
import type { StandbyReport, WatchStandbyInput } from '../../src/contract/monitor';
import type { DatabaseState, Ports } from '../../src/ports/ports';
import { labSite } from '../world/planning';

interface View {
  io?: 'yes' | 'connecting';
  sql?: boolean;
  heartbeatAgeMs?: number;
  silent?: true;
}

/** Each look sees the next view, and the last one from then on. */
function context(views: [View, ...View[]]): SiteContext & { looks: number } {
  const state = { looks: 0 };
  const view = () => views[Math.min(state.looks, views.length - 1)] ?? {};
  const database = {
    state: () => {
      const { io = 'yes', sql = true, silent } = view();
      const replica = { sourceHost: 'a', io, sql, fetchedPosition: '', usesGtid: true, secondsBehind: 0 };
      const epoch = { epoch: 1, region: 'A', verifiedEpoch: 1 };
      return silent ? Promise.reject(new Error('No answer.')) : Promise.resolve({ replica, epoch } as DatabaseState);
    },
    heartbeat: () => {
      const { heartbeatAgeMs = 500 } = view();
      state.looks += 1;
      return Promise.resolve({ atMs: Date.now() - heartbeatAgeMs, epoch: 1 });
    },
  };
  const ports = { database: () => database, now: () => Date.now() } as unknown as Ports;
  return Object.assign(state, { site: labSite, ports, caPem: '' });
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

async function look(over: SiteContext, word = ''): Promise<StandbyReport & { tookMs: number }> {
  const env = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const from = Date.now();
  const ended = { at: 0 };
  const running = env
    .run<[SiteContext, WatchStandbyInput], StandbyReport, typeof watchStandby>(watchStandby, over, {
      site: 'lab',
      primary: 'A',
      word,
    })
    .finally(() => (ended.at = Date.now()));
  while (ended.at === 0) await jest.advanceTimersByTimeAsync(500);
  return { ...(await running), tookMs: ended.at - from };
}

test('the first look is news at once, with the lag', async () => {
  expect(await look(context([{}]))).toMatchObject({ changed: true, lagMs: 500 });
});

test.each<[string, View]>([
  ['heartbeats that stop', { heartbeatAgeMs: 12_000 }],
  ['a connection that is lost', { io: 'connecting', heartbeatAgeMs: 12_000 }],
  ['an applier that stops', { sql: false }],
  ['a lag beyond policy.maxReplicaLag', { heartbeatAgeMs: 31_000 }],
  ['a database that is silent', { silent: true }],
])('%s are news within 15 s', async (_, view) => {
  const { word } = await look(context([{}]));
  const { changed, tookMs } = await look(context([{}, view]), word);
  expect(changed).toBe(true);
  expect(tookMs).toBeLessThanOrEqual(16_000);
});

test('while nothing changes it looks every 15 s, and reports after five minutes that nothing has changed', async () => {
  const { word } = await look(context([{}]));
  const calm = context([{}]);
  const { changed, tookMs } = await look(calm, word);
  expect(changed).toBe(false);
  expect(calm.looks).toBeGreaterThanOrEqual(19);
  expect(tookMs).toBeLessThanOrEqual(300_500);
});

test('no lag is told where the source is not heard', async () => {
  expect(await look(context([{ heartbeatAgeMs: 12_000 }]))).not.toHaveProperty('lagMs');
});
