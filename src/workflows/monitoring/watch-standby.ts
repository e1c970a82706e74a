/** Watches the standby for as long as a monitor does that began before there was a sampler. What it says lies in the monitor's state. */
import { proxyActivities } from '@temporalio/workflow';
import type { RunbookActivities } from '../../contract/activities';
import { runbookQueue } from '../../contract/ids';
import { keepLooking, lookOptions } from './looking';
import type { MonitorState } from './monitor-state';

const { watchStandby } = proxyActivities<RunbookActivities>({
  ...lookOptions,
  taskQueue: runbookQueue,
  summary: 'Watch the standby',
});

/** Runs until the surrounding scope is cancelled. `changed` is called when the standby says something new; a look that fails is no news. */
export function watchTheStandby(site: string, state: MonitorState, changed: (because: string) => void): Promise<void> {
  const look = async () => {
    const report = await watchStandby({ site, primary: state.known.primary, word: state.standby ?? '' });
    state.standby = report.word;
    if (report.lagMs !== undefined) state.lag = { lagMs: report.lagMs, at: Date.now() };
    if (report.changed) changed(report.because);
  };
  return keepLooking(look, 'The standby could not be watched');
}
