/** Has everything looked at for as long as the monitor watches. What was seen lies in the monitor's state; votes and decisions never wait for it. */
import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import { sampleQueue } from '../../contract/ids';
import type { SampleActivities } from '../../contract/sample';
import { sentenceOf } from '../../domain/sentence';
import type { MonitorState } from './monitor-state';

const { sample } = proxyActivities<SampleActivities>({
  taskQueue: sampleQueue,
  summary: 'Look at everything',
  scheduleToStartTimeout: '1m',
  startToCloseTimeout: '10m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', maximumInterval: '15s', maximumAttempts: 20 },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

const pauseAfterTrouble = '1m';

/** Runs until the surrounding scope is cancelled. `changed` is called when there is something new. */
export async function sampleSite(site: string, state: MonitorState, changed: (because: string) => void): Promise<void> {
  state.sampledAt ??= Date.now();
  while (!CancellationScope.current().consideredCancelled) {
    try {
      const { sight, standby: word = '', known } = state;
      const report = await sample({ site, primary: known.primary, word, ...(sight && { sight }) });
      Object.assign(state, { standby: report.word, sight: report.sight, sampledAt: Date.now() });
      if (report.lagMs !== undefined) state.lag = { lagMs: report.lagMs, at: Date.now() };
      if (report.changed) changed(report.because);
    } catch (error) {
      if (isCancellation(error)) return;
      const because = `The sampler does not report: ${sentenceOf(error)}`;
      // What it would have told is asked for by each decision itself.
      changed(because);
      await sleep(pauseAfterTrouble, { summary: because.slice(0, 190) }).catch(() => undefined);
    }
  }
}
