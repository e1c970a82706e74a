/** Calls the referee and takes its word for its word: nothing here knows how it judges. */
import { join } from 'node:path';
import type { RefereeSummary } from '../../src/domain/report/report';
import type { Lab } from '../lab';

const checkout = __dirname.replace(/(\/dist)?\/lab\/drill$/, '');
const entry = join(checkout, 'dist/lab/referee/cli.js');
const patienceMs = 90_000;
const askAgainMs = 3_000;

/**
 * Asks until the referee is content or `settleMs` is over: uploads are mirrored every few seconds, and the last ones may still be on their way.
 * `settled` says that the shoppers have gone home; while they shop, the referee leaves out what is too young to judge.
 */
export async function callReferee(lab: Lab, settleMs: number, settled = true): Promise<RefereeSummary> {
  const deadline = Date.now() + settleMs;
  for (;;) {
    const judged = await judge(lab, settled);
    if (judged.verdict === 'agrees' || Date.now() > deadline) return judged;
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}

async function judge(lab: Lab, settled: boolean): Promise<RefereeSummary> {
  const { stdout, stderr } = await lab.exec(
    'world',
    process.execPath,
    [entry, '--lab', '/mnt', '--json', ...(settled ? ['--settled'] : [])],
    patienceMs,
  );
  try {
    const { verdict, sentence, findings } = JSON.parse(stdout) as Omit<RefereeSummary, 'because'> & {
      sentence: string;
    };
    return { verdict, because: sentence, findings };
  } catch {
    return { verdict: 'cannot tell', because: `The referee gave no judgement: ${stderr.slice(0, 300)}`, findings: [] };
  }
}
