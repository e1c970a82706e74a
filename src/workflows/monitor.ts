import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { MonitorConfig } from '../contract/monitor';
import { parseMonitor } from '../domain/plan/request';
import { handleMessages } from './message-handlers';
import { monitorId } from '../contract/ids';
import { explainNow, handleExplainQuery } from './monitoring/explain-now';
import { parseOrFail, refuseTimeouts, requireId } from './input';
import { setMode, type Command } from './monitoring/command';
import { handleAlarms } from './monitoring/alarms';
import { applyMessage, newMonitorState, type MonitorState } from './monitoring/monitor-state';
import { refusalNow } from './monitoring/refusals';
import { readSite } from './monitoring/read-site';
import { handleStandingQuery } from './monitoring/standing';
import { handleTransferSignals } from './monitoring/transfer-news';
import { monitorVerbs } from '../contract/verbs';
import { watchSite, type WakeUp } from './monitoring/watch-site';

const commandQuery = defineQuery<Command & Pick<MonitorState, 'freeze'>>('command');

/**
 * Watches a site from all its vantages for as long as the site lives, and starts a transfer where its policy lets it.
 * Start it as `monitor/SITE` with `{"site":"shop"}`. It continues as new by itself; `state` is what it then hands to its next run.
 */
export async function monitor(input: unknown = {}, state: MonitorState = newMonitorState()): Promise<string> {
  const wakeUp: WakeUp = { news: 'The monitor has started.' };
  const wake = (because: string) => {
    wakeUp.news = because;
  };
  // Messages may come before the input was checked; the id names the site too.
  const [, ofSite = ''] = workflowInfo().workflowId.split('/');
  let config: MonitorConfig | undefined;
  handleExplainQuery(ofSite, state);
  handleMessages(
    monitorVerbs,
    (message) => {
      if (message.verb === 'explain') return explainNow(ofSite, config, state);
      const answer = applyMessage(state, message, ofSite, Date.now(), config);
      wake(answer);
      return answer;
    },
    (message) => refusalNow(state, message, config),
  );
  setHandler(commandQuery, () => ({ ...state.command, ...(state.freeze && { freeze: state.freeze }) }), {
    description: 'The mode, what waits for an approval, the score of mode observe and the freeze, as JSON.',
  });
  handleStandingQuery(state, () => config);
  handleTransferSignals(state, ofSite, wake);
  handleAlarms(state, wake);
  const { site, mode } = parseOrFail(parseMonitor, input);
  requireId(monitorId(site), { site });
  refuseTimeouts();
  delete state.shown;
  if (mode !== '') setMode(state, { to: mode, who: 'whoever started it', because: 'Given at its start.' }, Date.now());
  while (state.stopped === '') {
    config = await readSite(site, state, config);
    state.reload = false;
    if (!config) continue;
    await watchSite(site, config, state, wakeUp);
    await condition(allHandlersFinished);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof monitor>({ site }, state);
  }
  return state.stopped;
}
