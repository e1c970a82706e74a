/** The workflows that several figures start, and when shoppers were served after them. */
import type { Client } from '@temporalio/client';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TransferResult } from '../src/domain/plan/result';
import type { AckLine } from '../lab/shoppers/ledger-lines';
import { servedBy, type Served } from './arithmetic';
import { site, type BenchLab } from './bench-lab';

/** Runs `transfer/lab` or `rejoin/lab` to its end. @throws Error when it did not complete: then there is nothing to measure. */
export async function run(client: Client, type: 'transfer' | 'rejoin', input: object): Promise<TransferResult> {
  const args = [{ site, because: 'The bench measures this transfer.', ...input }];
  const result = (await client.workflow.execute(type, {
    workflowId: `${type}/${site}`,
    taskQueue: 'handover',
    args,
  })) as TransferResult;
  if (result.ending === 'completed') return result;
  throw new Error(`the ${type} did not complete (${result.ending}): ${result.because}`);
}

/** From the decision until the last verification proved that customers are served. */
export function recoveryMs({ decidedAt, journal }: TransferResult): number {
  return Math.max(...journal.filter(({ phase }) => phase === 'verify').map(({ endedAt }) => endedAt)) - decidedAt;
}

const readEveryMs = 500;

/** Waits until every shopper in `world` was acknowledged by `region` after `since`, or for `timeoutMs`. */
export async function untilServed(bench: BenchLab, region: string, since: number, timeoutMs: number): Promise<Served> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const acks = await worldAcks(bench);
    const allShoppers = new Set(acks.map(({ shopper }) => shopper)).size;
    const served = servedBy(acks, region, since);
    if (served.shoppers === allShoppers || Date.now() > deadline) return served;
    await delay(readEveryMs);
  }
}

async function worldAcks(bench: BenchLab): Promise<AckLine[]> {
  const { lab } = await bench.start();
  const text = await readFile(join(lab.dir, 'ledgers/acks-world.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AckLine);
}
