import {
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { Duties } from '../activities';
import { parseMonitor } from '../domain/request';
import { monitorDetails } from './details';
import { openDesk } from './desk';
import { monitorId, runbookQueue } from './ids';
import { parseOrFail, refuseTimeouts, requireId } from './input';
import { hear, hearNews, ordersFor, startVigil, type Vigil } from './vigil';
import { launch } from './launch';
import { mirrorAll } from './mirror';
import { monitorVerbs } from './verbs';
import { ballotsOf, watchFrom } from './watchers';

const { briefing, decide, notify } = proxyActivities<Duties>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
});

/** While anything is amiss the decision is taken anew this often, since ages decide too: a majority that lasts, a cool-down that ends. */
const whileUneasyMs = 15_000;

/**
 * Watches a site from all its vantages for as long as the site lives, and starts a transfer where its policy lets it.
 * Start it as `monitor/SITE` with `{"site":"shop"}`. It continues as new by itself; `vigil` is what it then hands to its next run.
 */
export async function monitor(input: unknown = {}, vigil: Vigil = startVigil()): Promise<string> {
  let news = 'It has just begun to watch.';
  const wake = (because: string) => (news = because);
  openDesk(monitorVerbs, (said) => wake(hear(vigil, said, Date.now())));
  hearNews(vigil, wake);
  const { site } = parseOrFail(parseMonitor, input);
  requireId(monitorId(site), { site });
  refuseTimeouts();

  while (!vigil.stopped) {
    const brief = await briefing(site);
    vigil.reload = false;
    const watching = new CancellationScope();
    const loops = watching.run(() =>
      Promise.all([
        mirrorAll(site),
        ...Object.keys(brief.targets).map((name) => watchFrom(name, brief, vigil.heard, wake)),
      ]),
    );
    while (!vigil.stopped && !vigil.reload && !workflowInfo().continueAsNewSuggested) {
      if (news !== '') {
        news = '';
        const { decision, opinion, ...rest } = await decide({
          site,
          ballots: ballotsOf(brief, vigil.heard, Date.now()),
          ...ordersFor(vigil, Date.now()),
        });
        Object.assign(vigil, { known: rest.known, uneasy: opinion.verdict.state !== 'healthy' });
        if (decision.alert && vigil.lastAlert !== decision.alert.summary)
          await notify(site, decision.alert).catch(() => undefined);
        vigil.lastAlert = decision.alert?.summary ?? '';
        if (decision.action === 'act') await launch(vigil, site, decision, rest.failingForMs);
        setCurrentDetails(monitorDetails(site, brief, vigil, { decision, opinion }, Date.now()));
      }
      const woken = () => news !== '' || vigil.stopped !== '' || vigil.reload || workflowInfo().continueAsNewSuggested;
      const inTime = vigil.uneasy ? await condition(woken, whileUneasyMs) : await condition(woken).then(() => true);
      if (!inTime) wake('Time has passed.');
    }
    watching.cancel();
    await loops.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
    if (workflowInfo().continueAsNewSuggested && !vigil.stopped) await continueAsNew<typeof monitor>({ site }, vigil);
  }
  return vigil.stopped;
}
