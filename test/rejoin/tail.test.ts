/** Only the database of the primary is dead: its host hands over what the replica had not fetched, before the other region is promoted. */
import { unplannedTransfer } from '../../src/activities/planning/unplanned';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Plan } from '../../src/domain/plan/plan';
import { freshPairs } from './apart';
import type { RejoinPair } from './pair';
import { planOf, runSteps } from './run';
import { orderIn, pay, place, statusIn, stockIn } from './shop';

const fresh = freshPairs();
let pair: RejoinPair;
beforeEach(() => {
  pair = fresh();
});

const late = ['late-1', 'late-2', 'late-3'];

/** B has one order; three more and a payment are committed on A alone, over several logs, before A's server is killed. */
async function dieAhead(): Promise<void> {
  await place(pair, 'A', 'old');
  await pair.b.database.waitFor((await pair.a.database.state()).position, 10_000);
  await pair.b.sql('STOP SLAVE IO_THREAD');
  for (const key of late) {
    await place(pair, 'A', key);
    await pair.a.sql('FLUSH BINARY LOGS');
  }
  await pay(pair, 'A', 'old');
  await pair.a.kill();
}

async function failover(): Promise<Plan> {
  const survey = await takeSurvey(pair.site, pair.ports);
  const move = { site: pair.site, caPem: '', survey, from: 'A', to: 'B', epoch: 2, cause: 'failover' } as const;
  return unplannedTransfer({ ...move, because: 'A test kills A.' }, 'refuse');
}

const until = 'promote-database';

test('every order that only the dead database had is served by the other, and nothing is left to salvage', async () => {
  await dieAhead();
  const { done, facts } = await runSteps(pair, await failover(), { until });
  expect(done['apply-tail']?.because).toMatch(
    /B has all of A's log: 4 transactions that it had not fetched were applied/,
  );
  const brought = await Promise.all(late.map((key) => orderIn(pair, 'B', key)));
  expect(brought.every((order) => JSON.stringify(order).includes('sku-01'))).toBe(true);
  expect([await statusIn(pair, 'B', 'old'), await stockIn(pair, 'B')]).toEqual(['processing', 2 * 4]);
  expect(facts['apply-tail']?.['promotionPoint']).not.toBe(facts['drain-database']?.['promotionPoint']);
  await place(pair, 'B', 'after');

  await pair.ports.host('A').run(`${pair.site.regions['A']!.services!.database} start`, { timeoutMs: 15_000 });
  const rejoined = await runSteps(pair, await planOf(pair));
  expect(rejoined.done['classify-deposed']?.because).toMatch(/B has everything that A committed/);
  expect(rejoined.done['reseed-database']?.because).toMatch(/has not diverged from the primary/);
  expect(await orderIn(pair, 'A', 'after')).toEqual(await orderIn(pair, 'B', 'after'));
});

test('a worker that was killed at any point of it is continued by the next, and nothing is applied twice', async () => {
  await dieAhead();
  const plan = await failover();
  const journal = await runSteps(pair, plan, { until: 'drain-database' });
  for (const after of ['pull', 'replay'] as const) {
    const dying = {
      ...pair.ports,
      binlogs: (region: string) => {
        const real = pair.ports.binlogs(region);
        const kill = () => Promise.reject(new Error('the worker was killed'));
        const killed = {
          pull: (...order: Parameters<typeof real.pull>) => real.pull(...order).then(kill),
          replay: (...order: Parameters<typeof real.replay>) => real.replay(...order).then(kill),
        };
        return { ...real, [after]: killed[after] };
      },
    };
    await expect(runSteps({ ports: dying }, plan, { journal, until })).rejects.toThrow('killed');
  }
  const { done } = await runSteps(pair, plan, { journal, until });
  expect(done['apply-tail']).toMatchObject({ outcome: 'already-done', facts: { transactions: 4 } });
  expect(await stockIn(pair, 'B')).toBe(2 * 4);
});
