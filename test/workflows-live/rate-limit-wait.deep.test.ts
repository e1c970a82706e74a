/** Transfers whose vendor takes no requests for a while, on a real Temporal server. */
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { until } from '../../lab/loopback/until';
import type { TransferResult } from '../../src/domain/plan/result';
import { PortError } from '../../src/ports/errors';
import type { FaultPlan } from '../world/faults';
import { answered, shopName } from '../world/zone';
import { eventsOfKind, lines } from './history';
import type { LiveSite } from './sites';
import { Stage } from './stage';

interface Play {
  live: LiveSite;
  handle: WorkflowHandle;
}

let stage: Stage;
/** Transfers that take their time side by side; each test sees to its own. */
let plays: Record<'limited' | 'hasty' | 'undone', Play>;

/** So often, and each time for so long, the vendor that `step` asks takes no request. */
function limited(step: string, times: number, waitMs: number): FaultPlan {
  let left = times;
  const happen = () => {
    if ((left -= 1) >= 0) throw new PortError('limited', 'Come back later.', { waitMs });
  };
  return [{ step, attempt: 1, call: 0, fault: { kind: 'event', name: 'limit', happen } }];
}

/** The drain is refused once. */
function refused(): FaultPlan {
  const happen = () => {
    throw new PortError('refused', 'A test.');
  };
  return [{ step: 'drain-database', attempt: 1, call: 0, fault: { kind: 'event', name: 'refusal', happen } }];
}

async function start(name: string, faults: FaultPlan): Promise<Play> {
  const live = stage.newSite(name, faults);
  return { live, handle: await stage.start('transfer', name, { kind: 'switchover', because: 'A test asks for it.' }) };
}

beforeAll(async () => {
  stage = await Stage.open();
  const [slow, hasty, undone] = await Promise.all([
    start('limited', limited(`switch-dns/${shopName} A`, 8, 100)),
    start('hasty', limited(`switch-dns/${shopName} A`, 12, 0)),
    start('undone', refused()),
  ]);
  plays = { limited: slow, hasty, undone };
});
afterAll(() => stage.close());

/** The activities that were asked for, in their order. */
const asked = async (handle: WorkflowHandle) =>
  (await eventsOfKind(handle, 'activityTaskScheduledEventAttributes')).map((event) => {
    const { activityType, input, priority } = event.activityTaskScheduledEventAttributes ?? {};
    const args = (input?.payloads ?? []).map((each) => defaultPayloadConverter.fromPayload<unknown>(each));
    return { name: activityType?.name ?? '', args, priority: priority?.priorityKey };
  });

const addressIn = ({ world }: LiveSite) => answered(world.zone, shopName, 'A', world.gate.clock.now())?.[0];
const waitsOf = async (handle: WorkflowHandle) =>
  (await lines(handle))
    .map(({ summary }) => summary)
    .filter((summary) => summary.startsWith('Held back by a rate limit: '));

test('a vendor that takes no requests for a while uses up no attempts, and the history says what was waited for', async () => {
  const { live, handle } = plays.limited;
  expect(await handle.result()).toMatchObject({ ending: 'completed', followUps: [] });
  expect(addressIn(live)).toBe(live.world.region('B').address);
  expect(await waitsOf(handle)).toEqual(
    Array<string>(8).fill('Held back by a rate limit: Point www.shop.test. (A) to 203.0.113.10'),
  );
  const told = (await asked(handle)).filter(({ name }) => name === 'switch-dns').map(({ args }) => args.slice(1));
  expect(told).toEqual([[], ...Array<boolean[]>(8).fill([true])]);
});

test('a vendor that asks for no wait at all does not fill the history', async () => {
  const { handle } = plays.hasty;
  expect(await handle.result()).toMatchObject({ ending: 'completed', followUps: [] });
  const timers = await eventsOfKind(handle, 'timerStartedEventAttributes');
  const waits = timers.map((event) => Number(event.timerStartedEventAttributes?.startToFireTimeout?.seconds ?? 0));
  expect(waits.filter((seconds) => seconds === 3)).toHaveLength(2);
});

test('an undo is no preparation, for writes may be paused until it is done', async () => {
  const { handle } = plays.undone;
  expect(await handle.result()).toMatchObject({ ending: 'rolled-back' });
  const undone = (await asked(handle)).filter(({ name }) => name.startsWith('undo-'));
  expect(new Set(undone.map(({ priority }) => priority))).toEqual(new Set([2]));
});

test('an outage goes before a move under way, that before its preparation, and checks come last', async () => {
  const planned = await asked(plays.limited.handle);
  const of = (name: string) => planned.find((one) => one.name === name)?.priority;
  expect([of('prepareTransfer'), of('fence-database'), of('promote-database'), of('switch-dns')]).toEqual([3, 3, 2, 2]);
  const live = stage.newSite('lost');
  live.lose('A');
  const failover = await stage.start('transfer', 'lost', {
    kind: 'failover',
    because: 'A is gone.',
    evenUnfenced: true,
  });
  expect(await failover.result()).toMatchObject({ to: 'B' });
  const priorities = (await asked(failover)).filter(({ name }) => name !== 'notify').map(({ priority }) => priority);
  expect(new Set(priorities)).toEqual(new Set([1]));
  stage.newSite('checked');
  const checks = await stage.start('drill', 'checked');
  await checks.result();
  expect((await asked(checks)).map(({ name, priority }) => [name, priority])).toEqual([
    ['briefing', 5],
    ['readiness', 5],
  ]);
});

test('a transfer that a rate limit holds back before the point of no return can be cancelled meanwhile', async () => {
  const { live, handle } = await start('impatient', limited(`lower-dns-ttl/${shopName} A`, 1, 600_000));
  await until('the step waits', async () => (await waitsOf(handle)).length > 0);
  await handle.cancel();
  const result = (await handle.result()) as TransferResult;
  expect(result).toMatchObject({ ending: 'rolled-back', pivotAttempted: false });
  expect(result.because).toContain('The run was cancelled.');
  expect(addressIn(live)).toBe(live.world.region('A').address);
});
