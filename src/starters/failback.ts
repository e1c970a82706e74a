import type { Command } from './command';
import { becauseOption, startTransfer } from './transfer';

export const restore: Command = {
  name: 'restore',
  summary: 'Make a primary writable again that came back read-only.',
  options: {
    because: becauseOption,
    'peer-is-off': {
      type: 'boolean',
      description: 'the other region does not answer, is off and was not promoted; it is asked once more',
    },
  },
  run: async (given, connect) => startTransfer(given, connect, 'restore'),
};

export const failback: Command = {
  name: 'failback',
  summary: 'Move the shop back to its home region by a planned transfer.',
  options: { because: becauseOption },
  run: async (given, connect) => startTransfer(given, connect, 'failback'),
};
