import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { customerImpact } from '../../lab/drill/customers';
import type { CustomerSummary } from '../../src/domain/report/report';
import type { TransferResult } from '../../src/domain/plan/result';
import { exactSeconds, median, milliseconds, worst } from '../arithmetic';
import type { Figure } from '../figure';
import { run } from '../transfers';
import { checkout, type World } from '../world';

const rounds = 5;
const quietMs = 3_000;
const prober = 'bench-writes';

interface Gap {
  from: string;
  to: string;
  gapMs: number;
}

export interface PlannedRounds {
  results: TransferResult[];
  customers: CustomerSummary[];
  /** At the databases. */
  gaps: Gap[];
}

/** Planned transfers back and forth under shoppers, with a prober at both databases. */
export async function plannedRounds(world: World): Promise<PlannedRounds> {
  const { lab, client } = await world.open();
  await world.shoppers('out');
  const program = join(checkout, 'dist/bench/inside/writes.js');
  await lab.spawn({ name: prober, namespace: 'world', command: process.execPath, args: [program] });
  const measured: PlannedRounds = { results: [], customers: [], gaps: [] };
  for (let round = 0; round < rounds; round += 1) {
    await delay(quietMs);
    const result = await run(client, 'transfer', { kind: 'switchover' });
    await delay(quietMs);
    const felt = customerImpact(lab.dir, result.startedAt, Date.now() - 1_000);
    if (!felt) throw new Error('nobody has shopped, so nobody felt the transfers');
    measured.results.push(result);
    measured.customers.push(felt);
  }
  await lab.signal(prober, 'SIGTERM');
  const { exit } = await lab.wait(prober, 30);
  if (exit?.code !== 0) throw new Error(`the prober at the databases failed: see log/${prober}.log`);
  const said = (await readFile(join(lab.dir, 'log', `${prober}.log`), 'utf8')).trim().split('\n');
  measured.gaps = said.map((line) => JSON.parse(line) as Gap);
  if (measured.gaps.length !== rounds)
    throw new Error(`the accepting database changed ${measured.gaps.length} times in ${rounds} transfers`);
  return measured;
}

export const planned: Figure = {
  name: 'planned',
  title: 'write outage of a planned transfer',
  goal: 'median <= 1.5 s for customers, <= 0.3 s at the databases',
  how: `${rounds} planned transfers back and forth under 30 shoppers at 21 orders/s: the longest time without an acknowledged write over all shoppers in each, from their own ledgers. At the databases a prober writes to both every 2 ms as the shop's user: from the last write that the old primary accepted to the first of the new one, on one clock.`,
  measure: async (world) => {
    const { customers, gaps } = await world.once(plannedRounds);
    const felt = customers.map(({ longestGapMs }) => longestGapMs);
    const atDatabases = gaps.map(({ gapMs }) => gapMs);
    const failed = customers.map(({ failedRequests }) => failedRequests);
    return {
      lines: [
        `customers: median ${exactSeconds(median(felt))}, worst ${exactSeconds(worst(felt))} (${felt.map(exactSeconds).join(', ')})`,
        `databases: median ${milliseconds(median(atDatabases))}, worst ${milliseconds(worst(atDatabases))} (${atDatabases.map(milliseconds).join(', ')})`,
        `failed requests, all of them repeated by the shoppers: ${failed.join(', ')}`,
      ],
      reached: median(felt) <= 1_500 && median(atDatabases) <= 300,
      values: { customers: felt, databases: atDatabases, failedRequests: failed },
    };
  },
};
