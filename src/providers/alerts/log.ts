/** One line of JSON on standard error, where every log collector looks. */
import { z } from 'zod';
import { defineChannel, type Channel } from './channel';

export const log = defineChannel({
  kind: 'log',
  options: z.strictObject({ kind: z.literal('log') }),
  connect: () => Promise.resolve(logTo(process.stderr)),
});

/** @throws whatever the stream's own error is when it takes no more. */
export function logTo(stream: NodeJS.WritableStream): Channel {
  return {
    send: (alert) =>
      new Promise((resolve, reject) => {
        const line = `${JSON.stringify({ at: new Date().toISOString(), alert })}\n`;
        stream.write(line, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => undefined,
  };
}
