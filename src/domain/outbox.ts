/** Alerts on their way to the channels of a site: what is sent next, and what takes the place of what. Pure; `alerts/SITE` holds them. */
import type { Alert } from './alert';

export interface Delivery {
  alert: Alert;
  /** As `Ports.alertChannels` names it. */
  channel: string;
  /** Milliseconds since the epoch. */
  since: number;
  /** Why the tries of the first minute failed. */
  failure?: string;
}

/** A channel that takes nothing for so long is told of on the others. */
export const toldAfterMs = 60_000;
/** After so long an alert is old news. */
export const triedForMs = 24 * 60 * 60_000;

const isLike = (a: Delivery, b: Delivery): boolean => a.channel === b.channel && a.alert.key === b.alert.key;

/** `waiting` with `alert` for each channel. It takes the place of one of its key that has not been tried yet, since it says how things stand now. */
export function withAlert(
  waiting: readonly Delivery[],
  alert: Alert,
  channels: readonly string[],
  at: number,
): Delivery[] {
  const added = channels.map((channel): Delivery => ({ alert, channel, since: at }));
  const kept = waiting.filter((each) => !added.some((newer) => isLike(each, newer)));
  return [...kept, ...added];
}

/** What may be sent now: at each channel the alerts of one key go one after the other, or an old one could arrive last. */
export function startable(waiting: readonly Delivery[], underWay: readonly Delivery[]): Delivery[] {
  return waiting.filter(
    (each, at) =>
      !underWay.some((other) => isLike(each, other)) && waiting.findIndex((other) => isLike(each, other)) === at,
  );
}

/** What the other channels are told of a channel that takes nothing. */
export function silenceOf({ channel, since }: Delivery, site: string, failure: string): Alert {
  return {
    severity: 'critical',
    // Of each silence its own: a channel that fails again in a month calls again.
    key: `handover/${site}/channel/${channel}/${new Date(since).toISOString()}`,
    summary: `${site}: alerts do not reach ${channel}: ${failure} They are sent again for 24 h.`,
    command: `temporal workflow show --workflow-id alerts/${site}`,
  };
}

/** A line for each that failed, for Temporal Web and `status`. */
export function outboxLines(deliveries: readonly Delivery[], now: number): string[] {
  return deliveries.flatMap(({ alert, channel, since, failure }) =>
    failure === undefined
      ? []
      : [
          `Not delivered to ${channel} for ${String(Math.round((now - since) / 60_000))} min: ${alert.summary} (${failure})`,
        ],
  );
}
