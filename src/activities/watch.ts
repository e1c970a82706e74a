/**
 * A vantage's own loop: ask, remember, wait; report when the vote changes, else now and then. It runs for minutes inside one activity, so
 * that a healthy site costs almost no history; its memory travels with it from batch to batch.
 */
import { Context } from '@temporalio/activity';
import type { Policy } from '../domain/policy';
import { doubted, failedReading, nameOf, type Reading, type Target } from '../domain/reading';
import { sentenceOf } from '../domain/sentence';
import { blank, pauseBetween, remember, worthTelling, type Memory, type Vote } from '../domain/vote';

/** One thing to ask, with everything a vantage needs to ask it; secrets are references that only this vantage can resolve. */
export interface WatchTarget {
  target: Target;
  /** The region's own address, or the table's endpoint. */
  address: string;
  /** The shop's name for Host and SNI; the table's name. */
  name: string;
  caPem: string;
  /** Key of the vantage's own canary item, as a secret reference; empty where none is needed. */
  key: string;
  /** AWS region name of a table endpoint; empty elsewhere. */
  tableRegion: string;
  nameServers: string[];
}

export interface WatchOrder {
  vantage: string;
  policy: Policy;
  targets: WatchTarget[];
  controlTargets: string[];
  /** By the target's name; empty at the start. */
  memories: Record<string, Memory>;
  /** Since the memories were handed back. */
  sinceMs: number;
}

export interface WatchReport {
  memories: Record<string, Memory>;
  /** Whether any vote or account changed, so that the monitor must judge anew. */
  changed: boolean;
  /** What changed, as a sentence for the history. */
  because: string;
}

/** How a vantage asks. Never throws: whatever goes wrong is a reading. */
export interface Prober {
  probe: (target: WatchTarget, vantage: string, timeoutMs: number) => Promise<Reading>;
  controlsAnswer: (targets: string[], timeoutMs: number) => Promise<boolean>;
}

export async function watch(prober: Prober, order: WatchOrder): Promise<WatchReport> {
  const context = Context.current();
  const { policy, targets } = order;
  const started = performance.now();
  const memories = Object.fromEntries(
    targets.map(({ target }) => [nameOf(target), order.memories[nameOf(target)] ?? blank()]),
  );
  const before = votesOf(memories);
  let rememberedAt = started - order.sinceMs;
  let plannedAt = started;
  for (;;) {
    const lateMs = Math.max(0, performance.now() - plannedAt);
    const readings = await askAll(prober, order);
    const now = performance.now();
    for (const [name, reading] of readings) {
      memories[name] = remember(memories[name] ?? blank(), { elapsedMs: now - rememberedAt, lateMs, reading }, policy);
    }
    rememberedAt = now;
    const changed = Object.keys(memories).filter((name) => told(before[name], memories[name]?.vote));
    context.heartbeat(changed);
    const pauseMs = pauseBetween(Object.values(votesOf(memories)), policy);
    if (changed.length > 0)
      return {
        memories,
        changed: true,
        because: changed.map((name) => `${name}: ${memories[name]?.vote.because ?? ''}`).join(' '),
      };
    if (context.cancellationSignal.aborted || now - started + pauseMs > policy.batchMs)
      return { memories, changed: false, because: 'Nothing has changed.' };
    plannedAt = performance.now() + pauseMs;
    await restUntil(plannedAt, context);
  }
}

const votesOf = (memories: Record<string, Memory>): Record<string, Vote> =>
  Object.fromEntries(Object.entries(memories).map(([name, { vote }]) => [name, vote]));

const told = (before: Vote | undefined, after: Vote | undefined): boolean =>
  before !== undefined && after !== undefined && worthTelling(before, after);

/** All targets at once; control targets only when something failed, since only then is there something to doubt. */
async function askAll(
  prober: Prober,
  { vantage, policy, targets, controlTargets }: WatchOrder,
): Promise<[string, Reading][]> {
  const asked = performance.now();
  const readings = await Promise.all(
    targets.map(async (each): Promise<[string, Reading]> => {
      const reading = await prober
        .probe(each, vantage, policy.probeTimeoutMs)
        .catch((error: unknown) =>
          failedReading(each.target.signal, { kind: 'garbage', because: sentenceOf(error), answered: false }),
        );
      return [nameOf(each.target), { ...reading, ageMs: performance.now() - asked }];
    }),
  );
  if (readings.every(([, reading]) => reading.outcome !== 'failed')) return readings;
  const controlsAnswer = await prober.controlsAnswer(controlTargets, policy.probeTimeoutMs);
  return readings.map(([name, reading]) => [name, doubted(reading, controlsAnswer)]);
}

const beatEveryMs = 2_000;

/** Waits, but returns early when the worker stops or the monitor asks for its memory back. */
async function restUntil(at: number, context: Context): Promise<void> {
  // A wish for the memory arrives only with the answer to a heartbeat.
  for (let ms = at - performance.now(); ms > 0 && !context.cancellationSignal.aborted; ms = at - performance.now()) {
    context.heartbeat('It rests between two rounds.');
    await context.sleep(Math.min(ms, beatEveryMs)).catch(() => undefined);
  }
}
