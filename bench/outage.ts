/** One outage that four figures look at, and a second one with a long TTL. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { TransferResult } from '../src/domain/plan/result';
import type { Served } from './arithmetic';
import { declaredAt, historyOf, turnOf, type HistoryEvent, type Turn } from './history';
import { run, untilServed } from './transfers';
import { site, speaker, startMonitor, type World } from './world';

/** As many monitors, each of a copy of the site, watch the same outage: ten samples for the price of one. */
const watchers = Array.from({ length: 10 }, (_, index) => `${site}-${String(index + 1).padStart(2, '0')}`);
/**
 * Together one interval of the healthy watch, so that their probes fall on different moments of it; and on different moments of the 2 s of
 * a suspicious one, since all monitors share the vantages' canary items and would read each other's.
 */
const staggerMs = 1_100;
/** A vantage declares nothing before it has watched for a whole window. */
const wholeWindowMs = 75_000;
const declareWithinMs = 150_000;
const lookEveryMs = 1_000;
const turnsWithinMs = 6 * 60_000;
const servedWithinMs = 90_000;
const longTtlSeconds = 60;
/** A lost region's scheduler stops by itself, sooner than any monitor declares; a failover by hand must not be faster than that. */
const schedulerStopsMs = 16_000;
/** Answers with the old TTL are gone, and the resolver has just asked anew: the worst moment for customers. */
const shortTtlGoneMs = 7_000;

/** Ten monitors that may only look. Answers when the last one started. */
async function watching(world: World): Promise<number> {
  const { client } = await world.open();
  for (const name of watchers) {
    await world.writeSite(name, { site: name, automatic: false, mirrorEvery: '10m' });
    await startMonitor(client, name);
    await delay(staggerMs);
  }
  return Date.now();
}

const historiesOf = async (client: Client): Promise<HistoryEvent[][]> =>
  Promise.all(watchers.map((name) => historyOf(client, `monitor/${name}`)));

/** A whole turn of each of the ten monitors while all is well. */
export async function healthyTurns(world: World): Promise<Turn[]> {
  const { client } = await world.open();
  const since = await world.once(watching);
  for (;;) {
    await delay(5 * lookEveryMs);
    const turns = (await historiesOf(client)).flatMap((events) => turnOf(events) ?? []);
    if (turns.length === watchers.length) return turns;
    if (Date.now() > since + turnsWithinMs)
      throw new Error(`only ${turns.length} of ${watchers.length} monitors had a quiet turn in six minutes`);
  }
}

export interface Declared {
  lost: string;
  onset: number;
  /** From the onset to the decision of each monitor. */
  afterMs: number[];
}

/** The primary is cut off, and every monitor is waited for. */
export async function declared(world: World): Promise<Declared> {
  const { lab, client } = await world.open();
  const since = await world.once(watching);
  await delay(Math.max(0, since + wholeWindowMs - Date.now()));
  await world.shoppers('out');
  const lost = await world.primary();
  const onset = Date.now();
  await lab.isolate(lost);
  const moments = await untilAllDeclared(client, onset);
  for (const name of watchers) await client.workflow.getHandle(`monitor/${name}`).signal('stop', speaker);
  return { lost, onset, afterMs: moments.map((at) => at - onset) };
}

async function untilAllDeclared(client: Client, onset: number): Promise<number[]> {
  for (;;) {
    await delay(lookEveryMs);
    const moments = (await historiesOf(client)).flatMap((events) => declaredAt(events, onset) ?? []);
    if (moments.length === watchers.length) return moments;
    if (Date.now() > onset + declareWithinMs)
      throw new Error(
        `only ${moments.length} of ${watchers.length} monitors declared within ${declareWithinMs / 1000} s`,
      );
  }
}

export interface Recovered {
  result: TransferResult;
  served: Served;
}

/** The failover that each of the monitors would have started, started for all of them once the last has declared. */
export async function failover(world: World): Promise<Recovered> {
  const { client } = await world.open();
  const { onset } = await world.once(declared);
  return failedOver(world, await run(client, 'transfer', { kind: 'failover', onsetAt: onset }));
}

async function failedOver(world: World, result: TransferResult): Promise<Recovered> {
  return { result, served: await untilServed(world, result.to, result.decidedAt, servedWithinMs) };
}

export async function rejoined(world: World): Promise<TransferResult> {
  await world.once(failover);
  return comeBack(world);
}

async function comeBack(world: World): Promise<TransferResult> {
  const { lab, client } = await world.open();
  await lab.heal();
  return run(client, 'rejoin', {});
}

/** Another outage, with a TTL that customers feel; nobody waits for a verdict, since only what follows one is measured. */
export async function longTtl(world: World): Promise<Recovered> {
  const { lab, client } = await world.open();
  await world.once(rejoined);
  await world.writeSite(site, { ttlSeconds: longTtlSeconds });
  await world.shoppers('out');
  await lab.isolate(await world.primary());
  await delay(schedulerStopsMs);
  await world.inside('ttl.js', [String(longTtlSeconds)], 20_000);
  await delay(shortTtlGoneMs);
  const recovered = await failedOver(world, await run(client, 'transfer', { kind: 'failover' }));
  await comeBack(world);
  return recovered;
}
