import type { Command } from './command';
import { becauseOption, startTransfer } from './transfer';

export const failback: Command = {
  name: 'failback',
  summary: 'Move the shop back to its home region by a planned transfer.',
  options: { because: becauseOption },
  run: async (given, connect) => startTransfer(given, connect, 'failback'),
};
