/** Runs the referee as a program and reads its JSON; nothing here knows how it judges. */
import { join } from 'node:path';
import type { RefereeSummary } from '../../src/domain/report/report';
import type { Lab } from '../lab';
import type { ShopKind } from '../shop-kind';
import { checkout } from './spawn-node';

const entry = join(checkout, 'dist/lab/referee/cli.js');
const timeoutMs = 90_000;
const repeatEveryMs = 3_000;

/**
 * Repeats until the referee agrees or `withinMs` has passed: uploads are mirrored every few seconds, and the last ones may not have arrived yet.
 * `settled` means that the shoppers have stopped; while they run, the referee leaves out what is too recent to judge.
 */
export async function callReferee(
  lab: Lab,
  withinMs: number,
  settled = true,
  shop: ShopKind = 'full',
): Promise<RefereeSummary> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const judged = await judge(lab, settled, shop);
    if (judged.verdict === 'agrees' || Date.now() > deadline) return judged;
    await new Promise((resolve) => setTimeout(resolve, repeatEveryMs));
  }
}

async function judge(lab: Lab, settled: boolean, shop: ShopKind): Promise<RefereeSummary> {
  const { stdout, stderr } = await lab.exec(
    'world',
    process.execPath,
    [entry, '--lab', '/mnt', '--json', '--shop', shop, ...(settled ? ['--settled'] : [])],
    timeoutMs,
  );
  try {
    const { verdict, sentence, findings } = JSON.parse(stdout) as Omit<RefereeSummary, 'because'> & {
      sentence: string;
    };
    return { verdict, because: sentence, findings };
  } catch {
    return { verdict: 'cannot tell', because: `The referee printed no verdict: ${stderr.slice(0, 300)}`, findings: [] };
  }
}
