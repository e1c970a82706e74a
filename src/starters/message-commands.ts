/** A command for each verb of the message tables, so that signal, update and CLI never drift apart. `stop` of a transfer is `stop-transfer`. */
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { sentenceOf } from '../domain/sentence';
import { monitorId, transferId } from '../contract/ids';
import { monitorVerbs, transferVerbs, type Verb } from '../contract/messages';
import type { Command, Option } from './command';
import { Refusal } from './refusal';

function commandFor(verb: Verb, name: string, workflowId: (site: string) => string): Command {
  const options = Object.fromEntries(
    Object.entries(verb.fields).map(([field, { example, description, required }]): [string, Option] => [
      field,
      { type: 'string', value: `"${example}"`, description, required },
    ]),
  );
  return {
    name,
    summary: verb.description,
    options,
    run: async (given, connect) => {
      const { client } = await connect();
      const fields = Object.fromEntries(
        Object.keys(options).flatMap((field) => {
          const value = given.text(field);
          return value === undefined ? [] : [[field, value]];
        }),
      ) as object;
      const id = workflowId(given.site);
      try {
        const handle = client.workflow.getHandle(id);
        console.log(await handle.executeUpdate<string, [object]>(verb.name, { args: [fields] }));
        return 0;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError)
          throw new Refusal(
            `${id} is not running, so it can't receive ${name}. Check it with: npx handover status ${given.site}`,
          );
        throw error instanceof WorkflowUpdateFailedError ? new Refusal(sentenceOf(error)) : error;
      }
    },
  };
}

export const messageCommands: Command[] = [
  ...monitorVerbs.map((verb) => commandFor(verb, verb.name, monitorId)),
  ...transferVerbs.map((verb) => commandFor(verb, verb.name === 'stop' ? 'stop-transfer' : verb.name, transferId)),
];
