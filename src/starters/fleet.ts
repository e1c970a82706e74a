/** All monitored sites at once: how each stands, and one word to all of them. */
import type { Client } from '@temporalio/client';
import { runbookQueue } from '../contract/ids';
import { attributeNames } from '../contract/search-attributes';
import type { Standing } from '../contract/standing';
import { sentenceOf } from '../domain/sentence';
import type { Outcome } from './exit-codes';
import { Refusal } from './refusal';
import { findRun } from './runs';
import { agoOf, columnsOf } from './words';
import { absence, presenceOn, requireWorker } from './worker-there';

/** At once, so that hundreds of sites take seconds and no server is flooded. */
const atOnce = 16;
const answerWithinMs = 5_000;
const wordWithinMs = 20_000;
/** Of monitors that have ended, so many of the newest are looked at. */
const mostEnded = 200;

/** A monitor as a list of Temporal has it. */
interface Listed {
  site: string;
  /** Its search attributes by name; empty where the namespace knows none. */
  shown: Record<string, unknown>;
}

/** In the order of `items`, at most `atOnce` at the same time. */
async function bounded<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

async function listed(client: Client, query: string, most = Infinity): Promise<Listed[]> {
  const found = new Map<string, Listed>();
  for await (const { workflowId, typedSearchAttributes } of client.workflow.list({ query })) {
    const [, site = ''] = workflowId.split('/');
    const shown = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    if (workflowId === `monitor/${site}` && !found.has(site)) found.set(site, { site, shown });
    if (found.size >= most) break;
  }
  return [...found.values()].sort((a, b) => a.site.localeCompare(b.site));
}

const running = (client: Client) => listed(client, 'WorkflowType = "monitor" AND ExecutionStatus = "Running"');

/** Sites that nobody watches any more; a monitor that was refused never watched. */
async function unwatched(client: Client, watched: readonly Listed[]): Promise<string[][]> {
  const query = 'WorkflowType = "monitor" AND ExecutionStatus != "Running" AND ExecutionStatus != "ContinuedAsNew"';
  const ended = await listed(client, query, mostEnded);
  const left = ended.filter(({ site }) => !watched.some((each) => each.site === site));
  const rows = await bounded(left, async ({ site }) => {
    const end = (await findRun(client, 'monitor', site))?.ended;
    if (!end || end.refused) return [];
    return [[site, `NOT WATCHED: ${end.word} ${agoOf(Date.now() - end.at.getTime())} ago`]];
  });
  return rows.flat();
}

const heading = ['SITE', 'VERDICT', 'MODE', 'PRIMARY', 'INCIDENT', ''];

/** The row of a site whose monitor has answered. */
function rowOf(site: string, standing: Standing, now: number): string[] {
  const { verdict, since, mode, primary, epoch, incident, notes } = standing;
  return [
    site,
    verdict === '' ? 'none yet' : `${verdict} for ${agoOf(now - since)}`,
    mode,
    primary === '' ? 'unknown' : `${primary}, epoch ${String(epoch)}`,
    incident ? `${String(incident.number)}, open for ${agoOf(now - incident.openedAt)}` : 'none',
    notes.join(', '),
  ];
}

/** What Temporal's own list shows of a site whose monitor has not answered. */
function silentRow({ site, shown }: Listed, because: string): string[] {
  const of = (name: keyof typeof attributeNames) => {
    const value = shown[attributeNames[name]];
    return typeof value === 'string' ? value : '?';
  };
  return [site, of('verdict'), of('mode'), '?', of('incident'), `as it was told last: ${because}`];
}

/** A line for each site, after a heading, and whether their monitors answered. */
async function fleetLines(client: Client, now: () => number): Promise<{ lines: string[]; outcome: Outcome }> {
  const presence = await presenceOn(client, runbookQueue);
  const absent = absence(presence, runbookQueue);
  const sites = await running(client);
  const gone = await unwatched(client, sites);
  if (sites.length + gone.length === 0)
    throw new Refusal('No site is monitored. Start watching one with: npx handover monitor shop', {
      outcome: 'not found',
    });
  let silent = 0;
  const rows = await bounded(sites, async (each) => {
    try {
      if (presence.workers === 'none') throw new Error('no worker runs');
      const handle = client.workflow.getHandle(`monitor/${each.site}`);
      const ask = () => handle.query<Standing>('standing');
      return rowOf(each.site, await client.withDeadline(Date.now() + answerWithinMs, ask), now());
    } catch (error) {
      silent += 1;
      return silentRow(each, sentenceOf(error));
    }
  });
  const lines = columnsOf([heading, ...rows, ...gone]);
  const none = presence.workers === 'none' ? 'no worker' : 'no answer';
  const outcome = silent === 0 ? 'done' : silent < sites.length ? 'partly' : none;
  return { lines: absent === undefined ? lines : [absent, ...lines], outcome };
}

export async function printFleet(client: Client): Promise<Outcome> {
  const { lines, outcome } = await fleetLines(client, Date.now);
  for (const line of lines) console.log(line);
  return outcome;
}

/** Sends one word to every monitor and prints each answer. */
export async function tellAll(
  client: Client,
  tell: (to: { id: string; withinMs: number }) => Promise<string>,
): Promise<Outcome> {
  await requireWorker(client, runbookQueue);
  const sites = await running(client);
  if (sites.length === 0) throw new Refusal('No site is monitored; nothing was changed.', { outcome: 'not found' });
  const outcomes = await bounded(sites, async ({ site }): Promise<Outcome> => {
    try {
      console.log(`${site}: ${await tell({ id: `monitor/${site}`, withinMs: wordWithinMs })}`);
      return 'done';
    } catch (error) {
      console.log(`${site}: FAILED. ${sentenceOf(error)}`);
      return error instanceof Refusal ? error.outcome : 'no answer';
    }
  });
  const [first = 'done'] = outcomes;
  return outcomes.every((each) => each === first) ? first : 'partly';
}
