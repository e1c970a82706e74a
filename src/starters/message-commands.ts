/** A command for each verb of the message tables, so that signal, update and CLI never drift apart. */
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { sentenceOf } from '../domain/sentence';
import { monitorId, transferId } from '../contract/ids';
import { monitorVerbs, transferVerbs, valueProblem, type Verb } from '../contract/messages';
import type { Command, Option } from './command';
import { Refusal } from './refusal';

/** What the workflow would refuse, in the words of the command line. */
export function wrongOptions({ fields }: Verb, given: (name: string) => string | undefined, now: number): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = given(name);
    const problem = value === undefined ? undefined : valueProblem(field, value, now);
    return problem === undefined ? [] : [`--${name} ${problem}: for example --${name} ${field.example}.`];
  });
}

function notRunning(id: string, command: string, site: string): string {
  const next =
    id === monitorId(site)
      ? `Start it with: npx handover monitor ${site}`
      : `Check it with: npx handover status ${site}`;
  return `${id} is not running, so it can't receive ${command}. ${next}`;
}

function commandFor(verb: Verb, workflowId: (site: string) => string): Command {
  const { name, command = name } = verb;
  const options = Object.fromEntries(
    Object.entries(verb.fields).map(([field, { example, description, required }]): [string, Option] => [
      field,
      { type: 'string', value: `"${example}"`, description, required },
    ]),
  );
  return {
    name: command,
    summary: verb.description,
    options,
    run: async (given, connect) => {
      const wrong = wrongOptions(verb, given.text, Date.now());
      if (wrong.length > 0) throw new Refusal(wrong.join(' '));
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
        console.log(await handle.executeUpdate<string, [object]>(name, { args: [fields] }));
        return 0;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) throw new Refusal(notRunning(id, command, given.site));
        throw error instanceof WorkflowUpdateFailedError ? new Refusal(sentenceOf(error)) : error;
      }
    },
  };
}

export const messageCommands: Command[] = [
  ...monitorVerbs.map((verb) => commandFor(verb, monitorId)),
  ...transferVerbs.map((verb) => commandFor(verb, transferId)),
];
