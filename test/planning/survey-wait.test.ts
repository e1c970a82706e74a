/** How long a survey waits for a region that is busy, or dead. */
import { answerWithinMs } from '../../src/activities/planning/survey';
import { prepareTransfer } from '../../src/activities/planning/prepare';
import { parseTransfer, transferKinds, type TransferKind } from '../../src/domain/plan/request';
import type { PrepareResult } from '../../src/contract/steps';
import { labSite } from '../world/planning';
import { newWorld } from '../world/world';

const slowMs = 5_000;

/** Prepares a transfer while the shop of B takes 5 s to answer, in a time of its own. */
async function prepareWhileSlow(kind: TransferKind): Promise<{ result: PrepareResult; waitedMs: number }> {
  const world = newWorld();
  const ports = world.ports();
  const healthy = await world.run(ports.shop('B').health());
  const late = () => new Promise<typeof healthy>((resolve) => setTimeout(() => resolve(healthy), slowMs));
  const shop = (region: string) => (region === 'B' ? { ...ports.shop(region), health: late } : ports.shop(region));
  const slow = { ...ports, shop };
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const startedAt = Date.now();
    let waitedMs = 0;
    const request = parseTransfer({ site: 'lab', kind });
    const preparing = prepareTransfer({ site: labSite, ports: slow, caPem: '' }, request, false);
    const result = world.run(preparing).finally(() => (waitedMs = Date.now() - startedAt));
    await jest.advanceTimersByTimeAsync(answerWithinMs.planned);
    return { result: await result, waitedMs };
  } finally {
    jest.useRealTimers();
  }
}

test.each(['switchover', 'failback'] as const)(
  'a %s waits 5 s for a busy shop rather than call it silent',
  async (kind) => {
    const { result } = await prepareWhileSlow(kind);
    expect(result.survey.shops.B).toMatchObject({ healthy: true });
  },
);

test.each(transferKinds.filter((kind) => kind !== 'switchover' && kind !== 'failback'))(
  'a %s waits at most 2 s for a shop that does not answer',
  async (kind) => {
    const { result, waitedMs } = await prepareWhileSlow(kind);
    expect(result.survey.shops.B).toEqual({ healthy: false, because: 'It did not answer within 2 s.' });
    expect(waitedMs).toBeLessThan(slowMs);
  },
);
