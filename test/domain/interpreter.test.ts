import type { Facts, Plan, StepCall } from '../../src/domain/plan/plan';
import { runPlan, type Answer, type StepInvoker, type JournalEntry } from '../../src/domain/plan/interpreter';
import { aCall, aPlan, pivot, undoable } from './calls';

interface Script {
  /** Steps that fail so many times; for ever when Infinity. */
  fails?: Record<string, number>;
  undoFails?: string[];
  answers?: Answer[];
  /** Cancelled as soon as this step was run. */
  cancelAfter?: string;
  /** What a step finds out, beside what every step does. */
  found?: Record<string, Facts>;
}

/** Hands that write down what they are told to do. */
async function play(plan: Plan, { fails = {}, undoFails = [], answers = [], cancelAfter, found = {} }: Script = {}) {
  const done: string[] = [];
  const asked: string[] = [];
  const params: Facts[] = [];
  let held = 0;
  const shown: { journal: number; running: string[] }[] = [];
  const left = new Map(Object.entries(fails));
  let now = 0;
  const hands: StepInvoker = {
    run: async (call, facts) => {
      done.push(call.id);
      params.push(call.params);
      now += 10;
      await Promise.resolve();
      const remaining = left.get(call.id) ?? 0;
      left.set(call.id, remaining - 1);
      if (remaining > 0) throw new Error(`${call.id} broke.`);
      return {
        outcome: 'done',
        because: `${call.id} is so.`,
        facts: { after: Object.keys(facts).length, ...found[call.id] },
      };
    },
    undo: (call) => {
      done.push(`undo ${call.id}`);
      return undoFails.includes(call.id)
        ? Promise.reject(new Error(`undo of ${call.id} broke.`))
        : Promise.resolve(`${call.id} is as before.`);
    },
    ask: (call, because) => {
      asked.push(`${call.id}: ${because}`);
      return Promise.resolve(answers.shift() ?? { answer: 'stop', because: 'Enough.' });
    },
    held: () => {
      held += 1;
      return Promise.resolve();
    },
    cancelled: () => (cancelAfter !== undefined && done.includes(cancelAfter) ? 'Ana cancelled it.' : undefined),
    now: () => now,
    noted: (journal, running) => shown.push({ journal: journal.length, running: running.map((each) => each.id) }),
    sentence: (error) => (error instanceof Error ? error.message : 'unknown'),
  };
  return { run: await runPlan(plan, hands), done, asked, shown, params, held };
}

const outcomes = (journal: JournalEntry[]) => journal.map((entry) => `${entry.id} ${entry.outcome}`);

const before: StepCall[][] = [
  [undoable('settings'), undoable('proxy'), aCall('media')],
  [undoable('gate')],
  [undoable('fence')],
  [aCall('drain')],
];
const after: StepCall[][] = [[aCall('canary'), aCall('sessions')], [aCall('dns')]];
const transfer = aPlan([...before, [pivot], ...after]);
const everything = transfer.stages.flat().map((call) => call.id);

test('a plan without trouble runs every step once and in order, and says so', async () => {
  const { run, done, asked } = await play(transfer);
  expect(run).toMatchObject({
    ending: 'completed',
    because: `Completed: ${everything.length} steps.`,
    pivotAttempted: true,
    followUps: [],
  });
  expect(done).toEqual(everything);
  expect(asked).toEqual([]);
  expect(outcomes(run.journal)).toEqual(everything.map((id) => `${id} done`));
});

test('steps of a stage start together, the next stage waits for all of them', async () => {
  const { shown } = await play(aPlan([[aCall('a'), aCall('b')], [aCall('c')]]));
  expect(shown[0]).toEqual({ journal: 0, running: ['a', 'b'] });
  expect(shown.find((each) => each.running.includes('c'))).toEqual({ journal: 2, running: ['c'] });
  expect(shown.at(-1)).toEqual({ journal: 3, running: [] });
});

test('later steps are given the facts of the earlier ones, under their names', async () => {
  const { run } = await play(aPlan([[aCall('a')], [aCall('b')], [aCall('c')]]));
  expect(run.facts).toEqual({ a: { after: 0 }, b: { after: 1 }, c: { after: 2 } });
});

test('what a step leaves to a person is a follow-up, although it is done', async () => {
  const { run } = await play(aPlan([[aCall('a')]]), { found: { a: { followUp: 'Enable 1 event of B by hand.' } } });
  expect(run).toMatchObject({
    ...{ ending: 'completed', because: 'Completed: 1 step, 1 follow-up outstanding.' },
    followUps: ['Enable 1 event of B by hand.'],
  });
});

