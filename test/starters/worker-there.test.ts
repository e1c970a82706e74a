/** That no worker runs is said at once, and never where one may be there. */
import { commands } from '../../src/starters/commands';
import { dispatch } from '../../src/starters/dispatch';
import type { Outcome } from '../../src/starters/exit-codes';
import { fakeTemporal, type FakeTemporal } from './fake-temporal';

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  jest.useFakeTimers();
  for (const way of ['log', 'error'] as const)
    jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void printed.push(words.join(' ')));
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const nobody = () => Promise.resolve([]);
const poller = (agoMs: number) => ({ lastAccessTime: { seconds: Math.floor((Date.now() - agoMs) / 1_000) } });
/** A run that would wait for ever for its worker, as Temporal does. */
const stuck = { update: () => new Promise<never>(() => undefined), query: () => new Promise<never>(() => undefined) };
const runs = { 'monitor/shop': stuck, 'transfer/shop': stuck, 'alerts/shop': stuck };
/** What came of it within two seconds. */
const run = async (line: string, temporal: FakeTemporal): Promise<Outcome | undefined> => {
  let outcome: Outcome | undefined;
  void dispatch(commands, line.split(' '), fakeTemporal(temporal)).then((each) => (outcome = each));
  await jest.advanceTimersByTimeAsync(2_000);
  return outcome;
};

const who = '--who ines --because so';

test.each([
  'monitor shop',
  'transfer shop',
  'failback shop',
  'restore shop',
  'rejoin shop',
  'drill shop',
  'salvage shop list',
  `freeze shop ${who}`,
  'thaw shop --who ines',
  'explain shop',
  'retry shop',
  'acknowledge-alerts shop --who ines',
])('npx handover %s: without a worker nothing is sent, and the sentence says how to start one', async (line) => {
  const start = () => {
    throw new Error('It was started.');
  };
  expect(await run(line, { runs, start, pollers: nobody })).toBe('no worker');
  expect(printed.slice(-1)).toEqual([
    'No worker polls the queue handover, so nobody would do it. Start one: node dist/src/worker.js --role runbook',
  ]);
});

test('a verb asks about the queue of its own run', async () => {
  const elsewhere = { 'monitor/shop': { ...stuck, taskQueue: 'elsewhere' } };
  const pollers = (queue: string) => Promise.resolve(queue === 'elsewhere' ? [] : [poller(0)]);
  expect(await run('explain shop', { runs: elsewhere, pollers })).toBe('no worker');
  expect(printed[0]).toMatch(/^No worker polls the queue elsewhere, .* Start one that polls elsewhere;/);
});

const thawed = { 'monitor/shop': { update: () => Promise.resolve('Thawed.') } };

test('a worker that is listed only at the second look is there', async () => {
  let looks = 0;
  const pollers = () => Promise.resolve(++looks > 2 ? [poller(0)] : []);
  expect(await run('thaw shop --who ines', { runs: thawed, pollers })).toBe('done');
  expect(printed).toEqual(['Thawed.']);
});

/** The pollers of a whole queue are the second question. */
const silentOfAll = () => {
  let looks = 0;
  return () => (++looks % 2 === 1 ? Promise.resolve([]) : Promise.reject(new Error('deadline exceeded')));
};

test.each([
  ['Temporal tells of one part of the queue only', silentOfAll()],
  ['Temporal does not say who polls', () => Promise.reject(new Error('unimplemented'))],
  ['the clock here runs behind', () => Promise.resolve([poller(-600_000)])],
  ['one has just polled', () => Promise.resolve([poller(200_000), poller(60_000)])],
])('where %s, the word is sent without a comment', async (_what, pollers) => {
  expect(await run('thaw shop --who ines', { runs: thawed, pollers })).toBe('done');
  expect(printed).toEqual(['Thawed.']);
});

test('a worker that was heard minutes ago is doubted aloud, and the word is sent all the same', async () => {
  const pollers = () => Promise.resolve([poller(240_000)]);
  expect(await run('thaw shop --who ines', { runs: thawed, pollers })).toBe('done');
  expect(printed).toEqual([
    expect.stringMatching(
      /^The last worker on the queue handover was heard 4 min ago\. If nothing happens now: Start one/,
    ),
    'Thawed.',
  ]);
});

test('a status without a worker asks nobody, and says so first', async () => {
  expect(await run('status shop', { runs, pollers: nobody })).toBe('done');
  expect(printed[0]).toMatch(/^No worker polls the queue handover/);
  expect(printed.join('\n')).toContain('monitor/shop: running');
  expect(printed.join('\n')).toContain('How it stands, only a worker could tell.');
});
