import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Duties } from '../contract/activities';
import { parseMonitor } from '../domain/plan/request';
import { openDesk } from './message-handlers';
import { monitorId, runbookQueue } from '../contract/ids';
import { orOwnFailure, parseOrFail, refuseTimeouts, requireId } from './input';
import { hear, hearNews, startVigil, type Vigil } from './monitoring/monitor-state';
import { monitorVerbs } from '../contract/messages';
import { keepWatch, type Bell } from './monitoring/watch-site';

const { briefing } = proxyActivities<Duties>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
  summary: 'Read what the site’s file says',
});

/**
 * Watches a site from all its vantages for as long as the site lives, and starts a transfer where its policy lets it.
 * Start it as `monitor/SITE` with `{"site":"shop"}`. It continues as new by itself; `vigil` is what it then hands to its next run.
 */
export async function monitor(input: unknown = {}, vigil: Vigil = startVigil()): Promise<string> {
  const bell: Bell = { news: 'It has just begun to watch.' };
  const wake = (because: string) => {
    bell.news = because;
  };
  openDesk(monitorVerbs, (said) => {
    const answer = hear(vigil, said, Date.now());
    wake(answer);
    return answer;
  });
  hearNews(vigil, wake);
  const { site } = parseOrFail(parseMonitor, input);
  requireId(monitorId(site), { site });
  refuseTimeouts();
  while (vigil.stopped === '') {
    const brief = await orOwnFailure(briefing(site));
    vigil.reload = false;
    await keepWatch(site, brief, vigil, bell);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof monitor>({ site }, vigil);
  }
  return vigil.stopped;
}
