/** One watch of the monitor: from a reading of the site's YAML to the next one, or to the end of the run. */
import {
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Duties } from '../../contract/activities';
import type { Briefing } from '../../contract/monitor';
import { notify } from '../alerts';
import { sentenceOf } from '../../domain/sentence';
import { monitorDetails } from './details';
import { runbookQueue } from '../../contract/ids';
import { launch } from './start-transfer';
import { mirrorAll } from './mirror-media';
import { ordersFor, type Vigil } from './monitor-state';
import { ballotsOf, watchFrom } from './vantage-loop';

const { decide } = proxyActivities<Duties>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
  summary: 'Judge what the vantages say, and decide',
});

/** While anything is amiss the decision is taken anew this often, since ages decide too: a majority that lasts, a table that is well again. */
const whileUneasyMs = 15_000;

/** What woke the monitor last; empty once it has been heard. */
export interface Bell {
  news: string;
}

/** Returns when the site is to be read again, the monitor was stopped, or its history has grown long; every vantage has then handed back its memory. */
export async function keepWatch(site: string, brief: Briefing, vigil: Vigil, bell: Bell): Promise<void> {
  const wake = (because: string) => {
    bell.news = because;
  };
  const watching = new CancellationScope();
  const loops = watching.run(() => {
    const watchers = Object.keys(brief.targets).map((name) => watchFrom(name, brief, vigil.heard, wake));
    return Promise.all([mirrorAll(site), ...watchers]);
  });
  const over = () => vigil.stopped !== '' || vigil.reload || workflowInfo().continueAsNewSuggested;
  while (!over()) {
    if (bell.news !== '') {
      bell.news = '';
      await considerNow(site, brief, vigil);
    }
    const woken = () => bell.news !== '' || over();
    if (!vigil.uneasy) await condition(woken);
    else if (!(await condition(woken, whileUneasyMs, { summary: 'Judge again, since ages decide too' })))
      wake('Time has passed.');
  }
  watching.cancel();
  await loops.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
}

async function considerNow(site: string, brief: Briefing, vigil: Vigil): Promise<void> {
  const asked = { site, ballots: ballotsOf(brief, vigil.heard, Date.now()), ...ordersFor(vigil, Date.now()) };
  const considered = await decide(asked).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    vigil.uneasy = true;
    setCurrentDetails(`**${site}: nobody can judge.** ${sentenceOf(error)}`);
  });
  if (!considered) return;
  const { decision, opinion, known, failingForMs, unsettled } = considered;
  vigil.known = known;
  vigil.uneasy = unsettled;
  // First what helps, then who must know: an alert that can't be sent must hold up nothing.
  if (decision.action === 'act') await launch(vigil, site, decision, failingForMs);
  if (decision.alert && vigil.lastAlert !== decision.alert.summary) {
    await notify(site, decision.alert).catch(() => undefined);
  }
  vigil.lastAlert = decision.alert?.summary ?? '';
  setCurrentDetails(monitorDetails(site, brief, vigil, { decision, opinion }, Date.now()));
}
