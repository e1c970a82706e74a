/** Defines an alert channel: one file that calls `defineChannel({...})`, and one line in `index.ts`. */
import { defineKind, type Definition, type Kind, type Options } from '../kit/kind';
import { PortError } from '../../ports/errors';
import type { Alert } from '../../domain/alert';
import type { Ports } from '../../ports/ports';

export interface Channel {
  /** One attempt. */
  send: (alert: Alert) => Promise<void>;
  close: () => void;
}

export function defineChannel<S extends Options>(definition: Definition<S, Channel>): Kind<Channel, S> {
  return defineKind('alerts', definition);
}

/** Each channel under a name of its own: its kind, with a number from the second of a kind on. */
export function eachChannel(
  channels: readonly (Pick<Channel, 'send'> & { kind: string })[],
): Pick<Ports, 'alerts' | 'alertChannels'> {
  const named = new Map<string, Pick<Channel, 'send'>>();
  for (const channel of channels) {
    const { kind } = channel;
    const number = 1 + [...named.keys()].filter((name) => name.split(' ')[0] === kind).length;
    named.set(number === 1 ? kind : `${kind} ${String(number)}`, channel);
  }
  return {
    alertChannels: [...named.keys()],
    alerts: {
      send: async (alert, name) => {
        const channel = named.get(name);
        if (!channel) throw new PortError('absent', `There is no alert channel ${name}.`);
        await channel.send(alert);
      },
    },
  };
}
