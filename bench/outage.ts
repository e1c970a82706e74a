/** One outage that four figures measure, and a second one with a long TTL. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { TransferResult } from '../src/domain/plan/result';
import type { Served } from './arithmetic';
import { detectedAt, historyOf, cycleOf, type HistoryEvent, type WatchCycle } from './history';
import { run, untilServed } from './transfers';
import { site, benchOperator, startMonitor, type BenchLab } from './bench-lab';

/** Ten monitors, each of a copy of the site, watch the same outage: ten samples of one outage. */
const monitors = Array.from({ length: 10 }, (_, index) => `${site}-${String(index + 1).padStart(2, '0')}`);
/**
 * All together one probe interval, so that the monitors' probes are spread over it. They are also spread over the 2 s interval of a suspect
 * site, because all monitors share the vantages' canary items and would read each other's writes.
 */
const staggerMs = 1_100;
/** A vantage has no vote before it has watched for a whole window. */
const wholeWindowMs = 75_000;
const verdictWithinMs = 150_000;
const readEveryMs = 1_000;
const cyclesWithinMs = 6 * 60_000;
const servedWithinMs = 90_000;
const longTtlSeconds = 60;
/** A lost region's scheduler stops by itself before any monitor reaches its verdict; a failover by hand must not start earlier. */
const schedulerStopsMs = 16_000;
/** Answers with the old TTL have expired, and the resolver has just refreshed its cache: the worst case for customers. */
const shortTtlGoneMs = 7_000;

/** Starts ten monitors that must not act. Returns when the last one started. */
async function startMonitors(bench: BenchLab): Promise<number> {
  const { client } = await bench.start();
  for (const name of monitors) {
    await bench.writeSite(name, { site: name, automatic: false, mirrorEvery: '10m' });
    await startMonitor(client, name);
    await delay(staggerMs);
  }
  return Date.now();
}

const historiesOf = async (client: Client): Promise<HistoryEvent[][]> =>
  Promise.all(monitors.map((name) => historyOf(client, `monitor/${name}`)));

/** A watch cycle of each of the ten monitors while the site is healthy. */
export async function healthyCycles(bench: BenchLab): Promise<WatchCycle[]> {
  const { client } = await bench.start();
  const since = await bench.runOnce(startMonitors);
  for (;;) {
    await delay(5 * readEveryMs);
    const cycles = (await historiesOf(client)).flatMap((events) => cycleOf(events) ?? []);
    if (cycles.length === monitors.length) return cycles;
    if (Date.now() > since + cyclesWithinMs)
      throw new Error(
        `only ${cycles.length} of ${monitors.length} monitors completed a watch cycle within ${cyclesWithinMs / 60_000} minutes`,
      );
  }
}

export interface Outage {
  lost: string;
  onset: number;
  /** From the onset to the decision on region-down of each monitor. */
  afterMs: number[];
}

/** Isolates the primary, and waits until every monitor has decided on region-down. */
export async function outage(bench: BenchLab): Promise<Outage> {
  const { lab, client } = await bench.start();
  const since = await bench.runOnce(startMonitors);
  await delay(Math.max(0, since + wholeWindowMs - Date.now()));
  await bench.startShoppers();
  const lost = await bench.primary();
  const onset = Date.now();
  await lab.isolate(lost);
  const decidedAt = await untilAllDecided(client, onset);
  for (const name of monitors) await client.workflow.getHandle(`monitor/${name}`).signal('stop', benchOperator);
  return { lost, onset, afterMs: decidedAt.map((at) => at - onset) };
}

async function untilAllDecided(client: Client, onset: number): Promise<number[]> {
  for (;;) {
    await delay(readEveryMs);
    const moments = (await historiesOf(client)).flatMap((events) => detectedAt(events, onset) ?? []);
    if (moments.length === monitors.length) return moments;
    if (Date.now() > onset + verdictWithinMs)
      throw new Error(
        `only ${moments.length} of ${monitors.length} monitors decided on region-down within ${verdictWithinMs / 1000} s`,
      );
  }
}

export interface Recovered {
  result: TransferResult;
  served: Served;
}

/** The failover that each monitor would have started; started once, when the last monitor has decided. */
export async function failover(bench: BenchLab): Promise<Recovered> {
  const { client } = await bench.start();
  const { onset } = await bench.runOnce(outage);
  return failedOver(bench, await run(client, 'transfer', { kind: 'failover', onsetAt: onset }));
}

async function failedOver(bench: BenchLab, result: TransferResult): Promise<Recovered> {
  return { result, served: await untilServed(bench, result.to, result.decidedAt, servedWithinMs) };
}

export async function rejoined(bench: BenchLab): Promise<TransferResult> {
  await bench.runOnce(failover);
  return healAndRejoin(bench);
}

async function healAndRejoin(bench: BenchLab): Promise<TransferResult> {
  const { lab, client } = await bench.start();
  await lab.heal();
  return run(client, 'rejoin', {});
}

/** Another outage with a long TTL. It does not wait for a verdict, because only the time after one is measured. */
export async function longTtl(bench: BenchLab): Promise<Recovered> {
  const { lab, client } = await bench.start();
  await bench.runOnce(rejoined);
  await bench.writeSite(site, { ttlSeconds: longTtlSeconds });
  await bench.startShoppers();
  await lab.isolate(await bench.primary());
  await delay(schedulerStopsMs);
  await bench.runProgram('ttl.js', [String(longTtlSeconds)], 20_000);
  await delay(shortTtlGoneMs);
  const recovered = await failedOver(bench, await run(client, 'transfer', { kind: 'failover' }));
  await healAndRejoin(bench);
  return recovered;
}
