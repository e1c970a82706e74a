/** One watch of the monitor: from a reading of the site's YAML to the next one, or to the end of the run. */
import {
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunbookActivities } from '../../contract/activities';
import type { DecideResult, MonitorConfig } from '../../contract/monitor';
import { emptyBook } from '../../domain/incident/book';
import { advance } from '../../domain/incident/incident';
import { mutesAt } from '../../domain/command/mute';
import { allHaveVoted, ballotsOf } from '../../domain/detection/ballots';
import { sentenceOf } from '../../domain/sentence';
import { showAttributes } from './attributes';
import { noteDecision } from './command';
import { tellWell, untilDeadManMs } from './dead-man';
import { monitorDetails } from './details';
import { runbookQueue } from '../../contract/ids';
import { startTransfer } from './start-transfer';
import { mirrorAll } from './mirror-media';
import { decideInputFrom, type MonitorState } from './monitor-state';
import { noteSilence } from './sampled';
import { noteVerdict } from './standing';
import { tellNews, tellOfReadiness, tellUndecided } from './tell-news';
import { watchFromVantage } from './vantage-loop';
import { sampleSite } from './sample-site';
import { watchTheStandby } from './watch-standby';

const { decide } = proxyActivities<RunbookActivities>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '20s',
  // It is made again after 15 s in any case; that it could not be made for so long, somebody must hear.
  scheduleToCloseTimeout: '2m',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
  summary: 'Judge the votes and decide',
});

/** While anything is unhealthy, the monitor decides again this often, because ages count too: how long a majority has held, or a table has recovered. */
const whileUneasyMs = 15_000;

/** How much longer than its window a new monitor waits for the first vote of every vantage: as long as an absent vantage takes to be noticed. */
const firstVotesWithinMs = 15_000;

/** What woke the monitor last; empty once it was handled. */
export interface WakeUp {
  news: string;
}

/** Returns when the site is to be read again, the monitor was stopped, or its history has grown long; every vantage has then handed back its memory. */
export async function watchSite(
  site: string,
  config: MonitorConfig,
  state: MonitorState,
  wakeUp: WakeUp,
): Promise<void> {
  const wake = (because: string) => {
    wakeUp.news = because;
  };
  const isNew = Object.keys(state.heard).length === 0;
  const watching = new CancellationScope();
  const loops = watching.run(() => {
    const watchers = Object.keys(config.targets).map((name) => watchFromVantage(name, config, state.heard, wake));
    const others = othersWatching(site, state, wake);
    return Promise.all([mirrorAll(site, state, wake), ...watchers, ...others]);
  });
  const over = () => state.stopped !== '' || state.reload || workflowInfo().continueAsNewSuggested;
  if (isNew && patched('hear-all-first')) {
    await firstVotes(site, config, state, over);
    wake('The watch has begun.');
  }
  while (!over()) {
    if (wakeUp.news !== '') {
      wakeUp.news = '';
      await decideNow(site, config, state);
    }
    const woken = () => wakeUp.news !== '' || over();
    const untilMs = state.uneasy ? whileUneasyMs : untilDeadManMs(config, state, Date.now());
    if (untilMs === undefined) await condition(woken);
    else if (
      !(await condition(woken, untilMs, { summary: `Decide again after ${String(Math.round(untilMs / 1_000))} s` }))
    )
      wake('That time has passed.');
  }
  watching.cancel();
  await loops.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
}

/** Who else looks; monitors begun before `sampler` had the standby alone watched, and those before `watch-standby` nothing. */
function othersWatching(site: string, state: MonitorState, wake: (because: string) => void): Promise<void>[] {
  if (patched('sampler')) return [sampleSite(site, state, wake)];
  return patched('watch-standby') ? [watchTheStandby(site, state, wake)] : [];
}

/** Votes come one by one: a monitor that decided on the first of them would call somebody each time that it starts. */
async function firstVotes(
  site: string,
  { targets, policy }: MonitorConfig,
  { heard }: MonitorState,
  over: () => boolean,
): Promise<void> {
  setCurrentDetails(`**${site}: waiting for the first votes.**`);
  const summary = 'Wait for the first vote of every vantage';
  await condition(() => over() || allHaveVoted(targets, heard), policy.windowMs + firstVotesWithinMs, { summary });
}

async function decideNow(site: string, config: MonitorConfig, state: MonitorState): Promise<void> {
  const muted = mutesAt(state.mutes, Date.now()).map(({ vantage }) => vantage);
  const asked = Object.keys(config.targets).filter((name) => !muted.includes(name));
  const silence = noteSilence(state, asked, Date.now());
  const input = {
    site,
    silence,
    ballots: ballotsOf(config.targets, state.heard, Date.now()),
    ...decideInputFrom(state, Date.now()),
  };
  const before = endsHeard(state);
  const considered = await decide(input).catch(async (error: unknown) => {
    if (isCancellation(error)) throw error;
    state.uneasy = true;
    setCurrentDetails(`**${site}: the verdict could not be computed.** ${sentenceOf(error)}`);
    await tellUndecided(site, state, sentenceOf(error));
  });
  if (!considered) return;
  const { decision, opinion, known, unsettled, lag } = considered;
  state.known = known;
  state.uneasy = unsettled;
  // A transfer ended while this was decided without it: the signal of its end has everything decided anew.
  if (decision.action === 'act' && endsHeard(state) !== before && patched('overtaken')) return;
  noteIncident(state, considered, Date.now());
  noteDecision(state, site, considered, Date.now());
  noteVerdict(state, considered, Date.now());
  if (lag) state.lag = { lagMs: lag.lagMs, at: Date.now() - lag.agoMs };
  // The transfer starts before the alert is sent, since a failing channel must not delay it.
  if (decision.action === 'act') await startTransfer(state, site, decision, opinion.verdict.failingForMs);
  await tellNews(site, state, decision);
  await tellOfReadiness(site, state, considered);
  showAttributes(site, config, state, { opinion });
  await tellWell(site, config, state, considered);
  setCurrentDetails(monitorDetails(site, config, state, { decision, opinion }, Date.now()));
}

/** Changes with each end of a transfer that was heard of. */
function endsHeard({ lastPlanEndedAt = 0, incidents }: MonitorState): string {
  const ended = incidents?.open?.attempts.filter(({ ending }) => ending !== undefined) ?? [];
  return [lastPlanEndedAt, ...ended.map(({ endedAt }) => endedAt)].join();
}

/** A decision that is acted on or that calls somebody opens an incident, or goes on with the open one. */
function noteIncident(state: MonitorState, { decision, running = true }: DecideResult, at: number): void {
  const [wishes, calls] = [decision.action !== 'hold', decision.alert?.key];
  const event = { type: 'judged', at, wishes, calls, running, because: decision.because } as const;
  state.incidents = advance(state.incidents ?? emptyBook, event);
}
