import type { Client } from '@temporalio/client';
import type { DrillResult, TransferResult } from '../../domain/plan/result';
import { reportOfDrill, reportOfTransfer, type Report } from '../../domain/report/report';
import type { Command } from '../command';
import { Misuse, Refusal } from '../refusal';
import { readDetails } from '../details';
import { findRun, latestRuns, type Run } from '../runs';
import { momentOf } from '../words';
import { reportFolder, writeReport } from './write';

const types = ['transfer', 'rejoin', 'drill'] as const;
type Reported = (typeof types)[number];

const reportOf = (type: Reported, result: unknown): Report =>
  type === 'drill' ? reportOfDrill(result as DrillResult) : reportOfTransfer(result as TransferResult);

const runIdShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The run that `--run` names. @throws Refusal */
export async function namedRun(client: Client, type: Reported, site: string, runId: string): Promise<Run> {
  const where = `npx handover status ${site} shows the ids of the last runs`;
  if (!runIdShape.test(runId))
    throw new Misuse(`"${runId}" is no run id; one looks like 01a20b3d-2cf0-72ba-bbe7-55ec63088315; ${where}.`);
  const run = await findRun(client, type, site, runId);
  if (!run)
    throw new Refusal(`${type}/${site} has no run ${runId}, or Temporal has deleted its history; ${where}.`, {
      outcome: 'not found',
    });
  return run;
}

/** The latest run that did something; a refused one after it is named. @throws Refusal when there is none. */
export async function lastRun(
  client: Client,
  type: Reported,
  site: string,
  print: (line: string) => void,
): Promise<Run> {
  const { run, refused } = await latestRuns(client, type, site);
  const skipped =
    refused?.ended &&
    `The last ${type} of ${site}, ${momentOf(refused.ended.at, Date.now())}, was refused before it began: ${refused.ended.because}`;
  if (!run)
    throw new Refusal(skipped ? `${skipped} No other is known.` : `No ${type} of ${site} was ever started.`, {
      outcome: 'not found',
    });
  if (skipped) print(`${skipped}\nThe one before it, run ${run.runId}:`);
  return run;
}

/** @throws Refusal while it runs, and when it returned nothing to report. */
export function reportOfRun({ type, workflowId, site, ended }: Run): Report {
  const status = `npx handover status ${site}`;
  if (!ended)
    throw new Refusal(`${workflowId} is still running; its report is written when it has ended. See: ${status}`);
  // A refused run changed nothing; its reason is all there is to report.
  if (ended.result === undefined || type === 'monitor' || type === 'salvage')
    throw new Refusal(`${workflowId} was ${ended.word}, so there is no report: ${ended.because} See: ${status}`);
  return reportOf(type, ended.result);
}

/** How many items are open, as the last decision about one left it; undefined where none was made since. */
async function itemsSince(client: Client, { site, startedAt }: Run): Promise<string | undefined> {
  const since = await findRun(client, 'salvage', site);
  if (!since || since.startedAt < startedAt) return undefined;
  const said = since.ended ? since.ended.because : await readDetails(since.handle);
  return said === '' ? undefined : `By now: ${said}`;
}

/** To what a rejoin left to a person belongs what became of it. */
function withItems(report: Report, said: string | undefined): Report {
  if (said === undefined || report.salvage === undefined) return report;
  const chapters = report.chapters.map((each) =>
    each.title.startsWith('Rejoin') ? { ...each, followUps: [...each.followUps, said] } : each,
  );
  return { ...report, chapters };
}

export const report: Command = {
  name: 'report',
  summary: 'Write the report of the last transfer, rejoin or drill as JSON, Markdown and HTML.',
  options: {
    of: {
      type: 'string',
      value: 'transfer|rejoin|drill',
      description: 'what to report: transfer, rejoin or drill (default transfer)',
      default: 'transfer',
    },
    run: {
      type: 'string',
      value: 'RUN_ID',
      description: 'an earlier run, by its run id, which status shows (default: the last that was not refused)',
    },
    into: { type: 'string', value: 'FOLDER', description: 'where to write it (default: a new folder in reports/)' },
  },
  run: async (given, connect) => {
    const type = types.find((each) => each === (given.text('of') ?? 'transfer'));
    if (!type) throw new Misuse(`--of must be one of ${types.join(', ')}: for example --of drill.`);
    const { client } = await connect();
    const runId = given.text('run');
    const run = await (runId === undefined
      ? lastRun(client, type, given.site, console.log)
      : namedRun(client, type, given.site, runId));
    const written = withItems(reportOfRun(run), await itemsSince(client, run));
    console.log(await writeReport(written, given.text('into') ?? reportFolder(written)));
    console.log(written.lastLine);
    return 'done';
  },
};
