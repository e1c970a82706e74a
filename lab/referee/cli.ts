import type { AckLine } from '../shoppers/lines';
import { refereeArguments } from './arguments';
import { talliesOf } from './epochs';
import { gather } from './gather';
import { judge, type Judgement } from './judge';
import { ledgerLines } from './ledgers';
import { judgementText, talliesText } from './text';

const EXIT: Readonly<Record<Judgement['verdict'], number>> = { agrees: 0, 'finds loss': 1, 'cannot tell': 2 };
const BAD_ARGUMENTS = 3;

/** The SDK's notice about coming versions of Node says nothing about the shop. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function main(): Promise<number> {
  const asked = refereeArguments(process.argv.slice(2));
  if (asked.talliesOnly) {
    const tallies = talliesOf(await ledgerLines<AckLine>(asked.lab, /^acks-.*\.jsonl$/));
    console.log(asked.json ? JSON.stringify({ tallies }) : talliesText(tallies).join('\n'));
    return 0;
  }
  const judgement = judge(await gather(asked));
  console.log(asked.json ? JSON.stringify(judgement) : judgementText(judgement));
  return EXIT[judgement.verdict];
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`referee: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = BAD_ARGUMENTS;
  },
);
