/** How the command line says how a run stands or ended, from what the workflows tell. */
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, RetryState } from '@temporalio/common';
import type { DrillResult } from '../../src/domain/plan/result';
import { planIn, renderDetails } from '../../src/starters/details';
import { endingOfFailure, endingOfResult } from '../../src/starters/endings';
import { endingLines } from '../../src/starters/transfer';
import { agoOf } from '../../src/starters/words';
import { planDetails } from '../../src/workflows/running/details';
import { aCall, aPlan, pivot } from '../domain/calls';
import { aResult, entry, planned, rejoined } from '../workflows/results';

const plan = aPlan([[aCall('fence')], [pivot], [aCall('dns')]]);

test('the details of a running plan tell its heading, its steps and the question', () => {
  const question = 'Do dns failed: no. Answer with: npx handover retry shop';
  expect(planIn(planDetails(plan, [], ['fence'], []))).toEqual({
    heading: 'switchover A → B, epoch 2, 3 steps. A test asks for it.',
    questions: [],
  });
  expect(planIn(planDetails(plan, [], [], [question]))?.questions).toEqual([question]);
  expect(planIn('**shop: healthy.** All is well.')).toBeUndefined();
});

test('a checklist is rendered in words, without stars', () => {
  const journal = [entry('fence', 0, 1, { id: 'fence', title: 'Do fence', because: 'A is read-only.' })];
  expect(renderDetails(planDetails(plan, journal, ['dns'], ['What now?']), 0, false).split('\n')).toEqual([
    'shop: switchover A → B, epoch 2. A test asks for it.',
    '',
    'What now?',
    '',
    'done    Do fence: A is read-only.',
    'running Do dns',
    'to come Do promote-database (point of no return)',
  ]);
});

test('the details of a monitor are rendered in columns, with their age, and say no sentence twice', () => {
  const details = [
    '**shop: healthy.** North and east say app of A is up.',
    '',
    '**hold:** North and east say app of A is up.',
    '',
    '| | north | east |',
    '|---|---|---|',
    '| app of A | up | silent |',
    '| table of A | down | up |',
    '',
    'Primary A, epoch 1. As of 2026-11-23T00:00:00.000Z.',
  ];
  expect(renderDetails(details.join('\n'), Date.UTC(2026, 10, 23, 0, 1, 16), false).split('\n')).toEqual([
    'shop: healthy. North and east say app of A is up.',
    '',
    'hold',
    '',
    '            north  east',
    'app of A    up     silent',
    'table of A  down   up',
    '',
    'Primary A, epoch 1. As of 2026-11-23T00:00:00.000Z, 76 s ago.',
  ]);
});

test('a terminal that shows bold gets the emphasis of the details', () => {
  expect(renderDetails('**shop: blind.** Nobody can tell.', 0, true)).toBe(
    '\u001b[1mshop: blind.\u001b[22m Nobody can tell.',
  );
});

test.each([
  [1_000, '1 s'],
  [76_000, '76 s'],
  [720_000, '12 min'],
  [27 * 3_600_000, '27 h'],
  [72 * 3_600_000, '3 days'],
])('%d ms ago is written %s', (ms, text) => {
  expect(agoOf(ms)).toBe(text);
});

describe('a run that returned ended as its result says, not as Temporal does', () => {
  test.each([
    [
      planned(),
      'completed',
      /B is the primary of epoch 2\.$/,
      ['npx handover report shop', 'npx handover failback shop'],
    ],
    [aResult(), 'completed', /B is the primary/, ['npx handover report shop', 'npx handover rejoin shop']],
    [
      planned({ ending: 'rolled-back', pivotAttempted: false, because: 'It was cancelled.' }),
      'rolled-back',
      /^It was cancelled\. A is still the primary\.$/,
      ['npx handover drill shop', 'npx handover report shop'],
    ],
    [
      planned({ ending: 'needs-operator', because: 'Point … failed and was answered with stop: x' }),
      'needs-operator',
      /^Point … failed and was answered with stop: x$/,
      ['npx handover drill shop', 'npx handover report shop'],
    ],
    [
      rejoined(),
      'completed',
      /^All steps were done\.$/,
      ['npx handover report shop --of rejoin', 'npx handover failback shop'],
    ],
  ])('%#: %j', (result, word, because, next) => {
    expect(endingOfResult('transfer', 'shop', result)).toEqual({
      word,
      because: expect.stringMatching(because) as string,
      next,
      refused: false,
    });
  });

  test('a drill that missed its aim did not complete', () => {
    const drill = { aim: { met: false, because: 'host of B: no answer.' } } as DrillResult;
    expect(endingOfResult('drill', 'shop', drill)).toMatchObject({
      word: 'aim not met',
      because: 'host of B: no answer.',
    });
  });
});

test.each([
  ['Refused', 'refused', true, []],
  ['InvalidInput', 'refused', true, []],
  ['Other', 'failed', false, ['npx handover drill shop']],
])('a run that failed with %s was %s, with its sentence', (type, word, refused, next) => {
  const cause = ApplicationFailure.nonRetryable('There is no site shop.', type);
  const error = new WorkflowFailedError('Workflow execution failed', cause, RetryState.NON_RETRYABLE_FAILURE);
  expect(endingOfFailure('transfer', 'shop', 'FAILED', error)).toEqual({
    word,
    because: 'There is no site shop.',
    refused,
    next,
  });
});

test('the last line of a transfer says where the shop is and what to type next', () => {
  expect(endingLines(planned({ because: 'Completed: 26 steps.', followUps: ['Copy the rest.'] }))).toEqual([
    '  follow-up: Copy the rest.',
    'Completed: 26 steps. B is the primary of epoch 2. Next: npx handover report shop or npx handover failback shop',
  ]);
  expect(endingLines(planned({ ending: 'needs-operator', because: 'It stopped.' }))).toEqual([
    'needs-operator: It stopped. Next: npx handover drill shop or npx handover report shop',
  ]);
});
