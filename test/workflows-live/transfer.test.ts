/** The transfer on a real Temporal server, over a world in memory. */
import type { WorkflowHandle } from '@temporalio/client';
import { until } from '../../lab/loopback/until';
import { transferVerbs } from '../../src/contract/verbs';
import type { JournalEntry } from '../../src/domain/plan/interpreter';
import type { TransferResult } from '../../src/domain/plan/result';
import { planIn, readDetails } from '../../src/starters/details';
import { send } from '../../src/starters/message-commands';
import { Refusal } from '../../src/starters/refusal';
import type { FaultPlan } from '../world/faults';
import { issuedTwice, missingIn } from '../world/invariants';
import { answered, putSet, shopName } from '../world/zone';
import { eventsOfKind, keep, lines } from './history';
import type { LiveSite } from './sites';
import { Stage } from './stage';

interface Play {
  live: LiveSite;
  handle: WorkflowHandle;
}

let stage: Stage;
/** Transfers that take their time side by side; each test sees to its own. */
let plays: Record<'early' | 'late' | 'poorer' | 'retried' | 'skipped' | 'stopped' | 'twoNames', Promise<Play>>;

async function play(name: string, faults: FaultPlan = [], prepare = (_: LiveSite) => {}): Promise<Play> {
  const live = stage.newSite(name, faults);
  prepare(live);
  return { live, handle: await stage.start('transfer', name, { kind: 'switchover', because: 'A test asks for it.' }) };
}

/** Something else happens in the world while the promoted database is tried. */
const meanwhile = (name: string, happen: () => void): FaultPlan => [
  { step: 'canary-order', attempt: 1, call: 0, fault: { kind: 'event', name, happen } },
];

/** The zone has been changed by somebody else, which no transfer may overrule. */
const meddled = (name: string): Promise<Play> =>
  play(
    name,
    meanwhile('meddle', () => pointTo(stage.sites.find(name), '192.0.2.99')),
  );
const pointTo = ({ world }: LiveSite, address: string, name = shopName) =>
  putSet(world.zone, { name, type: 'A', ttlSeconds: 1, values: [address] });
const secondName = 'api.shop.test.';
/** Both names of the shop have been changed by somebody else. */
const twoNames = (name: string): Promise<Play> => {
  const meddle = () => {
    for (const each of [shopName, secondName]) pointTo(stage.sites.find(name), '192.0.2.99', each);
  };
  return play(name, meanwhile('meddle', meddle), (live) => {
    const { records } = live.site.dns;
    live.site = {
      ...live.site,
      dns: { ...live.site.dns, records: records.flatMap((record) => [record, { ...record, name: secondName }]) },
    };
    pointTo(live, live.world.region('A').address, secondName);
  });
};
/** It drains for as long as a test may need to come to it. */
const stuck = (live: LiveSite) => {
  live.world.region('B').server.applyRate = 0;
  live.site = { ...live.site, policy: { ...live.site.policy, drainTimeoutMs: 3_600_000 } };
};

beforeAll(async () => {
  stage = await Stage.open();
  const cancelLate = () => void stage.client.workflow.getHandle('transfer/cancelled-late').cancel();
  plays = {
    early: play('cancelled-early', [], stuck),
    late: play('cancelled-late', meanwhile('cancel', cancelLate)),
    poorer: play('follow-up', [{ step: 'sync-media/before', attempt: 1, call: 0, fault: { kind: 'denied' } }]),
    retried: meddled('retried'),
    skipped: meddled('skipped'),
    stopped: meddled('stopped'),
    twoNames: twoNames('two-names'),
  };
  await Promise.all(Object.values(plays));
});
afterAll(() => stage.close());

const addressIn = ({ world }: LiveSite) => answered(world.zone, shopName, 'A', world.gate.clock.now())?.[0];
const changesOf = ({ world }: LiveSite, op: string) =>
  world.gate.effects.filter((effect) => effect.op === op && effect.changed);

