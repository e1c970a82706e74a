/** Alarms from outside, as they are told to a monitor. They may have any content: what does not fit is dropped. */
import { defineSignal, patched, setHandler } from '@temporalio/workflow';
import { alarmSignal } from '../../contract/alarm';
import type { AlarmState } from '../../domain/detection/alarm-state';
import type { Alarm } from '../../domain/detection/witness';

/** More than a site file names. */
const mostKept = 20;
const longest = 300;

export interface Memory {
  /** Those that have not ended, by name; `at` is when each began, in milliseconds since the epoch. */
  alarms?: Record<string, { because: string; at: number }>;
  /** When each was last said to be over: an alarm of before may come after its own end. */
  alarmEnds?: Record<string, number>;
}

const alarm = defineSignal<[unknown]>(alarmSignal);

export function handleAlarms(state: Memory, wake: (because: string) => void): void {
  setHandler(
    alarm,
    (told) => {
      const because = noteAlarm(state, told, Date.now(), patched('alarm-ends'));
      if (because !== undefined) wake(because);
    },
    {
      description:
        'From a watcher outside that the site file names: {"name":"cloudwatch","state":"alarm","because":"...","at":"2026-12-01T03:12:00Z"}, or state ok or unknown.',
    },
  );
}

/**
 * Keeps an alarm, or forgets one that is over or whose watcher can't tell any more. Returns what is new, or undefined.
 * @param now milliseconds since the epoch; an alarm is never younger than its own time, so one that comes late or again counts no longer
 * @param keepsEnds false replays the histories of monitors that kept no ends and knew no `unknown`
 */
export function noteAlarm(state: Memory, told: unknown, now: number, keepsEnds = true): string | undefined {
  const words = typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : {};
  const { name, state: word, because, at } = words;
  if (typeof name !== 'string' || !/^[A-Za-z0-9-]{1,32}$/.test(name)) return undefined;
  const began = typeof at === 'string' ? Date.parse(at) : NaN;
  if (Number.isNaN(began)) return undefined;
  const before = ownOf(state.alarms, name);
  const others = without(state.alarms, name);
  // What was overtaken on its way changes nothing.
  if (before && before.at > began) return undefined;
  if (isEnd(word, keepsEnds)) {
    state.alarms = others;
    if (keepsEnds) noteEnd(state, name, Math.min(began, now));
    return before && `The alarm ${name} is ${word === 'ok' ? 'over' : 'unknown'}.`;
  }
  if (word !== 'alarm' || began <= (ownOf(state.alarmEnds, name) ?? -Infinity)) return undefined;
  const sentence = typeof because === 'string' ? because.slice(0, longest) : 'it gave no reason.';
  state.alarms = withNewest(others, name, { because: sentence, at: Math.min(began, now) });
  return `The alarm ${name} has begun.`;
}

type Kept<T> = Record<string, T> | undefined;

/** An alarm may be called "constructor". */
const ownOf = <T>(kept: Kept<T>, name: string): T | undefined =>
  kept !== undefined && Object.hasOwn(kept, name) ? kept[name] : undefined;
const without = <T>(kept: Kept<T>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(kept ?? {}).filter(([other]) => other !== name));

const isEnd = (word: unknown, keepsEnds: boolean): word is Exclude<AlarmState, 'alarm'> =>
  word === 'ok' || (keepsEnds && word === 'unknown');

function noteEnd(state: Memory, name: string, at: number): void {
  const before = ownOf(state.alarmEnds, name) ?? at;
  state.alarmEnds = withNewest(without(state.alarmEnds, name), name, Math.max(before, at));
}

const withNewest = <T>(others: Record<string, T>, name: string, value: T): Record<string, T> =>
  Object.fromEntries([...Object.entries(others).slice(1 - mostKept), [name, value]]);

/** With ages instead of times. */
export const alarmsAt = ({ alarms = {} }: Memory, now: number): Alarm[] =>
  Object.entries(alarms).map(([name, { because, at }]) => ({ name, because, agoMs: now - at }));
