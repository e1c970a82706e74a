/** One endless loop per vantage: passes it its memory, awaits a batch, keeps the votes. A lost vantage is silent and is asked again. */
import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type { MonitorConfig } from '../../contract/monitor';
import type { WatchInput, WatchResult } from '../../contract/watch';
import { sentenceOf } from '../../domain/sentence';
import { datedReport, type VantageReport, type VantageReports } from '../../domain/detection/ballots';
import { probeQueue } from '../../contract/ids';

/** A lost vantage is asked again soon, then less often: every try costs history. */
const askAgainAfterMs = [5_000, 15_000, 60_000];

interface VantageActivities {
  watch: (order: WatchInput) => Promise<WatchResult>;
}

/** Runs until the surrounding scope is cancelled; then the vantage hands back its memory. `changed` is called when it says something new. */
export async function watchFromVantage(
  vantage: string,
  config: MonitorConfig,
  heard: VantageReports,
  changed: (because: string) => void,
): Promise<void> {
  const watch = watchOf(vantage, config);
  let misses = 0;
  while (!CancellationScope.current().consideredCancelled) {
    try {
      const askedAt = Date.now();
      const report = await watch(orderFor(vantage, config, heard[vantage]));
      heard[vantage] = datedReport(report, askedAt, Date.now());
      if (report.changed || misses > 0) changed(report.because);
      misses = 0;
    } catch (error) {
      if (isCancellation(error)) return;
      const because = `${vantage} does not report: ${sentenceOf(error)}`;
      heard[vantage] = { memories: {}, at: Date.now() };
      if (misses === 0) changed(because);
      const pauseMs = askAgainAfterMs[Math.min(misses, askAgainAfterMs.length - 1)] ?? 0;
      misses += 1;
      await sleep(pauseMs, { summary: because.slice(0, 190) }).catch(() => undefined);
    }
  }
}

function watchOf(vantage: string, { policy }: MonitorConfig): VantageActivities['watch'] {
  return proxyActivities<VantageActivities>({
    taskQueue: probeQueue(vantage),
    summary: `Watch from ${vantage}`,
    scheduleToStartTimeout: '15s',
    startToCloseTimeout: policy.batchMs + 30_000,
    heartbeatTimeout: '20s',
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  }).watch;
}

function orderFor(
  vantage: string,
  { policy, targets, controlTargets }: MonitorConfig,
  before: VantageReport | undefined,
): WatchInput {
  const sinceMs = before ? Date.now() - before.at : 0;
  return {
    vantage,
    policy,
    targets: targets[vantage] ?? [],
    controlTargets,
    memories: before?.memories ?? {},
    sinceMs,
  };
}
