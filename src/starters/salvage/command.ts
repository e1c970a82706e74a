/** `npx handover salvage SITE VERB`: works off what rejoins left to a person. */
import { userInfo } from 'node:os';
import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import { runbookQueue, salvageId } from '../../contract/ids';
import { type MessageFields } from '../../contract/messages';
import { salvageVerbs } from '../../contract/verbs';
import type { Command } from '../command';
import { answered, wrongOptions } from '../message-commands';
import { nearest } from '../nearest';
import { Misuse } from '../refusal';
import { requireWorker } from '../worker-there';
import { showItem } from './show';

type Verb = (typeof salvageVerbs)[number];

/** A worker that is busy with a large item answers later. */
const answerWithinMs = 60_000;
const names = [...salvageVerbs.map(({ name }) => name), 'show'];
const usage = 'list|show ID|apply ID|dismiss ID';

/** Sends `verb` to the workflow of the site's items, which is started where it does not run. */
async function send({ workflow }: Client, site: string, { name }: Verb, fields: MessageFields): Promise<string> {
  const workflowId = salvageId(site);
  const start = new WithStartWorkflowOperation('salvage', {
    workflowId,
    taskQueue: runbookQueue,
    args: [{ site }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `items of ${site} for a person`,
  });
  return answered(workflowId, `salvage ${name}`, answerWithinMs, () =>
    workflow.withDeadline(Date.now() + answerWithinMs, () =>
      workflow.executeUpdateWithStart<() => Promise<string>, string, [object]>(name, {
        args: [fields],
        startWorkflowOperation: start,
      }),
    ),
  );
}

/** What was typed behind SITE. @throws Misuse */
function readWords(site: string, [name, item, ...rest]: string[]): { name: string; item: string } {
  const example = `Usage: npx handover salvage ${site} ${usage} [--because "..."] [--who "..."]`;
  if (name === undefined) throw new Misuse(`salvage needs to be told what to do. ${example}`);
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    throw new Misuse(`salvage has no ${name}. ${meant === undefined ? example : `Did you mean ${meant}?`}`);
  }
  if (rest.length > 0 || (name === 'list' && item !== undefined))
    throw new Misuse(`Unexpected argument "${rest[0] ?? item ?? ''}". ${example}`);
  if (name !== 'list' && !/^[1-9]\d{0,14}$/.test(item ?? ''))
    throw new Misuse(
      item === undefined
        ? `${name} needs the number of an item, which this shows: npx handover salvage ${site} list`
        : `"${item}" is no number of an item; this shows them: npx handover salvage ${site} list`,
    );
  return { name, item: item ?? '' };
}

/** @throws Misuse */
function readFields(
  verb: Verb,
  site: string,
  item: string,
  given: (name: string) => string | undefined,
): MessageFields {
  if (verb.name === 'list') return {};
  const because = given('because');
  if (verb.name === 'dismiss' && because === undefined)
    throw new Misuse(
      `dismiss needs --because: npx handover salvage ${site} dismiss ${item} --because "entered by hand"`,
    );
  const fields = {
    item,
    who: given('who') ?? userInfo().username,
    ...(because !== undefined && { because }),
  };
  const wrong = wrongOptions(verb, (name) => (fields as MessageFields)[name], Date.now());
  if (wrong.length > 0) throw new Misuse(wrong.join(' '));
  return fields;
}

export const salvage: Command = {
  name: 'salvage',
  summary: 'List, show, apply or dismiss what a rejoin left to a person.',
  words: usage,
  options: {
    because: { type: 'string', value: '"..."', description: 'why, for the record; dismiss needs it' },
    who: { type: 'string', value: '"ines@shop.example"', description: 'who decides (default: the user of this shell)' },
  },
  run: async ({ site, words, text }, connect) => {
    const { name, item } = readWords(site, words);
    const verb = salvageVerbs.find((each) => each.name === name);
    if (!verb) {
      for (const line of await showItem(site, Number(item))) console.log(line);
      return 'done';
    }
    const fields = readFields(verb, site, item, text);
    const { client } = await connect();
    await requireWorker(client, runbookQueue);
    console.log(await send(client, site, verb, fields));
    return 'done';
  },
};
