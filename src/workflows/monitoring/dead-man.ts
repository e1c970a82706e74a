/** Tells the dead-man switch of the site that all is well, and nothing whenever that is not sure: silence is what calls somebody. */
import { isCancellation, proxyActivities } from '@temporalio/workflow';
import type { AlertActivities } from '../../contract/activities';
import { alertsQueue } from '../../contract/ids';
import type { DecideResult, MonitorConfig } from '../../contract/monitor';
import type { MonitorState } from './monitor-state';

const { tellDeadMan } = proxyActivities<AlertActivities>({
  taskQueue: alertsQueue,
  summary: 'Tell the dead-man switch that all is well',
  startToCloseTimeout: '15s',
  // Later it would tell of a moment that is past.
  scheduleToCloseTimeout: '1m',
  retry: { initialInterval: '2s', maximumInterval: '15s' },
});

type Memory = Pick<MonitorState, 'deadManToldAt' | 'untold' | 'lastAlert' | 'misreadSince' | 'uneasy'>;

/**
 * Until it has to be told again; undefined where the site has none. One that is due and was not told waits for news, or for as long again.
 */
export function untilDeadManMs(
  { deadManEveryMs }: MonitorConfig,
  { deadManToldAt = 0 }: Memory,
  now: number,
): number | undefined {
  if (deadManEveryMs === undefined) return undefined;
  const untilMs = deadManToldAt + deadManEveryMs - now;
  return untilMs > 0 ? untilMs : deadManEveryMs;
}

const isDue = ({ deadManEveryMs }: MonitorConfig, { deadManToldAt = 0 }: Memory, now: number): boolean =>
  deadManEveryMs !== undefined && now - deadManToldAt >= deadManEveryMs;

/** All is heard, healthy and ready, and everything that was to be told was handed over. */
export function isSurelyWell({ decision, opinion, readiness }: DecideResult, state: Memory): boolean {
  const isQuiet = decision.action === 'hold' && decision.alert === undefined && readiness?.told === undefined;
  const isTold = (state.untold ?? []).length === 0 && state.lastAlert === '' && state.misreadSince === undefined;
  return opinion.verdict.state === 'healthy' && isQuiet && isTold && !state.uneasy;
}

export async function tellWell(
  site: string,
  config: MonitorConfig,
  state: Memory,
  considered: DecideResult,
): Promise<void> {
  if (!isDue(config, state, Date.now()) || !isSurelyWell(considered, state)) return;
  // Noted first: one that fails is made good by the next one, not by a loop of decisions.
  state.deadManToldAt = Date.now();
  await tellDeadMan(site).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
  });
}
