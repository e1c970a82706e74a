/** One line of JSON on standard error, where every log collector looks. */
import { z } from 'zod';
import { defineChannel } from './channel';

export const log = defineChannel({
  kind: 'log',
  options: z.strictObject({ kind: z.literal('log') }),
  connect: () =>
    Promise.resolve({
      send: (alert) =>
        new Promise<void>((resolve) => {
          process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), alert })}\n`, () => resolve());
        }),
      close: () => undefined,
    }),
});
