import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { modes } from '../domain/mode';
import { monitorId } from '../contract/ids';
import type { Command } from './command';
import { readDetails, renderDetails } from './details';
import { refusalOf } from './endings';
import { definedFields, start } from './start';

const pollEveryMs = 300;
const longestMs = 20_000;

/** Waits for the first verdict of a monitor; empty when it has none yet after 20 s. @throws Refusal with the monitor's own sentence when it has failed. */
export async function firstDetails(handle: WorkflowHandle): Promise<string> {
  let failure: unknown;
  handle.result().catch((error: unknown) => (failure = error));
  for (const giveUpAt = Date.now() + longestMs; Date.now() < giveUpAt;) {
    const details = await readDetails(handle);
    if (failure instanceof WorkflowFailedError) throw refusalOf(failure);
    if (details !== '') return details;
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
  return '';
}

export const monitor: Command = {
  name: 'monitor',
  summary: "Watch a site until it is stopped, and start transfers where the site's policy allows it.",
  options: {
    mode: {
      type: 'string',
      value: modes.join('|'),
      description: 'how far it may act by itself (default: as policy.automatic of the site file says)',
    },
  },
  run: async ({ site, text }, connect) => {
    const connection = await connect();
    const handle = await start(() => Promise.resolve(connection), {
      type: 'monitor',
      workflowId: monitorId(site),
      input: { site, ...definedFields({ mode: text('mode') }) },
      summary: `watching ${site}`,
    });
    const details = await firstDetails(handle);
    const check = `Check it with: npx handover status ${site}`;
    if (details === '') {
      console.log(`${monitorId(site)} was started, but has no verdict after 20 s. Does a worker run? ${check}`);
      return 'no answer';
    }
    const [verdict = ''] = renderDetails(details, Date.now(), process.stdout.isTTY).split('\n');
    console.log(verdict);
    console.log(`Started ${monitorId(site)} in namespace ${connection.namespace} at ${connection.address}. ${check}`);
    return 'done';
  },
};
