/** Writes each alert as one line of JSON to standard error. */
import { z } from 'zod';
import { defineChannel, type Channel } from './channel';

export const log = defineChannel({
  options: z.strictObject({ kind: z.literal('log') }),
  connect: () => Promise.resolve(logTo(process.stderr)),
});

/** Does not wait for the write: a full pipe must not delay the other channels or the step that sends the alert. */
export function logTo(stream: NodeJS.WritableStream): Channel {
  return {
    send: (alert) => {
      stream.write(`${JSON.stringify({ at: new Date().toISOString(), alert })}\n`);
      return Promise.resolve(undefined);
    },
    close: () => undefined,
  };
}
