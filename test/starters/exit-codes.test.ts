/** Each way in which a command can end, and its exit code. */
import { ServiceError, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowUpdateRPCTimeoutOrCancelledError, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ApplicationFailure, RetryState } from '@temporalio/common';
import { usageOf } from '../../src/starters/command';
import { commands } from '../../src/starters/commands';
import { dispatch } from '../../src/starters/dispatch';
import { exitCodeOf, outcomes, type Outcome } from '../../src/starters/exit-codes';
import { helpFor, overview } from '../../src/starters/help';
import { Refusal } from '../../src/starters/refusal';
import { planned, rejoined } from '../workflows/results';
import { page } from '../docs/pages';
import { fakeTemporal, type FakeTemporal } from './fake-temporal';

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  for (const way of ['log', 'error'] as const)
    jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void printed.push(words.join(' ')));
});
afterEach(() => jest.restoreAllMocks());

const run = (line: string, temporal: FakeTemporal = {}): Promise<Outcome> =>
  dispatch(commands, line === '' ? [] : line.split(' '), fakeTemporal(temporal));

/** The example of its own usage, which asks for all that it needs. */
const typed = (name: string): string => {
  const command = commands.find((each) => each.name === name)!;
  const needed = Object.entries(command.options).flatMap(([option, spec]) =>
    spec.type === 'string' && spec.required ? [`--${option}`, spec.value.replace(/["\s]/g, '')] : [],
  );
  return [name, 'shop', ...needed].join(' ');
};

test('every outcome has a code of its own, and the two that scripts look for keep theirs', () => {
  const codes = Object.values(outcomes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect([exitCodeOf('done'), exitCodeOf('unfinished'), exitCodeOf('refused')]).toEqual([0, 1, 2]);
});

test('the help of all commands, and that of each, show the table', () => {
  const lines = Object.values(outcomes).map(({ means }) => means);
  for (const text of [overview(commands), ...commands.map(helpFor)])
    for (const means of lines) expect(text).toContain(means);
});

test('docs/operating.md has the same table', () => {
  const rows = page('docs/operating.md').text.split('\n');
  for (const [outcome, { code, means }] of Object.entries(outcomes))
    expect(rows).toContain(`| ${String(code)} | ${outcome} | ${means} |`);
});

test.each(commands.map((command) => [command.name, usageOf(command)]))(
  '%s: a slip of the command line is told apart from a refusal',
  async (name) => {
    expect(await run(`${name} shop --no-such-option`)).toBe('usage');
    expect(await run(`${name} ../etc`)).toBe('usage');
    expect(await run(`${name} --help`)).toBe('done');
  },
);

test.each([
  ['', 'usage'],
  ['--help', 'done'],
  ['help', 'done'],
  ['transfre shop', 'usage'],
  ['transfer', 'usage'],
  ['freeze shop', 'usage'],
  ['transfer shop --kind teleport', 'usage'],
  ['drill shop --kind checks --fault isolate', 'usage'],
  ['report shop --of breakfast', 'usage'],
  ['report shop --run abc', 'usage'],
  ['salvage shop eat', 'usage'],
  ['evidence shop burn', 'usage'],
  ['grants nowhere', 'refused'],
] as const)('npx handover %s: %s', async (line, outcome) => {
  expect(await run(line)).toBe(outcome);
});

const asks = commands
  .map(({ name }) => name)
  .filter((name) => !['grants', 'prepare', 'evidence', 'salvage'].includes(name));

test.each(asks)('%s: where Temporal is not there, nobody answered', async (name) => {
  const nowhere = () => Promise.reject(new Refusal('Temporal does not answer.', { outcome: 'no answer' }));
  expect(await dispatch(commands, typed(name).split(' '), nowhere)).toBe('no answer');
});

const failed = (type: string) =>
  new WorkflowFailedError('It failed.', ApplicationFailure.nonRetryable('No.', type), RetryState.NON_RETRYABLE_FAILURE);
const ending = (result: () => Promise<unknown>): FakeTemporal => ({
  start: () => ({ status: 'COMPLETED', result, query: () => Promise.resolve([]) }),
});
const gone = (error: Error) => () => Promise.reject(error);
const drilled = (met: boolean) => ({ checks: [], aim: { met, because: 'So it is.' } });

test.each<[string, string, FakeTemporal, Outcome]>([
  ['that completed', 'transfer shop', ending(() => Promise.resolve(planned())), 'done'],
  [
    'that rolled back',
    'transfer shop',
    ending(() => Promise.resolve(planned({ ending: 'rolled-back' }))),
    'unfinished',
  ],
  [
    'that needs a person',
    'failback shop',
    ending(() => Promise.resolve(planned({ ending: 'needs-operator' }))),
    'unfinished',
  ],
  ['that was refused', 'restore shop', ending(gone(failed('Refused'))), 'refused'],
  ['that does not like its input', 'transfer shop', ending(gone(failed('InvalidInput'))), 'refused'],
  ['that failed', 'transfer shop', ending(gone(failed('Other'))), 'unfinished'],
  ['of a rejoin that completed', 'rejoin shop', ending(() => Promise.resolve(rejoined())), 'done'],
  ['of a drill that met its aim', 'drill shop', ending(() => Promise.resolve(drilled(true))), 'done'],
  ['of a drill that missed its aim', 'drill shop', ending(() => Promise.resolve(drilled(false))), 'unfinished'],
  ['of a monitor that is refused', 'monitor shop', ending(gone(failed('InvalidInput'))), 'refused'],
])('the end of a run %s is the outcome of %s', async (_what, line, temporal, outcome) => {
  expect(await run(line, temporal)).toBe(outcome);
});

test('a second start is refused', async () => {
  const start = () => {
    throw new WorkflowExecutionAlreadyStartedError('It runs.', 'transfer/shop', 'transfer');
  };
  expect(await run('transfer shop', { start })).toBe('refused');
});

const monitored = (update: () => Promise<string>): FakeTemporal => ({ runs: { 'monitor/shop': { update } } });

test.each<[string, FakeTemporal, Outcome]>([
  ['is taken', monitored(() => Promise.resolve('Thawed.')), 'done'],
  ['is refused', monitored(gone(new WorkflowUpdateFailedError('', new Error('Nothing was frozen.')))), 'refused'],
  ['reaches no run', {}, 'not found'],
  ['is not answered', monitored(gone(new WorkflowUpdateRPCTimeoutOrCancelledError('late'))), 'no answer'],
  ['meets a Temporal that fails', monitored(gone(new ServiceError('It is ill.'))), 'no answer'],
  ['meets a fault of ours', monitored(gone(new TypeError('undefined is not a function'))), 'fault'],
])('a verb that %s', async (_what, temporal, outcome) => {
  expect(await run('thaw shop --who ines', temporal)).toBe(outcome);
  expect(printed.join('\n')).not.toBe('');
});

describe('a word for a run as a whole', () => {
  const taking = () => ({ update: (verb: string) => Promise.resolve(`${verb} was taken.`) });
  const words = '--who ines --because so';

  test.each(['hold', 'abort'])('%s goes to the transfer, or else to the rejoin that runs', async (verb) => {
    expect(await run(`${verb} shop ${words}`, { runs: { 'rejoin/shop': taking() } })).toBe('done');
    expect(printed).toEqual([`${verb} was taken.`]);
    const deaf = { update: gone(new WorkflowUpdateFailedError('', new Error('It is the transfer.'))) };
    const both = { 'rejoin/shop': taking(), 'transfer/shop': deaf };
    expect(await run(`${verb} shop ${words}`, { runs: both })).toBe('refused');
  });

  test('go-on reaches nobody where neither runs', async () => {
    expect(await run('go-on shop --who ines', { runs: { 'rejoin/shop': { status: 'COMPLETED' } } })).toBe('not found');
    expect(printed).toEqual([
      'Neither transfer/shop nor rejoin/shop is running, so nobody can receive go-on. Check it with: npx handover status shop',
    ]);
  });
});

test('a status, and a report, of what was never started find nothing', async () => {
  expect(await run('status shop')).toBe('not found');
  expect(await run('report shop')).toBe('not found');
});
