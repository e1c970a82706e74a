/** Watches the standby for as long as the monitor does. What it says lies in the monitor's state; a look that fails is no news. */
import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type { RunbookActivities } from '../../contract/activities';
import { sentenceOf } from '../../domain/sentence';
import { runbookQueue } from '../../contract/ids';
import type { MonitorState } from './monitor-state';

const { watchStandby } = proxyActivities<RunbookActivities>({
  taskQueue: runbookQueue,
  summary: 'Watch the standby',
  startToCloseTimeout: '10m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', maximumInterval: '15s', maximumAttempts: 20 },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

const pauseAfterTrouble = '1m';

/** Runs until the surrounding scope is cancelled. `changed` is called when the standby says something new. */
export async function watchTheStandby(
  site: string,
  state: MonitorState,
  changed: (because: string) => void,
): Promise<void> {
  while (!CancellationScope.current().consideredCancelled) {
    try {
      const asked = { site, primary: state.known.primary, word: state.standby ?? '' };
      const report = await watchStandby(asked);
      state.standby = report.word;
      if (report.lagMs !== undefined) state.lag = { lagMs: report.lagMs, at: Date.now() };
      if (report.changed) changed(report.because);
    } catch (error) {
      if (isCancellation(error)) return;
      const because = `The standby could not be watched: ${sentenceOf(error)}`;
      await sleep(pauseAfterTrouble, { summary: because.slice(0, 190) }).catch(() => undefined);
    }
  }
}