test('a planned transfer moves the shop there, and another one brings it home with every order', async () => {
  const { live, handle: there } = await play('there-and-home');
  const { world, name } = live;
  const moved = (await there.result()) as TransferResult;
  expect(moved).toMatchObject({ ending: 'completed', from: 'A', to: 'B', epoch: 2, followUps: [] });
  expect(addressIn(live)).toBe(world.region('B').address);
  await keep(there, 'transfer-planned');

  const home = await stage.start('transfer', name, { kind: 'failback' });
  expect(await home.result()).toMatchObject({ ending: 'completed', from: 'B', to: 'A', epoch: 3, followUps: [] });
  expect(addressIn(live)).toBe(world.region('A').address);
  expect(changesOf(live, 'database.promote').map(({ region }) => region)).toEqual(['B', 'A']);
  expect(world.acknowledged.length).toBeGreaterThan(10);
  expect([missingIn(world, 'A'), issuedTwice(world), world.violations]).toEqual([[], [], []]);
});

test('the history of a transfer reads as a runbook: every activity and timer says in words what it is for', async () => {
  const handle = stage.client.workflow.getHandle('transfer/there-and-home');
  const read = await lines(handle);
  expect(read.filter(({ summary }) => summary === '')).toEqual([]);
  const said = read.map(({ summary }) => summary);
  expect(said[0]).toBe('Survey both regions and write the plan');
  for (const sentence of [/^Fence B/, /^Promote A/, /^Open A/, /^Point www.shop.test. \(A\) to 198.51.100.10$/])
    expect(said).toEqual(expect.arrayContaining([expect.stringMatching(sentence)]));
});

test('a transfer can be found by its site, kind and ending', async () => {
  const query = 'HandoverSite = "there-and-home" AND HandoverKind = "failback" AND HandoverEnding = "completed"';
  expect(await stage.client.workflow.count(query)).toMatchObject({ count: 1 });
});

test('a second transfer of the same site is refused while one runs', async () => {
  const { live, handle } = await play('locked', [], stuck);
  await expect(stage.start('transfer', live.name)).rejects.toMatchObject({
    name: 'WorkflowExecutionAlreadyStartedError',
  });
  await handle.terminate('The test is over.');
});

test('a cancel before the point of no return takes everything back, and the old primary serves on', async () => {
  const { live, handle } = await plays.early;
  const [a, b] = [live.world.region('A'), live.world.region('B')];
  await until('the database of A is fenced', () => Promise.resolve(a.server.readOnly));
  await handle.cancel();
  const result = (await handle.result()) as TransferResult;
  expect(result).toMatchObject({ ending: 'rolled-back', pivotAttempted: false });
  expect(result.because).toContain('The run was cancelled.');
  expect([a.server.readOnly, a.gate, a.schedulerPaused]).toEqual([false, undefined, false]);
  expect(b.file).toMatchObject({ role: 'standby', epoch: 1 });
  expect(addressIn(live)).toBe(a.address);
  expect(changesOf(live, 'database.promote')).toEqual([]);
  expect(live.world.violations).toEqual([]);
  await keep(handle, 'transfer-cancelled');
});

test('a cancel after the point of no return changes nothing: the transfer goes on to its end', async () => {
  const { live, handle } = await plays.late;
  expect(await handle.result()).toMatchObject({ ending: 'completed', to: 'B' });
  expect(await eventsOfKind(handle, 'workflowExecutionCancelRequestedEventAttributes')).toHaveLength(1);
  expect(live.world.region('B').server.row).toMatchObject({ epoch: 2, region: 'B', verifiedEpoch: 2 });
  expect(live.world.violations).toEqual([]);
});

test('what the transfer can do without is left as a follow-up', async () => {
  const { handle } = await plays.poorer;
  const { ending, followUps } = (await handle.result()) as TransferResult;
  expect(ending).toBe('completed');
  expect(followUps).toEqual([expect.stringMatching(/^Copy .*denied/)]);
});

