/** `npm run drill`: starts the lab with shoppers, injects a fault, follows the runbook until the shop is home, and checks the report with the referee. */
import { join } from 'node:path';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { resultIn } from '../../src/starters/missed-aim';
import { sentenceOf } from '../../src/domain/sentence';
import type { DrillResult } from '../../src/domain/plan/result';
import { leftToPerson } from '../../src/domain/plan/left-to-person';
import { reportOfDrill } from '../../src/domain/report/report';
import { formatResult } from '../../src/starters/report/format';
import { reportFolder, writeReport } from '../../src/starters/report/write';
import { writeSiteFor } from '../dns/zone-server';
import { startLab, type Lab } from '../lab';
import { useSalvagedOrders } from './use-orders';
import { customerImpact, customerStatus } from './customers';
import { tooLittleAtRisk } from './data-at-risk';
import { LiveTimeline } from './live-timeline';
import { movesSentence } from './moves';
import { drillOptions, movesOfDrill, type DrillOptions } from './options';
import { callReferee } from './referee';
import { startShoppers, stopShoppers } from './shoppers';
import { checkout } from './spawn-node';
import { startWorkers, untilWorkersPoll } from './workers';

const site = 'lab';
const workersReadyMs = 60_000;
/** Shoppers and monitor see a healthy shop first, as they would in production. */
const warmUpMs = 12_000;
/** Of WooCommerce, which takes fewer orders in the same time. */
const storeWarmUpMs = 30_000;
const stopShoppersWithinMs = 30_000;
const refereeWithinMs = 30_000;

async function main(argv: string[]): Promise<number> {
  const options = drillOptions(argv);
  console.log('Starting the lab:');
  const lab = await startLab({
    temporalPort: options.temporalPort,
    uiPort: options.uiPort,
    dns: options.dns,
    database: options.database,
    shop: options.shop,
    ...(options.given && { given: options.given }),
    // A lab that is kept must outlive the drill that started it.
    attached: !options.keep,
    onStage: ({ title, milliseconds }) => console.log(`  ${title.padEnd(40)} ${(milliseconds / 1000).toFixed(1)} s`),
  });
  const connection = await Connection.connect({ address: `127.0.0.1:${String(lab.info.ports.temporal)}` });
  process.once('SIGINT', () => {
    console.log('\nInterrupted; stopping the lab.');
    void lab.down().finally(() => process.exit(130));
  });
  try {
    return await runInLab(lab, new Client({ connection }), options);
  } finally {
    await connection.close();
    if (options.keep)
      console.log('The lab is still running. Check it with: npm run lab -- status. Stop it with: npm run lab -- down');
    else await lab.down();
  }
}

async function runInLab(lab: Lab, client: Client, options: DrillOptions): Promise<number> {
  const web = `http://127.0.0.1:${String(lab.info.ports.ui)}/namespaces/default/workflows`;
  await startWorkers(lab, await writeSiteFor(options, lab.dir, checkout));
  await untilWorkersPoll(client, workersReadyMs);
  console.log(`Temporal Web: ${web}`);
  await client.workflow.start('monitor', {
    workflowId: `monitor/${site}`,
    taskQueue: 'handover',
    args: [{ site }],
    staticSummary: `watching ${site}`,
  });
  await startShoppers(lab, 1, options.shop);
  const timeline = new LiveTimeline(client, site, () => customerStatus(lab.dir));
  timeline.start();
  await new Promise((resolve) => setTimeout(resolve, options.given ? storeWarmUpMs : warmUpMs));
  const { drill, moved } = await runMoves(client, options, timeline);
  await stopShoppers(lab, stopShoppersWithinMs);
  await timeline.stop();
  return printVerdict(lab, drill, { ...options, moves: moved });
}

/**
 * One drill, or so many planned ones that the shop has moved `moves` times; ends with the first that misses its aim, and after the one under way
 * when somebody sends SIGTERM.
 */
async function runMoves(
  client: Client,
  options: DrillOptions,
  timeline: LiveTimeline,
): Promise<{ drill: DrillResult; moved: number }> {
  const enough = new AbortController();
  if (options.moves > movesOfDrill) process.once('SIGTERM', () => enough.abort());
  let drill = await runDrill(client, options, timeline);
  const { startedAt } = drill;
  let moved = movesOfDrill;
  for (; moved < options.moves && drill.aim.met && !enough.signal.aborted; moved += movesOfDrill) {
    console.log(`${String(moved)} of ${String(options.moves)} moves are done.`);
    drill = await runDrill(client, options, timeline);
  }
  return { drill: { ...drill, startedAt }, moved };
}

async function runDrill(
  client: Client,
  { kind, fault, stay }: DrillOptions,
  timeline: LiveTimeline,
): Promise<DrillResult> {
  const moves = kind === 'switchover' || kind === 'outage';
  const input = { site, kind, ...(moves ? { stay } : {}), ...(kind === 'outage' ? { fault } : {}) };
  timeline.print(`── drill/${site} ${JSON.stringify(input)}`);
  try {
    return (await client.workflow.execute('drill', {
      workflowId: `drill/${site}`,
      taskQueue: 'handover',
      args: [input],
      staticSummary: `drill of ${site}: ${kind}`,
    })) as DrillResult;
  } catch (error) {
    const missed = resultIn(error);
    if (missed) return missed;
    if (error instanceof WorkflowFailedError)
      throw new Error(`The drill failed: ${sentenceOf(error)}`, { cause: error });
    throw error;
  }
}

/** Writes the report and prints the verdict; 0 when the aim was met, the referee agrees and nothing is left to a person. */
async function printVerdict(lab: Lab, drill: DrillResult, options: DrillOptions): Promise<number> {
  const referee = await callReferee(lab, refereeWithinMs, true, options.shop);
  const customers = customerImpact(lab.dir, drill.startedAt, drill.endedAt);
  const judged = {
    ...drill,
    aim: drill.aim.met ? (tooLittleAtRisk(drill, options.fault, options.shop) ?? drill.aim) : drill.aim,
  };
  const report = reportOfDrill(judged, { referee, ...(customers ? { customers } : {}) });
  const page = await writeReport(report, reportFolder(report));
  console.log('The referee:');
  for (const { name, ok, because } of referee.findings)
    console.log(`  ${formatResult(ok).padEnd(7)} ${name}: ${because}`);
  for (const { title, recovery } of report.chapters)
    if (recovery) console.log(`${title}: recovery time ${(recovery.totalMs / 1000).toFixed(1)} s`);
  console.log(`${judged.aim.met ? 'The aim was met' : 'The aim was not met'}: ${judged.aim.because}`);
  console.log(`Report: ${page}`);
  const { temporal, ui } = lab.info.ports;
  const command = `temporal server start-dev --db-filename ${join(lab.dir, 'temporal.db')} --port ${String(temporal)} --ui-port ${String(ui)}`;
  if (!options.keep) console.log(`Open Temporal Web on this run with: ${command}`);
  console.log(report.lastLine);
  if (options.kind === 'switchover') console.log(movesSentence(options.moves, referee));
  const used = options.given && drill.rejoin ? await useSalvagedOrders(lab) : undefined;
  if (used) console.log(used.because);
  const isDecided = leftToPerson(drill.rejoin?.facts ?? {}) === 0;
  return judged.aim.met && referee.verdict === 'agrees' && isDecided && used?.ok !== false ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
