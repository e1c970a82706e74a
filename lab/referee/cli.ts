import type { AckLine } from '../shoppers/ledger-lines';
import { refereeArguments } from './arguments';
import { talliesOf } from './epochs';
import { gather } from './gather';
import { judge, type Judgement } from './judge';
import { ledgerLines } from './ledgers';
import { judgementText, talliesText } from './text';

const EXIT: Readonly<Record<Judgement['verdict'], number>> = { agrees: 0, 'finds loss': 1, 'cannot tell': 2 };
const BAD_ARGUMENTS = 3;

/** The SDK's notice about future versions of Node would appear among the findings. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function main(): Promise<number> {
  const options = refereeArguments(process.argv.slice(2));
  if (options.talliesOnly) {
    const tallies = talliesOf(await ledgerLines<AckLine>(options.lab, /^acks-.*\.jsonl$/));
    console.log(options.json ? JSON.stringify({ tallies }) : talliesText(tallies).join('\n'));
    return 0;
  }
  const judgement = judge(await gather(options));
  console.log(options.json ? JSON.stringify(judgement) : judgementText(judgement));
  return EXIT[judgement.verdict];
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`referee: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = BAD_ARGUMENTS;
  },
);
