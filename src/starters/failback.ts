import { startTransfer, transferOptions } from './transfer';
import type { Command } from './verb';

export const failback: Command = {
  name: 'failback',
  summary: 'Bring the shop home: a planned transfer to the region it belongs in.',
  usage: 'SITE [--because SENTENCE]',
  options: transferOptions,
  run: async (given, reach) => startTransfer(given, await reach(), 'failback'),
};
