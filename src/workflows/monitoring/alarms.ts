/** Alarms from outside, as they are told to a monitor. They may have any content: what does not fit is dropped. */
import { defineSignal, setHandler } from '@temporalio/workflow';
import type { Alarm } from '../../domain/detection/witness';

/** More than a site file names. */
const mostKept = 20;
const longest = 300;

export interface Memory {
  /** Those that have not ended, by name; `at` is when each began, in milliseconds since the epoch. */
  alarms?: Record<string, { because: string; at: number }>;
}

const alarm = defineSignal<[unknown]>('alarm');

export function handleAlarms(state: Memory, wake: (because: string) => void): void {
  setHandler(
    alarm,
    (told) => {
      const because = noteAlarm(state, told, Date.now());
      if (because !== undefined) wake(because);
    },
    {
      description:
        'From a watcher outside that the site file names: {"name":"cloudwatch","state":"alarm","because":"...","at":"2026-12-01T03:12:00Z"}, or state ok.',
    },
  );
}

/**
 * Keeps an alarm, or forgets one that is over. Returns what is new, or undefined.
 * @param now milliseconds since the epoch; an alarm is never younger than its own time, so one that comes late or again counts no longer
 */
export function noteAlarm(state: Memory, told: unknown, now: number): string | undefined {
  const words = typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : {};
  const { name, state: word, because, at } = words;
  if (typeof name !== 'string' || !/^[A-Za-z0-9-]{1,32}$/.test(name)) return undefined;
  const began = typeof at === 'string' ? Date.parse(at) : NaN;
  if (Number.isNaN(began)) return undefined;
  const { [name]: before, ...others } = state.alarms ?? {};
  // What was overtaken on its way changes nothing.
  if (before && before.at > began) return undefined;
  if (word === 'ok') {
    state.alarms = others;
    return before && `The alarm ${name} is over.`;
  }
  if (word !== 'alarm') return undefined;
  const sentence = typeof because === 'string' ? because.slice(0, longest) : 'it gave no reason.';
  const kept = Object.entries(others).slice(1 - mostKept);
  state.alarms = Object.fromEntries([...kept, [name, { because: sentence, at: Math.min(began, now) }]]);
  return `The alarm ${name} has begun.`;
}

/** With ages instead of times. */
export const alarmsAt = ({ alarms = {} }: Memory, now: number): Alarm[] =>
  Object.entries(alarms).map(([name, { because, at }]) => ({ name, because, agoMs: now - at }));