describe('a step that fails after the point of no return', () => {
  const asking = async (started: Promise<Play>): Promise<Play> => {
    const { live, handle } = await started;
    const asked = () => live.world.alerts.find(({ summary }) => summary.includes('Answer with: npx handover retry '));
    await until('the person on call is paged', () => Promise.resolve(asked()));
    return { live, handle };
  };

  test('is tried again when the person on call says retry by a signal', async () => {
    const { live, handle } = await asking(plays.retried);
    const journal = await handle.query<JournalEntry[]>('journal');
    expect(journal.find(({ step }) => step === 'switch-dns')).toMatchObject({ outcome: 'failed' });
    expect(live.world.alerts[0]?.command).toMatch(/^npx handover retry \S+ --step "switch-dns[^"]*"$/);
    await handle.signal('retry');
    await until('the person on call is asked again', () => Promise.resolve(live.world.alerts.length > 1));
    pointTo(live, live.world.region('A').address);
    await handle.signal('retry');
    expect(await handle.result()).toMatchObject({ ending: 'completed', followUps: [] });
    expect(addressIn(live)).toBe(live.world.region('B').address);
    // Who is called for one question or for the end must be called for the next as well.
    const keys = () => new Set(live.world.alerts.map(({ key }) => key)).size;
    await until('each question and the end was told', () => Promise.resolve(keys() === 3));
    await keep(handle, 'transfer-retried');
  });

  test('is left out when they say skip by an update, and stays on the list', async () => {
    const { live, handle } = await asking(plays.skipped);
    pointTo(live, live.world.region('B').address);
    const because = 'The record was moved by hand.';
    expect(await handle.executeUpdate('skip', { args: [{ because }] })).toMatch(
      /^skip was accepted for the failed step: Point www\.shop\.test\./,
    );
    const result = (await handle.result()) as TransferResult;
    expect(result.ending).toBe('completed');
    expect(result.followUps).toEqual([expect.stringContaining(because)]);
  });

  test('is one question of two where two fail at once, and each gets its own answer', async () => {
    const { live, handle } = await asking(plays.twoNames);
    const questions = () => readDetails(handle).then((details) => planIn(details)?.questions ?? []);
    await until('both steps wait', async () => (await questions()).length === 2);
    await expect(handle.executeUpdate('retry', { args: [{}] })).rejects.toMatchObject({
      cause: { type: 'Refused', message: expect.stringMatching(/^2 steps wait .* --step "/) as string },
    });
    for (const name of [shopName, secondName]) pointTo(live, live.world.region('A').address, name);
    await handle.executeUpdate('retry', { args: [{ step: `switch-dns/${secondName} A` }] });
    await until('one step waits', async () => (await questions()).length === 1);
    await handle.executeUpdate('retry', { args: [{}] });
    expect(await handle.result()).toMatchObject({ ending: 'completed', followUps: [] });
  });

  test('ends the transfer safe where it is when they say stop; words that are wrong are refused and not recorded', async () => {
    const { live, handle } = await asking(plays.stopped);
    for (const words of [{}, { because: '' }, { because: 'x', why: 'y' }, ['x'], 'x']) {
      await expect(handle.executeUpdate('stop', { args: [words] })).rejects.toMatchObject({
        cause: { type: 'InvalidInput', message: expect.stringMatching(/an example|such as/) as string },
      });
    }
    await handle.signal('stop', { because: 7 });
    expect(await eventsOfKind(handle, 'workflowExecutionUpdateAcceptedEventAttributes')).toEqual([]);
    await handle.executeUpdate('stop', { args: [{ because: 'Somebody looks into the zone.' }] });
    const result = (await handle.result()) as TransferResult;
    expect(result).toMatchObject({ ending: 'needs-operator', pivotAttempted: true });
    expect(result.because).toContain('Somebody looks into the zone.');
    expect(live.world.region('A').server.readOnly).toBe(true);
    expect(live.world.violations).toEqual([]);
    await keep(handle, 'transfer-stopped');
  });
});

test('an answer that no step waits for is refused, as the command line says by its exit code', async () => {
  const { handle } = await play('unasked', [], stuck);
  const whole = ['hold', 'go-on', 'abort'];
  for (const verb of transferVerbs.filter(({ name }) => !whole.includes(name))) {
    const fields = Object.fromEntries(Object.entries(verb.fields).map(([name, { example }]) => [name, example]));
    await expect(send(stage.client, 'transfer/unasked', verb, fields)).rejects.toEqual(
      new Refusal('No step waits for an answer now; nothing was changed.'),
    );
  }
  await handle.terminate('The test is over.');
});
