/** Reads the site file for a monitor. One that has watched goes on watching: a file that was broken meanwhile must not end it in silence. */
import { condition, isCancellation, patched, proxyActivities } from '@temporalio/workflow';
import type { RunbookActivities } from '../../contract/activities';
import { runbookQueue } from '../../contract/ids';
import type { MonitorConfig } from '../../contract/monitor';
import { sentenceOf } from '../../domain/sentence';
import { orOwnFailure } from '../input';
import type { MonitorState } from './monitor-state';
import { tellMisread } from './tell-news';

const { briefing } = proxyActivities<RunbookActivities>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
  summary: 'Read the site file',
});

const readAgainAfter = '1m';

/**
 * What the file says; what it said before where it can no longer be read; undefined where there is no before, and it should be read again.
 * @throws ApplicationFailure `InvalidInput` for a monitor that was never told of its site: whoever started it reads why
 */
export async function readSite(
  site: string,
  state: MonitorState,
  before: MonitorConfig | undefined,
): Promise<MonitorConfig | undefined> {
  try {
    const config = await orOwnFailure(briefing(site));
    await tellMisread(site, state, config.problem);
    return config;
  } catch (error) {
    const isNew = Object.keys(state.heard).length === 0;
    if (isNew || isCancellation(error) || !patched('outlive-site-file')) throw error;
    await tellMisread(site, state, sentenceOf(error));
    if (before) return before;
    await condition(() => state.reload || state.stopped !== '', readAgainAfter, {
      summary: 'Read the site file again',
    });
    return undefined;
  }
}