describe('before the point of no return a failure unwinds, newest first', () => {
  test.each([
    ['settings', ['undo proxy', 'undo settings']],
    ['media', ['undo proxy', 'undo settings']],
    ['gate', ['undo gate', 'undo proxy', 'undo settings']],
    ['fence', ['undo fence', 'undo gate', 'undo proxy', 'undo settings']],
    ['drain', ['undo fence', 'undo gate', 'undo proxy', 'undo settings']],
  ])('%s fails', async (broken, undone) => {
    const { run, done, asked } = await play(transfer, { fails: { [broken]: Infinity } });
    expect(run).toMatchObject({
      ending: 'rolled-back',
      because: `Do ${broken} failed: ${broken} broke.`,
      pivotAttempted: false,
    });
    expect(done.filter((each) => each.startsWith('undo'))).toEqual(undone);
    expect(done).not.toContain('promote-database');
    expect(asked).toEqual([]);
  });

  test('the undo is armed before the act: a step that failed may have taken hold', async () => {
    const { done } = await play(transfer, { fails: { fence: Infinity } });
    expect(done).toContain('undo fence');
  });

  test('all steps of the stage are heard before anything is undone', async () => {
    const { run, done } = await play(transfer, { fails: { settings: Infinity, media: Infinity } });
    expect(done.slice(0, 3)).toEqual(['settings', 'proxy', 'media']);
    expect(run.because).toBe('Do settings failed: settings broke. Do media failed: media broke.');
  });

  test('an undo that fails stops the unwinding for a person: the next ones may rely on it', async () => {
    const { run, done } = await play(transfer, { fails: { drain: Infinity }, undoFails: ['gate'] });
    expect(run).toMatchObject({
      ending: 'needs-operator',
      because: 'Do drain failed: drain broke. Undoing "Do gate" failed too: undo of gate broke.',
    });
    expect(done.filter((each) => each.startsWith('undo'))).toEqual(['undo fence', 'undo gate']);
    expect(outcomes(run.journal).slice(-2)).toEqual(['fence undone', 'gate undo-failed']);
  });
});

describe('from the point of no return on it goes forward, or stops safe for a person', () => {
  const broken = ['promote-database', 'canary', 'dns'];

  test.each(broken)('%s fails and the person says stop: nothing is undone', async (step) => {
    const { run, done, asked } = await play(transfer, {
      fails: { [step]: Infinity },
      answers: [{ answer: 'stop', because: 'I take over.' }],
    });
    expect(run).toMatchObject({
      ending: 'needs-operator',
      because: `Do ${step} failed and was answered with stop: I take over.`,
      pivotAttempted: true,
    });
    expect(asked).toEqual([`${step}: ${step} broke.`]);
    expect(done.filter((each) => each.startsWith('undo'))).toEqual([]);
  });

  test.each(broken)('%s fails twice and the person says retry: it goes on', async (step) => {
    const { run, asked } = await play(transfer, {
      fails: { [step]: 2 },
      answers: [{ answer: 'retry' }, { answer: 'retry' }],
    });
    expect(run.ending).toBe('completed');
    expect(asked).toHaveLength(2);
    expect(outcomes(run.journal)).toEqual(expect.arrayContaining([`${step} failed`, `${step} done`]));
  });

  test.each(broken)('%s fails and the person says skip: it goes on, and the gap stays on the list', async (step) => {
    const { run, done } = await play(transfer, {
      fails: { [step]: Infinity },
      answers: [{ answer: 'skip', because: 'Done by hand.' }],
    });
    expect(run).toMatchObject({ ending: 'completed', followUps: [`Do ${step} was skipped: Done by hand.`] });
    expect(done).toEqual(everything);
    expect(outcomes(run.journal)).toEqual(expect.arrayContaining([`${step} failed`, `${step} skipped`]));
    expect(Object.keys(run.facts)).not.toContain(step);
  });

  test('the pivot counts as passed when it was attempted', async () => {
    const { run, done } = await play(transfer, { fails: { 'promote-database': Infinity } });
    expect(run.pivotAttempted).toBe(true);
    expect(done.at(-1)).toBe('promote-database');
  });
});

