import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertsId, runbookQueue } from '../contract/ids';
import type { Command } from './command';
import { readDetails, renderDetails } from './details';
import type { RunType } from './endings';
import { printFleet } from './fleet';
import { progressOf } from './progress';
import { Refusal } from './refusal';
import { retriesOf } from './retries';
import { latestRuns, type Run } from './runs';
import { absence, presenceOn } from './worker-there';
import { momentOf } from './words';

const types: RunType[] = ['monitor', 'transfer', 'rejoin', 'salvage', 'drill'];

/** `transfer/shop: needs-operator, ended 02:50:30 UTC (12 min ago), run 01a2...`, why, and what to type; below a running one how it stands. */
async function describeRun(run: Run, now: number, isHeard: boolean): Promise<string[]> {
  const { workflowId, runId, startedAt, ended } = run;
  if (!ended) {
    const head = `${workflowId}: running, since ${momentOf(startedAt, now)}, run ${runId}`;
    return [head, ...(await standing(run, now, isHeard)).map((line) => (line === '' ? '' : `    ${line}`))];
  }
  const head = `${workflowId}: ${ended.word}, ended ${momentOf(ended.at, now)}, run ${runId}`;
  const next = ended.next.length > 0 ? [`    Next: ${ended.next.join(' or ')}`] : [];
  // A wrong site file has a line for each problem.
  return [head, ended.because.replace(/^/gm, '    '), ...next];
}

/** Without a worker nobody tells how it stands. */
async function standing({ handle }: Run, now: number, isHeard: boolean): Promise<string[]> {
  const [details, description] = await Promise.all([isHeard ? readDetails(handle) : '', handle.describe()]);
  const retries = await retriesOf(handle, description, now);
  const told =
    details === ''
      ? [isHeard ? 'It has told nothing yet.' : 'How it stands, only a worker could tell.']
      : renderDetails(details, now, process.stdout.isTTY).split('\n');
  return [...told, ...progressOf(description, now), ...retries.map(({ sentence }) => `Trying again: ${sentence}`)];
}

/** What some channel has not taken for a minute or longer; nothing while alerts arrive. */
async function undelivered(client: Client, site: string, isHeard: boolean): Promise<string[]> {
  const outbox = client.workflow.getHandle(alertsId(site));
  try {
    const { status } = await outbox.describe();
    const details = status.name === 'RUNNING' && isHeard ? await readDetails(outbox) : '';
    return details === '' ? [] : [`${alertsId(site)}: alerts wait`, details.replace(/^(?=.)/gm, '    ')];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

/** Nobody misses decisions about items where no rejoin left any. */
const neverStarted = (type: RunType | undefined, site: string): string[] =>
  type === undefined || type === 'salvage' ? [] : [`${type}/${site}: never started`];

/** What there is to say of each type. @throws Refusal when nothing of this site was ever started. */
export async function statusOf(client: Client, site: string): Promise<string[]> {
  const all = await Promise.all(types.map((type) => latestRuns(client, type, site)));
  if (all.every(({ run, refused }) => !run && !refused))
    throw new Refusal(
      `Nothing was ever started for a site ${site}, or Temporal has deleted its history. Is the name right? Start watching it with: npx handover monitor ${site}`,
      { outcome: 'not found' },
    );
  const presence = await presenceOn(client, runbookQueue);
  const [absent, isHeard] = [absence(presence, runbookQueue), presence.workers !== 'none'];
  const now = Date.now();
  const said = all.map(async ({ run, refused }, index) => [
    ...(refused ? await describeRun(refused, now, isHeard) : []),
    ...(run ? await describeRun(run, now, isHeard) : refused ? [] : neverStarted(types[index], site)),
  ]);
  const lines = (await Promise.all([...said, undelivered(client, site, isHeard)])).flat();
  return absent === undefined ? lines : [absent, ...lines];
}

export const status: Command = {
  name: 'status',
  summary:
    'Show what the monitor reports, and the transfer, rejoin and drill that run or ran last; without SITE all sites, in a line each.',
  options: {},
  allSites: 'always',
  run: async ({ site }, connect) => {
    const { client } = await connect();
    if (site === '') return printFleet(client);
    for (const line of await statusOf(client, site)) console.log(line);
    return 'done';
  },
};
