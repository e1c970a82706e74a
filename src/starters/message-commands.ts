/** A command for each verb of the message tables, so that signal, update and CLI never drift apart. */
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { sentenceOf } from '../domain/sentence';
import { alertVerbs } from '../contract/alert-verbs';
import { alertsId, monitorId, rejoinId, transferId } from '../contract/ids';
import { valueProblem, type MessageFields } from '../contract/messages';
import type { Verb } from '../contract/verb-fields';
import { monitorVerbs, rejoinVerbs, transferVerbs } from '../contract/verbs';
import type { Arguments, Command, Option } from './command';
import { Misuse, Refusal } from './refusal';
import { tellAll } from './fleet';
import { isRunning } from './runs';
import { requireWorker } from './worker-there';

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
  if (id === alertsId(site)) return `${id} is not running: no alert of ${site} is open.`;
  return `${id} is not running, so it can't receive ${command}. ${next}`;
}

/** A verb of one workflow, or of several that know it: it goes to the first of them that runs. */
interface Target {
  verb: Verb;
  workflowId: (site: string) => string;
}

function commandFor(targets: readonly [Target, ...Target[]]): Command {
  const [{ verb }] = targets;
  const { name, command = name } = verb;
  const options = Object.fromEntries(
    targets.flatMap(({ verb: { fields } }) =>
      Object.entries(fields).map(([field, { example, description, required }]): [string, Option] => [
        field,
        { type: 'string', value: `"${example}"`, description, required },
      ]),
    ),
  );
  return {
    name: command,
    summary: verb.description,
    options: verb.toAll ? { ...options, all: allOption } : options,
    ...(verb.toAll && { allSites: 'flag' as const }),
    run: async (given, connect) => {
      const wrong = targets.flatMap((each) => wrongOptions(each.verb, given.text, Date.now()));
      if (wrong.length > 0) throw new Misuse([...new Set(wrong)].join(' '));
      const { client } = await connect();
      if (given.site === '')
        return tellAll(client, ({ id, withinMs }) => send(client, id, verb, wordsIn(options, given), withinMs));
      const target = await firstRunning(client, given.site, targets);
      await requireWorkerOf(client, target.workflowId(given.site));
      console.log(await send(client, target.workflowId(given.site), target.verb, wordsIn(options, given)));
      return 'done';
    },
  };
}

const allOption: Option = { type: 'boolean', description: 'all sites that are monitored, in the place of SITE' };

function wordsIn(options: Command['options'], { text }: Arguments): MessageFields {
  const words = Object.keys(options).flatMap((field) => {
    const value = text(field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(words);
}

/** The first target whose workflow runs. @throws Refusal where none of several does */
async function firstRunning(client: Client, site: string, targets: readonly [Target, ...Target[]]): Promise<Target> {
  const [only, ...others] = targets;
  // A single one says so itself.
  if (others.length === 0) return only;
  for (const target of targets) if (await isRunning(client, target.workflowId(site))) return target;
  const ids = targets.map(({ workflowId }) => workflowId(site));
  throw new Refusal(
    `Neither ${ids.join(' nor ')} is running, so nobody can receive ${nameOf(only)}. Check it with: npx handover status ${site}`,
    { outcome: 'not found' },
  );
}

/** The queue is the run's own: a person may have started it on another one. Of a run that is not there the message itself says so. */
async function requireWorkerOf(client: Client, id: string): Promise<void> {
  const run = await client.workflow
    .getHandle(id)
    .describe()
    .catch(() => undefined);
  if (run?.status.name === 'RUNNING') await requireWorker(client, run.taskQueue);
}

/** A worker may die meanwhile, and a person on call should not wait for that. */
const answerWithinMs = 20_000;

/** Sends `verb` to the workflow `id`; returns its answer. @throws Refusal when it refuses, is not running, or gives no answer within `withinMs`. */
export async function send(
  { workflow }: Client,
  id: string,
  { name, command = name }: Verb,
  fields: MessageFields,
  withinMs = answerWithinMs,
): Promise<string> {
  return answered(id, command, withinMs, () =>
    workflow.withDeadline(Date.now() + withinMs, () =>
      workflow.getHandle(id).executeUpdate<string, [object]>(name, { args: [fields] }),
    ),
  );
}

/** What `ask` gives, or the reason why it gives nothing. @throws Refusal */
export async function answered(
  id: string,
  command: string,
  withinMs: number,
  ask: () => Promise<string>,
): Promise<string> {
  const [, site = ''] = id.split('/');
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw new Refusal(notRunning(id, command, site), { outcome: 'not found' });
    if (error instanceof WorkflowUpdateFailedError) throw new Refusal(sentenceOf(error));
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
    throw new Refusal(
      `${id} gave no answer within ${String(withinMs / 1_000)} s, so whether it takes ${command} is unknown. Does a worker run? Check it with: npx handover status ${site}`,
      { outcome: 'no answer' },
    );
  }
}

const targets: readonly Target[] = [
  // A transfer that waits is more urgent than what its monitor proposes.
  ...transferVerbs.map((verb) => ({ verb, workflowId: transferId })),
  ...rejoinVerbs.map((verb) => ({ verb, workflowId: rejoinId })),
  ...monitorVerbs.map((verb) => ({ verb, workflowId: monitorId })),
  ...alertVerbs.map((verb) => ({ verb, workflowId: alertsId })),
];
const nameOf = ({ verb }: Target): string => verb.command ?? verb.name;

export const messageCommands: Command[] = [...new Set(targets.map(nameOf))].flatMap((name) => {
  const [first, ...others] = targets.filter((target) => nameOf(target) === name);
  return first ? [commandFor([first, ...others])] : [];
});
