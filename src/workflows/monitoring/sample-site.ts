/** Has everything looked at for as long as the monitor watches. What was seen lies in the monitor's state; votes and decisions never wait for it. */
import { proxyActivities } from '@temporalio/workflow';
import { sampleQueue } from '../../contract/ids';
import type { SampleActivities } from '../../contract/sample';
import { keepLooking, lookOptions } from './looking';
import type { MonitorState } from './monitor-state';

const { sample } = proxyActivities<SampleActivities>({
  ...lookOptions,
  taskQueue: sampleQueue,
  summary: 'Look at everything',
  scheduleToStartTimeout: '1m',
});

/** Runs until the surrounding scope is cancelled. `changed` is called when there is something new. */
export function sampleSite(site: string, state: MonitorState, changed: (because: string) => void): Promise<void> {
  state.sampledAt ??= Date.now();
  const look = async () => {
    const { sight, standby: word = '', known } = state;
    const report = await sample({ site, primary: known.primary, word, ...(sight && { sight }) });
    Object.assign(state, { standby: report.word, sight: report.sight, sampledAt: Date.now() });
    if (report.lagMs !== undefined) state.lag = { lagMs: report.lagMs, at: Date.now() };
    if (report.changed) changed(report.because);
  };
  // What it would have told is asked for by each decision itself.
  const trouble = 'The sampler does not report';
  return keepLooking(look, trouble, (reason) => changed(`${trouble}: ${reason}`));
}
