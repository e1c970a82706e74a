import type { TransferResult } from '../domain/plan/result';
import { rejoinId } from '../contract/ids';
import type { Command } from './command';
import { follow, itself } from './follow';
import { definedFields, start } from './start';
import { becauseOption, printEnding } from './transfer';

export const rejoin: Command = {
  name: 'rejoin',
  summary: 'Bring a deposed region back as the standby: fence, salvage, reseed, attach, compare.',
  options: {
    region: {
      type: 'string',
      value: 'REGION',
      description: 'the deposed region (default: the one that is not primary)',
    },
    because: becauseOption,
  },
  run: async (given, connect) => {
    const { site } = given;
    const input = { site, ...definedFields({ region: given.text('region'), because: given.text('because') }) };
    const handle = await start(connect, {
      type: 'rejoin',
      workflowId: rejoinId(site),
      input,
      summary: `rejoin of ${site}`,
    });
    return printEnding(await follow<TransferResult>(handle, site, itself(handle)));
  },
};
