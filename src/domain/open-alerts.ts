/**
 * Alerts that were raised and are not resolved: who hears of each as time passes. Pure, and plain data that is carried from run to run;
 * `alerts/SITE` holds it. Times are milliseconds since the epoch.
 */
import type { Alert } from './alert';
import { quietForMs } from './incident/incident';

export interface OpenAlert {
  alert: Alert;
  since: number;
  /** When its channels were last told. */
  toldAt: number;
  /** Channels that have heard of it. */
  channels: readonly string[];
  acknowledgedBy?: string;
  /** Since when the sender has called it over. It is resolved when it stays so, or whatever flaps would call somebody each time. */
  overSince?: number;
  /** The incident in whose thread it is told. */
  thread?: string;
}

/** To whom alerts go. */
export interface Recipients {
  /** Told at once. */
  channels: readonly string[];
  /** Told of critical alerts that nobody has acknowledged, by the time after which. */
  escalateAfterMs: Readonly<Record<string, number>>;
}

interface Notice {
  alert: Alert;
  channels: readonly string[];
}

/** What is left to say, and who is told of what. */
export interface Told {
  open: readonly OpenAlert[];
  notices: readonly Notice[];
}

/** After so long nothing more comes of an alert that nobody resolved. */
export const forgottenAfterMs = 7 * 24 * 60 * 60_000;
const mostOpen = 100;

/** An alert as its sender raises or resolves it. One that no sender resolves, and of which nobody else has to hear, is told once and forgotten. */
export function raised(open: readonly OpenAlert[], alert: Alert, to: Recipients, now: number): Told {
  const known = open.find((each) => each.alert.key === alert.key);
  if (alert.status === 'resolved') return known ? over(open, known, now) : { open, notices: [] };
  const channels = known ? union(known.channels, to.channels) : to.channels;
  const thread = alert.incident ?? known?.thread ?? currentIncident(open);
  const { overSince: _, ...before } = known ?? { since: now };
  const next: OpenAlert = { ...before, alert, channels, toldAt: now, ...(thread !== undefined && { thread }) };
  const notices = [noticeOf(next, {})];
  if (!isFollowed(alert, to)) return { open, notices };
  return { open: [...open.filter((each) => each !== known), next].slice(-mostOpen), notices };
}

/** What is of an incident may come back soon, so it settles first. */
function over(open: readonly OpenAlert[], known: OpenAlert, now: number): Told {
  if (known.alert.incident === undefined)
    return { open: open.filter((each) => each !== known), notices: [resolutionOf(known)] };
  const settling = { ...known, overSince: known.overSince ?? now };
  return { open: open.map((each) => (each === known ? settling : each)), notices: [] };
}

/** Somebody takes care of all that is open. Nothing more comes of what no sender resolves. */
export function acknowledged(open: readonly OpenAlert[], by: string): Told {
  const fresh = open.filter((each) => each.acknowledgedBy === undefined);
  const left = open.filter(({ alert }) => alert.ends);
  return {
    open: left.map((each) => ({ ...each, acknowledgedBy: each.acknowledgedBy ?? by })),
    notices: fresh.map((each) =>
      noticeOf(each, { status: 'acknowledged', summary: `${by} has acknowledged: ${each.alert.summary}` }),
    ),
  };
}

/** What the time that has passed calls for: resolved, escalated, reminded of, forgotten. */
export function passed(open: readonly OpenAlert[], to: Recipients, now: number): Told {
  const told = open.map((each) => afterTime(each, to, now));
  return { open: told.flatMap((each) => each.open), notices: told.flatMap((each) => each.notices) };
}

/** When `passed` has something to do next; undefined when nothing is open. */
export function nextAt(open: readonly OpenAlert[], to: Recipients): number | undefined {
  const times = open.flatMap((each) => timesOf(each, to));
  return times.length === 0 ? undefined : Math.min(...times);
}

function afterTime(each: OpenAlert, to: Recipients, now: number): Told {
  const { alert, since, channels, overSince } = each;
  if (overSince !== undefined && now >= overSince + quietForMs) return { open: [], notices: [resolutionOf(each)] };
  if (now >= since + forgottenAfterMs) return { open: [], notices: [] };
  const due = escalations(each, to).filter(({ at }) => now >= at);
  if (due.length > 0) {
    const named = due.map(({ channel }) => channel);
    const summary = `Nobody has acknowledged since ${minuteOf(since)}: ${alert.summary}`;
    return {
      open: [{ ...each, channels: union(channels, named) }],
      notices: [{ ...noticeOf(each, { summary }), channels: named }],
    };
  }
  const remindAt = reminderOf(each);
  if (remindAt === undefined || now < remindAt) return { open: [each], notices: [] };
  const summary = `Still open since ${minuteOf(since)}: ${alert.summary}`;
  return { open: [{ ...each, toldAt: now }], notices: [noticeOf(each, { summary })] };
}

const noticeOf = ({ alert, channels, thread }: OpenAlert, says: Partial<Alert>): Notice => ({
  alert: { ...alert, ...(thread !== undefined && { incident: thread }), ...says },
  channels,
});

function resolutionOf(each: OpenAlert): Notice {
  const { command: _, ...alert } = each.alert;
  return noticeOf({ ...each, alert }, { severity: 'info', status: 'resolved', summary: `Over: ${alert.summary}` });
}

function timesOf(each: OpenAlert, to: Recipients): number[] {
  const remindAt = reminderOf(each);
  return [
    each.since + forgottenAfterMs,
    ...(each.overSince === undefined ? [] : [each.overSince + quietForMs]),
    ...(remindAt === undefined ? [] : [remindAt]),
    ...escalations(each, to).map(({ at }) => at),
  ];
}

/** A duty is reminded of also when somebody has acknowledged it: it is still owed. */
function reminderOf({ alert: { remindEveryMs }, toldAt, overSince }: OpenAlert): number | undefined {
  return remindEveryMs === undefined || overSince !== undefined ? undefined : toldAt + remindEveryMs;
}

/** Channels that are to hear of it when nobody acknowledges it, and when. */
function escalations(
  { alert, since, channels, acknowledgedBy, overSince }: OpenAlert,
  { escalateAfterMs }: Recipients,
): { channel: string; at: number }[] {
  if (alert.severity !== 'critical' || acknowledgedBy !== undefined || overSince !== undefined) return [];
  return Object.entries(escalateAfterMs).flatMap(([channel, afterMs]) =>
    channels.includes(channel) ? [] : [{ channel, at: since + afterMs }],
  );
}

/** Its sender resolves it, or somebody else may have to hear of it. */
const isFollowed = ({ ends, severity }: Alert, { escalateAfterMs }: Recipients): boolean =>
  ends === true || (severity === 'critical' && Object.keys(escalateAfterMs).length > 0);

/** What runs tell belongs to the incident that is open: they do not know its number. */
const currentIncident = (open: readonly OpenAlert[]): string | undefined =>
  open.findLast(({ alert, overSince }) => alert.incident !== undefined && overSince === undefined)?.alert.incident;

const union = (some: readonly string[], others: readonly string[]): string[] => [...new Set([...some, ...others])];

/** `03:12 UTC on 2026-12-01` */
const minuteOf = (at: number): string => {
  const iso = new Date(at).toISOString();
  return `${iso.slice(11, 16)} UTC on ${iso.slice(0, 10)}`;
};
