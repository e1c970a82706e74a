import { WorkflowFailedError } from '@temporalio/client';
import { sentenceOf } from '../../domain/sentence';
import type { DrillResult, TransferResult } from '../../domain/plan/result';
import { reportOfDrill, reportOfTransfer, type Report } from '../../domain/report/report';
import { drillId, rejoinId, transferId } from '../../contract/ids';
import type { Command } from '../command';
import { Refusal } from '../refusal';
import { reportFolder, writeReport } from './write';

const sources: Record<string, { id: (site: string) => string; report: (result: unknown) => Report }> = {
  drill: { id: drillId, report: (result) => reportOfDrill(result as DrillResult) },
  transfer: { id: transferId, report: (result) => reportOfTransfer(result as TransferResult) },
  rejoin: { id: rejoinId, report: (result) => reportOfTransfer(result as TransferResult) },
};

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
      description: 'an earlier run, by its run id in Temporal (default: the last)',
    },
    into: { type: 'string', value: 'FOLDER', description: 'where to write it (default: a new folder in reports/)' },
  },
  run: async (given, connect) => {
    const source = sources[given.text('of') ?? 'transfer'];
    if (!source) throw new Refusal(`--of must be one of ${Object.keys(sources).join(', ')}, for example --of drill.`);
    const { client } = await connect();
    const handle = client.workflow.getHandle(source.id(given.site), given.text('run'));
    const result: unknown = await handle.result().catch((error: unknown) => {
      // A refused run changed nothing; its reason is all there is to report.
      throw error instanceof WorkflowFailedError ? new Refusal(sentenceOf(error)) : error;
    });
    const written = source.report(result);
    console.log(await writeReport(written, given.text('into') ?? reportFolder(written)));
    console.log(written.lastLine);
    return 0;
  },
};
