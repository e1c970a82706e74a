import { allHandlersFinished, condition, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { RunbookActivities } from '../contract/activities';
import { runbookQueue, salvageId } from '../contract/ids';
import { salvageVerbs, type SalvageVerb } from '../contract/verbs';
import { parseSalvage } from '../domain/plan/request';
import { openSentence } from '../domain/salvage/pile';
import { orOwnFailure, parseOrFail, refuseTimeouts, requireId } from './input';
import { handleMessages, type Message } from './message-handlers';

const { salvagePile } = proxyActivities<Pick<RunbookActivities, 'salvagePile'>>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', maximumInterval: '5s', maximumAttempts: 5 },
  summary: 'Decide about an item that a rejoin left to a person',
});

/** A person thinks about an item for a while; the next message starts it again. */
const idleFor = '10 minutes';

/**
 * Works off what rejoins left to a person: each message is answered, and it ends when none came for ten minutes.
 * Start it as `salvage/SITE` with `{"site":"shop"}` together with the first update; the result says how many items are open.
 */
export async function salvage(input: unknown = {}): Promise<string> {
  const state = { messages: 0, said: 'Nobody has asked about an item.' };
  const answer = async ({ verb, fields }: Message<SalvageVerb>): Promise<string> => {
    const { workflowId, firstExecutionRunId } = workflowInfo();
    const [, site = ''] = workflowId.split('/');
    state.messages += 1;
    const key = `${firstExecutionRunId}/${String(state.messages)}`;
    const { said, open } = await orOwnFailure(salvagePile({ site, verb, fields, key }));
    state.said = openSentence(open, site);
    setCurrentDetails(state.said);
    return said;
  };
  handleMessages(salvageVerbs, answer);
  const { site } = parseOrFail(parseSalvage, input);
  requireId(salvageId(site), { site });
  refuseTimeouts();
  let seen: number;
  do {
    seen = state.messages;
    await condition(() => state.messages > seen, idleFor);
  } while (state.messages > seen && !workflowInfo().continueAsNewSuggested);
  await condition(allHandlersFinished);
  return state.said;
}