describe('a cancel', () => {
  test.each([
    ['settings', ['undo proxy', 'undo settings']],
    ['gate', ['undo gate', 'undo proxy', 'undo settings']],
    ['drain', ['undo fence', 'undo gate', 'undo proxy', 'undo settings']],
  ])('after %s and before the point of no return unwinds', async (last, undone) => {
    const { run, done } = await play(transfer, { cancelAfter: last });
    expect(run).toMatchObject({ ending: 'rolled-back', because: 'Ana cancelled it.' });
    expect(done.filter((each) => each.startsWith('undo'))).toEqual(undone);
    expect(done).not.toContain('promote-database');
  });

  test('of a plan whose steps stand once they are done is not called rolled back', async () => {
    const standing = aPlan([[aCall('fence-database')], [aCall('copy-binlogs')], [aCall('reseed-database')]]);
    const late = await play(standing, { cancelAfter: 'copy-binlogs' });
    expect(late.done).toEqual(['fence-database', 'copy-binlogs']);
    expect(late.run).toMatchObject({ ending: 'needs-operator', because: 'Ana cancelled it.' });
  });

  test.each(['promote-database', 'canary', 'dns'])('after %s comes too late: the transfer goes on', async (last) => {
    const { run, done } = await play(transfer, { cancelAfter: last });
    expect(run.ending).toBe('completed');
    expect(done).toEqual(everything);
  });
});

describe('a step that the transfer can do without', () => {
  const optional = aCall('media', { onFailure: 'follow-up' });

  test.each([
    ['before', aPlan([[undoable('settings'), optional], [undoable('fence')], [pivot]])],
    ['behind', aPlan([[undoable('fence')], [pivot], [optional], [aCall('dns')]])],
  ])('fails %s the point of no return: it is left as a follow-up, and nobody is asked', async (_, plan) => {
    const { run, done, asked } = await play(plan, { fails: { media: Infinity } });
    expect(run).toMatchObject({ ending: 'completed', followUps: ['Do media: media broke.'] });
    expect(done).toEqual(plan.stages.flat().map((call) => call.id));
    expect(asked).toEqual([]);
  });
});

test('each entry of the journal says when it began and ended, and in this order', async () => {
  const { run } = await play(transfer, { fails: { dns: 1 }, answers: [{ answer: 'retry' }] });
  for (const entry of run.journal) expect(entry.endedAt).toBeGreaterThanOrEqual(entry.startedAt);
  const ends = run.journal.map((entry) => entry.endedAt);
  expect(ends).toEqual([...ends].sort((one, other) => one - other));
});

test.each([
  [5, ['Decide by hand about 5 items that only the deposed region had: npx handover salvage shop list']],
  [1, ['Decide by hand about 1 item that only the deposed region had: npx handover salvage shop list']],
  [0, []],
])('%d items that salvage left to a person are a follow-up of the run', async (listed, followUps) => {
  const plan = aPlan([[aCall('salvage-orders')], [aCall('reseed')]]);
  const { run } = await play(plan, { found: { 'salvage-orders': { listed } } });
  expect([run.ending, run.followUps]).toEqual(['completed', followUps]);
});

describe('a step that asks before the point of no return', () => {
  const ask = { approved: { unfenced: 'proceed' }, waitMs: 60_000, otherwise: 'Switch A off.' };
  const asks = aPlan([[undoable('settings')], [aCall('fence', { params: { region: 'A' }, ask })], [pivot]]);

  test('runs again with what a person approved, and keeps who did', async () => {
    const answers: Answer[] = [{ answer: 'approve', who: 'ines', because: 'A is off.' }];
    const { run, done, params } = await play(asks, { fails: { fence: 1 }, answers });
    expect(done).toEqual(['settings', 'fence', 'fence', 'promote-database']);
    expect(params.at(-2)).toEqual({ region: 'A', unfenced: 'proceed', approvedBy: 'ines approved it: A is off.' });
    expect(run.ending).toBe('completed');
  });

  test('is tried as it was when a person says retry', async () => {
    const { params } = await play(asks, { fails: { fence: 1 }, answers: [{ answer: 'retry' }] });
    expect(params.at(-2)).toEqual({ region: 'A' });
  });

  test('rolls back when it is rejected, and says what helps', async () => {
    const answers: Answer[] = [{ answer: 'reject', because: 'Nobody approved it.' }];
    const { run, done } = await play(asks, { fails: { fence: 1 }, answers });
    expect(done).toEqual(['settings', 'fence', 'undo settings']);
    expect(run).toMatchObject({ ending: 'rolled-back', pivotAttempted: false });
    expect(run.because).toBe('Do fence failed: fence broke. Nobody approved it. Switch A off.');
  });
});

test('a run is held before each step up to the point of no return, and not behind it', async () => {
  const { held } = await play(transfer);
  expect(held).toBe(before.length + 1);
});
