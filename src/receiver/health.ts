/** Whether alarms would be taken now, for whoever watches the receiver. Anybody may ask, so it tells no more than what fails; the log tells how. */
import { sentenceOf } from '../domain/sentence';
import type { Log } from './log';
import type { Routes } from './routes';

/** What is wrong now, a sentence each. */
export type Health = () => Promise<string[]>;

/** However often it is asked, Temporal is asked no more than once in this time. */
const askAgainMs = 5_000;

/** @param ask throws where Temporal gives no answer. @param now milliseconds since the epoch */
export function healthOf(
  ask: () => Promise<void>,
  routes: () => Promise<Routes>,
  log: Pick<Log, 'say'>,
  now: () => number,
): Health {
  let last: { at: number; problems: Promise<string[]> } | undefined;
  const temporal = () =>
    ask().then(
      () => [],
      (error: unknown) => {
        log.say(`Temporal gives no answer: ${sentenceOf(error)}`);
        return ['Temporal gives no answer, so no alarm is taken.'];
      },
    );
  const look = async () => {
    const [silent, { unreadable }] = await Promise.all([temporal(), routes()]);
    const count = unreadable.length;
    return [
      ...silent,
      ...(count === 0 ? [] : [`${String(count)} site files can't be read; the log of the receiver names them.`]),
    ];
  };
  return () => {
    if (last === undefined || now() - last.at >= askAgainMs) last = { at: now(), problems: look() };
    return last.problems;
  };
}
