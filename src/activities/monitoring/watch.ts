/**
 * A vantage's own loop: ask, remember, wait; report when the vote changes, else now and then. It runs for minutes inside one activity, so
 * that a healthy site costs almost no history; its memory travels with it from batch to batch.
 */
import { Context } from '@temporalio/activity';
import { doubted, failedReading, nameOf, type Reading } from '../../domain/detection/reading';
import { sentenceOf } from '../../domain/sentence';
import {
  blank,
  pauseBetween,
  remember,
  reportWithinMs,
  worthTelling,
  type Memory,
  type Vote,
} from '../../domain/detection/vote';
import type { Policy } from '../../domain/policy';
import type { WatchInput, WatchResult } from '../../contract/watch';
import type { Prober } from '../../ports/probe';

export async function watch(prober: Prober, input: WatchInput): Promise<WatchResult> {
  const context = Context.current();
  const { policy, targets } = input;
  const started = performance.now();
  const memories = Object.fromEntries(
    targets.map(({ target }) => [nameOf(target), input.memories[nameOf(target)] ?? blank()]),
  );
  const before = votesOf(memories);
  let rememberedAt = started - input.sinceMs;
  let plannedAt = started;
  for (;;) {
    const roundAt = performance.now();
    const lateMs = Math.max(0, roundAt - plannedAt);
    const readings = await askAll(prober, input);
    const now = performance.now();
    for (const [name, reading] of readings) {
      memories[name] = remember(memories[name] ?? blank(), { elapsedMs: now - rememberedAt, lateMs, reading }, policy);
    }
    rememberedAt = now;
    const changed = Object.keys(memories).filter((name) => told(before[name], memories[name]?.vote, policy));
    context.heartbeat(changed);
    const votes = Object.values(votesOf(memories));
    const nextAt = Math.max(performance.now(), roundAt + pauseBetween(votes, policy));
    const ranMs = performance.now() - started;
    if (changed.length > 0)
      return {
        memories,
        changed: true,
        because: changed.map((name) => `${name}: ${memories[name]?.vote.because ?? ''}`).join(' '),
        ranMs,
      };
    if (context.cancellationSignal.aborted || nextAt - started > reportWithinMs(votes, policy))
      return { memories, changed: false, because: 'Nothing has changed.', ranMs };
    plannedAt = nextAt;
    await restUntil(plannedAt, context);
  }
}

const votesOf = (memories: Record<string, Memory>): Record<string, Vote> =>
  Object.fromEntries(Object.entries(memories).map(([name, { vote }]) => [name, vote]));

const told = (before: Vote | undefined, after: Vote | undefined, policy: Policy): boolean =>
  before !== undefined && after !== undefined && worthTelling(before, after, policy);

/** All targets at once; control targets only when something failed, since only then is there something to doubt. */
async function askAll(
  prober: Prober,
  { vantage, policy, targets, controlTargets }: WatchInput,
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
    context.heartbeat('Waiting for the next round of probes.');
    await context.sleep(Math.min(ms, beatEveryMs)).catch(() => undefined);
  }
}
