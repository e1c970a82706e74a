/** All sites in a line each, and one word to all of them. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { Standing } from '../../src/contract/standing';
import { commands } from '../../src/starters/commands';
import { dispatch } from '../../src/starters/dispatch';
import type { Outcome } from '../../src/starters/exit-codes';
import { fakeTemporal, type FakeTemporal } from './fake-temporal';

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  jest.useFakeTimers({ now: 1_000_000_000_000 });
  for (const way of ['log', 'error'] as const)
    jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void printed.push(words.join(' ')));
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const run = async (line: string, temporal: FakeTemporal): Promise<Outcome | undefined> => {
  let outcome: Outcome | undefined;
  void dispatch(commands, line.split(' '), fakeTemporal(temporal)).then((each) => (outcome = each));
  await jest.advanceTimersByTimeAsync(2_000);
  return outcome;
};

const ago = (ms: number) => 1_000_000_000_000 - ms;
const well: Standing = {
  verdict: 'healthy',
  since: ago(3 * 3_600_000),
  at: ago(0),
  mode: 'auto',
  primary: 'A',
  epoch: 1,
  notes: [],
};
const ill: Standing = {
  ...well,
  ...{ verdict: 'region-down', since: ago(40_000), mode: 'approve', primary: 'B', epoch: 12, notes: ['frozen'] },
  incident: { number: 3, openedAt: ago(60_000) },
};
const answering = (standing: Standing) => ({ query: () => Promise.resolve(standing) });

/** A monitor as a list has it. */
const listed = (site: string, shown: Record<string, string> = {}) => ({
  workflowId: `monitor/${site}`,
  typedSearchAttributes: { getAll: () => Object.entries(shown).map(([name, value]) => ({ key: { name }, value })) },
});
const runningOnly =
  (...monitors: object[]) =>
  (query: string) =>
    query.endsWith('ExecutionStatus = "Running"') ? monitors : [];

test('status without a site shows each monitored site in a line, by its own answer, where Temporal knows no search attributes', async () => {
  const runs = { 'monitor/one': answering(well), 'monitor/second': answering(ill) };
  expect(await run('status', { runs, list: runningOnly(listed('second'), listed('one')) })).toBe('done');
  expect(printed).toEqual([
    'SITE    VERDICT               MODE     PRIMARY      INCIDENT',
    'one     healthy for 3 h       auto     A, epoch 1   none',
    'second  region-down for 40 s  approve  B, epoch 12  3, open for 60 s  frozen',
  ]);
});

test('a site whose monitor does not answer is shown as the search attributes tell it, and some are then missing', async () => {
  const shown = { HandoverVerdict: 'degraded', HandoverMode: 'observe', HandoverIncident: 'open' };
  const runs = {
    'monitor/one': answering(well),
    'monitor/two': { query: () => Promise.reject(new Error('Too late.')) },
  };
  expect(await run('status', { runs, list: runningOnly(listed('one'), listed('two', shown)) })).toBe('partly');
  expect(printed[2]).toMatch(/^two {3}degraded +observe {2}\? +open +as it was told last: Too late\.$/);
});

test('where no monitor answers at all, that is no part of an answer', async () => {
  const runs = { 'monitor/one': { query: () => Promise.reject(new Error('Too late.')) } };
  expect(await run('status', { runs, list: runningOnly(listed('one')) })).toBe('no answer');
});

test('without a worker no monitor is asked', async () => {
  const asked = jest.fn();
  const temporal = { runs: { 'monitor/one': { query: asked } }, pollers: () => Promise.resolve([]) };
  expect(await run('status', { ...temporal, list: runningOnly(listed('one')) })).toBe('no worker');
  expect(printed[0]).toMatch(/^No worker polls the queue handover/);
  expect(printed[2]).toContain('as it was told last: no worker runs');
  expect(asked).not.toHaveBeenCalled();
});

test('a site that nobody watches any more is named, and one whose monitor was refused is none', async () => {
  const list = (query: string) =>
    query.includes('ContinuedAsNew') ? [listed('gone'), listed('one')] : [listed('one')];
  const runs = {
    'monitor/one': answering(well),
    'monitor/gone': { status: 'COMPLETED', result: () => Promise.resolve('Stopped by ines.') },
  };
  expect(await run('status', { runs, list })).toBe('done');
  expect(printed.slice(2)).toEqual([expect.stringMatching(/^gone {2}NOT WATCHED: stopped \d+ days ago$/)]);
});

test('no more than sixteen monitors are asked at the same time', async () => {
  let [now, most] = [0, 0];
  const query = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 50));
    now -= 1;
    return well;
  };
  const names = Array.from({ length: 60 }, (_, index) => `site-${String(index).padStart(2, '0')}`);
  const runs = Object.fromEntries(names.map((name) => [`monitor/${name}`, { query }]));
  expect(await run('status', { runs, list: runningOnly(...names.map((name) => listed(name))) })).toBe('done');
  expect(most).toBe(16);
  expect(printed.slice(1).map((line) => line.slice(0, 7))).toEqual(names);
});

const says = (answer: string) => ({ update: () => Promise.resolve(answer) });
const refuses = { update: () => Promise.reject(new WorkflowUpdateFailedError('', new Error('Nothing was frozen.'))) };

test.each<[string, FakeTemporal['runs'], Outcome, string[]]>([
  [
    'both do it',
    { 'monitor/one': says('Thawed.'), 'monitor/two': says('Thawed.') },
    'done',
    ['one: Thawed.', 'two: Thawed.'],
  ],
  [
    'one refuses',
    { 'monitor/one': refuses, 'monitor/two': says('Thawed.') },
    'partly',
    ['one: FAILED. Nothing was frozen.', 'two: Thawed.'],
  ],
  [
    'both refuse',
    { 'monitor/one': refuses, 'monitor/two': refuses },
    'refused',
    ['one: FAILED. Nothing was frozen.', 'two: FAILED. Nothing was frozen.'],
  ],
])('thaw --all, where %s', async (_what, runs = {}, outcome, lines) => {
  expect(await run('thaw --all --who ines', { runs, list: runningOnly(listed('one'), listed('two')) })).toBe(outcome);
  expect(printed).toEqual(lines);
});

test('freeze --all sends the same fields to every monitor', async () => {
  const update = jest.fn(() => Promise.resolve('Frozen.'));
  const runs = { 'monitor/one': { update }, 'monitor/two': { update } };
  const list = runningOnly(listed('one'), listed('two'));
  expect(await run('freeze --all --who ines --because so', { runs, list })).toBe('done');
  expect(update.mock.calls).toEqual([
    ['freeze', { who: 'ines', because: 'so' }],
    ['freeze', { who: 'ines', because: 'so' }],
  ]);
});

test.each<[string, Outcome, RegExp]>([
  ['freeze --who ines --because so', 'usage', /^SITE is missing. Usage: npx handover freeze SITE\|--all/],
  ['freeze shop --all --who ines --because so', 'usage', /^shop or --all, not both/],
  ['acknowledge --all --who ines', 'usage', /^There is no option --all/],
  ['freeze --all --because so', 'usage', /^freeze needs --who: npx handover freeze --all --who/],
  ['thaw --all --who ines', 'not found', /^No site is monitored/],
  ['status', 'not found', /^No site is monitored/],
])('npx handover %s: %s', async (line, outcome, sentence) => {
  expect(await run(line, {})).toBe(outcome);
  expect(printed[0]).toMatch(sentence);
});
