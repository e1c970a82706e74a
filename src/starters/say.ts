import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { sentenceOf } from '../domain/sentence';
import { monitorId, transferId } from '../contract/ids';
import { monitorVerbs, transferVerbs, type Verb } from '../contract/messages';
import { Refusal } from './refusal';
import type { Command } from './verb';

/** A command for each verb of the tables, so that signal, update and CLI never drift apart. `stop` of a transfer is `stop-transfer`. */
function commandFor(verb: Verb, name: string, workflowId: (site: string) => string): Command {
  const fields = Object.entries(verb.fields);
  return {
    name,
    summary: verb.description,
    usage: [
      'SITE',
      ...fields.map(([field, { required, example }]) =>
        required ? `--${field} "${example}"` : `[--${field} "${example}"]`,
      ),
    ].join(' '),
    options: Object.fromEntries(fields.map(([field]) => [field, { type: 'string' as const }])),
    run: async (given, reach) => {
      const { client } = await reach();
      const words = Object.fromEntries(
        fields.map(([field]) => [field, given.text(field)]).filter(([, value]) => value !== undefined),
      ) as object;
      try {
        console.log(
          await client.workflow
            .getHandle(workflowId(given.site))
            .executeUpdate<string, [object]>(verb.name, { args: [words] }),
        );
        return 0;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError)
          throw new Refusal(`${workflowId(given.site)} is not running, so there is nobody to tell.`);
        throw error instanceof WorkflowUpdateFailedError ? new Refusal(sentenceOf(error)) : error;
      }
    },
  };
}

export const messageCommands: Command[] = [
  ...monitorVerbs.map((verb) => commandFor(verb, verb.name, monitorId)),
  ...transferVerbs.map((verb) => commandFor(verb, verb.name === 'stop' ? 'stop-transfer' : verb.name, transferId)),
];
