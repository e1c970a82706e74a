/** Keeps the uploads of the standby fresh for as long as the monitor watches; a failing copy never disturbs the watch, but somebody hears of it. */
import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type { MirrorActivities } from '../../contract/activities';
import { sentenceOf } from '../../domain/sentence';
import { mirrorQueue } from '../../contract/ids';
import type { MonitorState } from './monitor-state';
import { endOf } from './tell-news';

const { mirrorMedia } = proxyActivities<MirrorActivities>({
  taskQueue: mirrorQueue,
  summary: 'Copy new uploads to the standby',
  // Where no worker serves the queue, somebody must hear of it.
  scheduleToStartTimeout: '2m',
  startToCloseTimeout: '15m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 20 },
  // A reload must not wait for the running copy, since no vantage watches meanwhile.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

const pauseAfterTrouble = '1m';

/** `tell` is called when there is news in the state. */
export async function mirrorAll(site: string, state: MonitorState, tell: (because: string) => void): Promise<void> {
  const scope = CancellationScope.current();
  while (!scope.consideredCancelled) {
    try {
      const { failure } = await mirrorMedia(site);
      if (noteMirror(site, state, failure, Date.now())) tell('The copying of uploads has changed.');
    } catch (error) {
      if (isCancellation(error)) return;
      const because = sentenceOf(error);
      if (patched('tell-mirror') && noteMirror(site, state, because, Date.now())) tell('Uploads are not copied.');
      await sleep(pauseAfterTrouble, { summary: `Uploads could not be copied: ${because}`.slice(0, 190) }).catch(
        () => undefined,
      );
    }
  }
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
