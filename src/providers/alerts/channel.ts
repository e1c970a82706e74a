/** Defines an alert channel: one file that calls `defineChannel({...})`, and one line in `index.ts`. */
import { duration } from '../../fields/fields';
import { defineKind, type Definition, type Kind, type Options } from '../kit/kind';
import { PortError } from '../../ports/errors';
import type { Alert } from '../../domain/alert';
import type { Ports } from '../../ports/ports';

export interface Channel {
  /** One attempt. Answers where it keeps what belongs to the alert's incident, if it has threads; `thread` is what it answered before. */
  send: (alert: Alert, thread?: string) => Promise<string | undefined>;
  close: () => void;
}

export function defineChannel<S extends Options>(definition: Definition<S, Channel>): Kind<Channel, S> {
  return defineKind('alerts', definition);
}

/** Of every channel but the log. */
export const escalation = {
  /** It is told only of critical alerts, and only when nobody has acknowledged them for so long. */
  escalateAfter: duration('15m').exactOptional(),
};

interface Way extends Pick<Channel, 'send'> {
  kind: string;
  escalateAfterMs?: number;
}

/** Each channel under a name of its own: its kind, with a number from the second of a kind on. */
export function eachChannel(channels: readonly Way[]): Pick<Ports, 'alerts' | 'alertChannels' | 'recipients'> {
  const named = new Map<string, Way>();
  for (const channel of channels) {
    const { kind } = channel;
    const number = 1 + [...named.keys()].filter((name) => name.split(' ')[0] === kind).length;
    named.set(number === 1 ? kind : `${kind} ${String(number)}`, channel);
  }
  const all = [...named];
  const later = all.flatMap(([name, { escalateAfterMs }]) =>
    escalateAfterMs === undefined ? [] : [[name, escalateAfterMs] as const],
  );
  return {
    alertChannels: all.map(([name]) => name),
    recipients: {
      channels: all.flatMap(([name, { escalateAfterMs }]) => (escalateAfterMs === undefined ? [name] : [])),
      escalateAfterMs: Object.fromEntries(later),
    },
    alerts: {
      send: async (alert, name, thread) => {
        const channel = named.get(name);
        if (!channel) throw new PortError('absent', `There is no alert channel ${name}.`);
        return channel.send(alert, thread);
      },
    },
  };
}
