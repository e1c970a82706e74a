/** `npm run drill`: a shop under shoppers, a fault, the runbook's answer, the way home, and a report that a referee has read against. */
import { join } from 'node:path';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { sentenceOf } from '../../src/domain/sentence';
import type { DrillResult } from '../../src/domain/plan/result';
import { reportOfDrill } from '../../src/domain/report/report';
import { reportFolder, writeReport } from '../../src/starters/report/write';
import { writeSiteFor } from '../dns/server';
import { startLab, type Lab } from '../lab';
import { checkout, sendShoppersHome, startShoppers, startWorkers, untilWorkersPoll } from './crew';
import { customersFelt, pulse } from './customers';
import { Live } from './live';
import { drillOptions, type DrillOptions } from './options';
import { callReferee } from './referee';
import { enoughAtStake } from './stakes';

const site = 'lab';
const workersReadyMs = 60_000;
/** Shoppers and monitor see a healthy shop for a while before anything happens, as they would anywhere. */
const warmUpMs = 12_000;
const shoppersGoHomeMs = 30_000;
const settleMs = 30_000;

async function main(argv: string[]): Promise<number> {
  const options = drillOptions(argv);
  const lab = await startLab({
    temporalPort: options.temporalPort,
    uiPort: options.uiPort,
    dns: options.dns,
    // A lab that is kept must outlive the drill that made it.
    attached: !options.keep,
    onStage: ({ title, milliseconds }) => console.log(`  ${title.padEnd(40)} ${(milliseconds / 1000).toFixed(1)} s`),
  });
  const connection = await Connection.connect({ address: `127.0.0.1:${String(lab.info.ports.temporal)}` });
  process.once('SIGINT', () => {
    console.log('\nThe lab is being removed.');
    void lab.down().finally(() => process.exit(130));
  });
  try {
    return await rehearse(lab, new Client({ connection }), options);
  } finally {
    await connection.close();
    if (options.keep) console.log(`The lab is kept: npm run lab -- status, and npm run lab -- down when you are done.`);
    else await lab.down();
  }
}

async function rehearse(lab: Lab, client: Client, options: DrillOptions): Promise<number> {
  const web = `http://127.0.0.1:${String(lab.info.ports.ui)}/namespaces/default/workflows`;
  await startWorkers(lab, await writeSiteFor(options.dns, lab.dir, checkout));
  await untilWorkersPoll(client, workersReadyMs);
  console.log(`Temporal Web: ${web}`);
  await client.workflow.start('monitor', {
    workflowId: `monitor/${site}`,
    taskQueue: 'handover',
    args: [{ site }],
    staticSummary: `watching ${site}`,
  });
  await startShoppers(lab, 1);
  const live = new Live(client, site, () => pulse(lab.dir));
  live.start();
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const drill = await runDrill(client, options, live);
  await sendShoppersHome(lab, shoppersGoHomeMs);
  await live.stop();
  return conclude(lab, drill, options);
}

async function runDrill(client: Client, { kind, fault, stay }: DrillOptions, live: Live): Promise<DrillResult> {
  const input = { site, kind, stay, ...(kind === 'outage' ? { fault } : {}) };
  live.say(`── drill/${site} ${JSON.stringify(input)}`);
  try {
    return (await client.workflow.execute('drill', {
      workflowId: `drill/${site}`,
      taskQueue: 'handover',
      args: [input],
      staticSummary: `drill of ${site}: ${kind}`,
    })) as DrillResult;
  } catch (error) {
    if (error instanceof WorkflowFailedError)
      throw new Error(`The drill failed: ${sentenceOf(error)}`, { cause: error });
    throw error;
  }
}

/** 0 when the aim was met and the referee agrees. */
async function conclude(lab: Lab, drill: DrillResult, options: DrillOptions): Promise<number> {
  const referee = await callReferee(lab, settleMs);
  const customers = customersFelt(lab.dir, drill.startedAt, drill.endedAt);
  const judged = { ...drill, aim: drill.aim.met ? (enoughAtStake(drill, options.fault) ?? drill.aim) : drill.aim };
  const report = reportOfDrill(judged, { referee, ...(customers ? { customers } : {}) });
  const page = await writeReport(report, reportFolder(report));
  for (const { name, ok, because } of referee.findings)
    console.log(`  ${ok === null ? 'unknown' : ok ? 'ok     ' : 'NOT OK '} ${name}: ${because}`);
  for (const { title, recovery } of report.chapters)
    if (recovery) console.log(`  ${title}: ${(recovery.totalMs / 1000).toFixed(1)} s`);
  console.log(`${judged.aim.met ? 'The aim was met' : 'The aim was not met'}: ${judged.aim.because}`);
  console.log(`Report: ${page}`);
  const { temporal, ui } = lab.info.ports;
  const cli = `temporal server start-dev --db-filename ${join(lab.dir, 'temporal.db')} --port ${String(temporal)} --ui-port ${String(ui)}`;
  if (!options.keep) console.log(`Temporal Web again: ${cli}`);
  console.log(report.lastLine);
  return judged.aim.met && referee.verdict === 'agrees' ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
