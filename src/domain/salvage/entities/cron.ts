/** WordPress' own schedule: an option of nested serialized arrays, by time, hook and the hash of the arguments. */
import { entriesOf, serializedOf, type Entries } from './serialized';

interface Planned {
  time: string;
  hook: string;
  hash: string;
  event: string;
}

const nameOf = ({ hook, hash }: Planned) => `${hook}${hash}`;

/** The primary's schedule, with the events that only `theirs` planned, and without those that it has done; undefined where one can't be read. */
export function unitedCron(was: string, theirs: string, ours: string): string | undefined {
  const [before, there, here] = [was === '' ? [] : eventsIn(was), eventsIn(theirs), eventsIn(ours)];
  if (!before || !there || !here) return undefined;
  const [known, planned, held] = [before, there, here].map((events) => new Set(events.map(nameOf)));
  const at = new Set(before.map((event) => event.time + nameOf(event)));
  const kept = here.filter(
    (event) => planned?.has(nameOf(event)) || !known?.has(nameOf(event)) || !at.has(event.time + nameOf(event)),
  );
  const added = there.filter((event) => !held?.has(nameOf(event)) && !known?.has(nameOf(event)));
  if (added.length === 0 && kept.length === here.length) return ours;
  return written([...kept, ...added], entriesOf(ours) ?? new Map<string, string>());
}

function eventsIn(schedule: string): Planned[] | undefined {
  const times = entriesOf(schedule);
  if (!times) return undefined;
  const events: Planned[] = [];
  for (const [time, hooks] of times)
    for (const [hook, hashes] of entriesOf(hooks) ?? [])
      for (const [hash, event] of entriesOf(hashes) ?? []) events.push({ time, hook, hash, event });
  return events;
}

function written(events: readonly Planned[], ours: Entries): string {
  const times = new Map<string, Map<string, Entries>>();
  for (const { time, hook, hash, event } of events) {
    const hooks = times.get(time) ?? new Map<string, Entries>();
    times.set(time, hooks);
    hooks.set(hook, (hooks.get(hook) ?? new Map<string, string>()).set(hash, event));
  }
  const number = (time: string) => Number(/\d+/.exec(time)?.[0] ?? 0);
  const ordered = [...times].sort(([one], [other]) => number(one) - number(other));
  // What is no time, such as the version of the format, stays where it was.
  const rest = [...ours].filter(([key]) => !key.startsWith('i:'));
  const inner = ordered.map(
    ([time, hooks]) =>
      [time, serializedOf(new Map([...hooks].map(([hook, hashes]) => [hook, serializedOf(hashes)])))] as const,
  );
  return serializedOf(new Map([...inner, ...rest]));
}
