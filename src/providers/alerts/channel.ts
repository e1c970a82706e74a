/** What an alert channel is: one file that ends in `defineChannel({...})`, and one line in `index.ts`. */
import { defineKind, type Definition, type Kind } from '../definition';
import { PortError } from '../errors';
import type { Alerts } from '../ports';

export type Channel = Alerts & { close: () => void };

export function defineChannel<O>(definition: Definition<O, Channel>): Kind<Channel> {
  return defineKind('alerts', definition);
}

/**
 * Sends to every channel at once and hears them all.
 * @throws PortError of the first channel that failed, naming each; the others have the alert, so a repeat may reach them twice.
 */
export function toAll(channels: readonly { kind: string; channel: Channel }[]): Channel {
  return {
    send: async (alert) => {
      const results = await Promise.allSettled(channels.map(({ channel }) => channel.send(alert)));
      const failures = results.flatMap((result, index) =>
        result.status === 'rejected' ? [{ kind: channels[index]?.kind ?? '', error: asPortError(result.reason) }] : [],
      );
      const [first] = failures;
      if (first === undefined) return;
      const sentences = failures.map(({ kind, error }) => `${kind}: ${error.message}`);
      const { waitMs } = first.error;
      throw new PortError(first.error.kind, sentences.join(' '), waitMs === undefined ? {} : { waitMs });
    },
    close: () => channels.forEach(({ channel }) => channel.close()),
  };
}

function asPortError(error: unknown): PortError {
  return error instanceof PortError ? error : new PortError('unavailable', 'the alert could not be sent.');
}
