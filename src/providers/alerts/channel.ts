/** Defines an alert channel: one file that calls `defineChannel({...})`, and one line in `index.ts`. */
import { defineKind, type Definition, type Kind, type Options } from '../kit/kind';
import { PortError } from '../../ports/errors';
import type { Alerts } from '../../ports/ports';

export type Channel = Alerts & { close: () => void };

export function defineChannel<S extends Options>(definition: Definition<S, Channel>): Kind<Channel, S> {
  return defineKind('alerts', definition);
}

/**
 * Sends to all channels in parallel and waits for all of them.
 * @throws PortError with the kind of the first failed channel and the messages of all; a retry sends the alert to the other channels again.
 */
export function broadcast(channels: readonly (Alerts & { kind: string })[]): Alerts {
  return {
    send: async (alert) => {
      const results = await Promise.allSettled(channels.map((channel) => channel.send(alert)));
      const failures = results.flatMap((result, index) => {
        if (result.status === 'fulfilled') return [];
        return [{ kind: channels[index]?.kind ?? 'unknown', error: asPortError(result.reason) }];
      });
      const [first] = failures;
      if (first === undefined) return;
      const because = failures
        .map(({ kind, error }) => `The alert could not be sent to ${kind}: ${error.message}`)
        .join(' ');
      const { waitMs } = first.error;
      throw new PortError(first.error.kind, because, waitMs === undefined ? {} : { waitMs });
    },
  };
}

function asPortError(error: unknown): PortError {
  return error instanceof PortError ? error : new PortError('unavailable', 'The channel failed unexpectedly.');
}
