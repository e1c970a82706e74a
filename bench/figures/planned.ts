import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { customerImpact } from '../../lab/drill/customers';
import type { CustomerSummary } from '../../src/domain/report/report';
import type { TransferResult } from '../../src/domain/plan/result';
import { exactSeconds, median, milliseconds, worst } from '../arithmetic';
import type { Figure } from '../figure';
import { run } from '../transfers';
import { checkout, type BenchLab } from '../bench-lab';

const rounds = 5;
const quietMs = 3_000;
const writerName = 'bench-writes';

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

/** Planned transfers back and forth with shoppers, and a writer at both databases. */
export async function plannedRounds(bench: BenchLab): Promise<PlannedRounds> {
  const { lab, client } = await bench.start();
  await bench.startShoppers();
  const program = join(checkout, 'dist/bench/programs/writes.js');
  await lab.spawn({ name: writerName, namespace: 'world', command: process.execPath, args: [program] });
  const measured: PlannedRounds = { results: [], customers: [], gaps: [] };
  for (let round = 0; round < rounds; round += 1) {
    await delay(quietMs);
    const result = await run(client, 'transfer', { kind: 'switchover' });
    await delay(quietMs);
    const impact = customerImpact(lab.dir, result.startedAt, Date.now() - 1_000);
    if (!impact) throw new Error('no order was acknowledged, so no write outage can be measured');
    measured.results.push(result);
    measured.customers.push(impact);
  }
  await lab.signal(writerName, 'SIGTERM');
  const { exit } = await lab.wait(writerName, 30);
  if (exit?.code !== 0) throw new Error(`the writer at the databases failed: see log/${writerName}.log`);
  const printed = (await readFile(join(lab.dir, 'log', `${writerName}.log`), 'utf8')).trim().split('\n');
  measured.gaps = printed.map((line) => JSON.parse(line) as Gap);
  if (measured.gaps.length !== rounds)
    throw new Error(`the writable database changed ${measured.gaps.length} times in ${rounds} transfers`);
  return measured;
}

export const planned: Figure = {
  name: 'planned',
  title: 'write outage of a planned transfer',
  goal: 'median <= 1.5 s for customers, <= 0.3 s at the databases',
  how: `${rounds} planned transfers back and forth with 30 shoppers at 21 orders/s. Customers: the longest gap between acknowledged writes over all shoppers in each transfer, from their ledgers. Databases: a writer with the shop's user writes to both every 2 ms; measured from the last write that the old primary accepted to the first that the new one accepted, on one clock.`,
  measure: async (bench) => {
    const { customers, gaps } = await bench.runOnce(plannedRounds);
    const gapsOfCustomers = customers.map(({ longestGapMs }) => longestGapMs);
    const atDatabases = gaps.map(({ gapMs }) => gapMs);
    const failed = customers.map(({ failedRequests }) => failedRequests);
    return {
      lines: [
        `customers: median ${exactSeconds(median(gapsOfCustomers))}, worst ${exactSeconds(worst(gapsOfCustomers))} (${gapsOfCustomers.map(exactSeconds).join(', ')})`,
        `databases: median ${milliseconds(median(atDatabases))}, worst ${milliseconds(worst(atDatabases))} (${atDatabases.map(milliseconds).join(', ')})`,
        `failed requests, all repeated by the shoppers: ${failed.join(', ')}`,
      ],
      reached: median(gapsOfCustomers) <= 1_500 && median(atDatabases) <= 300,
      values: { customers: gapsOfCustomers, databases: atDatabases, failedRequests: failed },
    };
  },
};
