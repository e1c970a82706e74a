/** One line for what happened. Anybody can be refused as often as they like, so refusals are counted once there are many. */

const aMinute = 60_000;
const mostRefusals = 20;

export interface Log {
  say: (line: string) => void;
  refused: (line: string) => void;
}

/** @param write gets each line without its end. @param now milliseconds since the epoch */
export function logTo(write: (line: string) => void, now: () => number): Log {
  let minute = 0;
  let refusals = 0;
  const say = (line: string) => write(`${new Date(now()).toISOString()} ${line}`);
  const refused = (line: string) => {
    const current = Math.floor(now() / aMinute);
    if (current !== minute) {
      if (refusals > mostRefusals) say(`${String(refusals - mostRefusals)} more requests were refused.`);
      minute = current;
      refusals = 0;
    }
    refusals += 1;
    if (refusals <= mostRefusals) say(line);
  };
  return { say, refused };
}
