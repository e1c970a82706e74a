/** One line of JSON on standard error, where every log collector looks. */
import { z } from 'zod';
import { defineChannel, type Channel } from './channel';

export const log = defineChannel({
  options: z.strictObject({ kind: z.literal('log') }),
  connect: () => Promise.resolve(logTo(process.stderr)),
});

/** Not waited for: a full pipe must not hold up the alert's other channels, nor the step that sends it. */
export function logTo(stream: NodeJS.WritableStream): Channel {
  return {
    send: (alert) => {
      stream.write(`${JSON.stringify({ at: new Date().toISOString(), alert })}\n`);
      return Promise.resolve();
    },
    close: () => undefined,
  };
}
