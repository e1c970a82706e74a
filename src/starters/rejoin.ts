import type { TransferResult } from '../domain/plan/result';
import { rejoinId } from '../contract/ids';
import { follow } from './follow';
import { inputFrom as fields, start } from './start';
import { printEnding } from './transfer';
import type { Command } from './verb';

export const rejoin: Command = {
  name: 'rejoin',
  summary: 'Bring a deposed region back as the standby: fence, salvage, re-seed, attach, compare.',
  usage: 'SITE [--region REGION] [--because SENTENCE]',
  options: { region: { type: 'string' }, because: { type: 'string' } },
  run: async (given, reach) => {
    const { site } = given;
    const input = { site, ...fields({ region: given.text('region'), because: given.text('because') }) };
    const handle = await start(await reach(), {
      type: 'rejoin',
      workflowId: rejoinId(site),
      input,
      summary: `rejoin of ${site}`,
    });
    return printEnding(await follow<TransferResult>(handle, `npx handover status ${site}`));
  },
};
