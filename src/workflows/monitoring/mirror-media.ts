/** Keeps the uploads of the standby fresh for as long as the monitor watches; a failing copy never disturbs the watch, but somebody hears of it. */
import { patched, proxyActivities } from '@temporalio/workflow';
import type { MirrorActivities } from '../../contract/activities';
import { mirrorQueue } from '../../contract/ids';
import { keepLooking, lookOptions } from './looking';
import type { MonitorState } from './monitor-state';
import { endOf } from './tell-news';

const { mirrorMedia } = proxyActivities<MirrorActivities>({
  ...lookOptions,
  taskQueue: mirrorQueue,
  summary: 'Copy new uploads to the standby',
  // Where no worker serves the queue, somebody must hear of it.
  scheduleToStartTimeout: '2m',
  startToCloseTimeout: '15m',
});

/** `tell` is called when there is news in the state. */
export function mirrorAll(site: string, state: MonitorState, tell: (because: string) => void): Promise<void> {
  const look = async () => {
    const { failure } = await mirrorMedia(site);
    if (noteMirror(site, state, failure, Date.now())) tell('The copying of uploads has changed.');
  };
  return keepLooking(look, 'Uploads could not be copied', (reason) => {
    if (patched('tell-mirror') && noteMirror(site, state, reason, Date.now())) tell('Uploads are not copied.');
  });
}

/** Puts an alert into the state when copies begin to fail, and its end when they succeed again. Answers whether it did. */
export function noteMirror(
  site: string,
  state: Pick<MonitorState, 'untold' | 'unmirroredSince'>,
  failure: string | undefined,
  now: number,
): boolean {
  const { untold = [], unmirroredSince: since } = state;
  if ((failure === undefined) === (since === undefined)) return false;
  const key = `${site}/uploads/${new Date(since ?? now).toISOString()}`;
  if (failure === undefined) {
    delete state.unmirroredSince;
    state.untold = [...untold, endOf(site, key)];
    return true;
  }
  state.unmirroredSince = now;
  const summary = `${site}: uploads are not copied to the standby, so an outage would take the new ones: ${failure}`;
  state.untold = [...untold, { severity: 'warning', key, summary, command: `npx handover drill ${site}`, ends: true }];
  return true;
}
