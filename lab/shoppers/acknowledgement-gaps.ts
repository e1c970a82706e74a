import type { AckLine, FailureLine, Op, Stamp } from './ledger-lines';

/** From and to, ISO UTC. */
export interface TimeWindow {
  readonly from: string;
  readonly to: string;
}

export interface AcknowledgementGaps {
  /** Milliseconds without any acknowledgement. An edge of the window counts as an acknowledgement only if none lies beyond it. */
  readonly longestMs: number;
  /** When the longest gap began and ended, ISO UTC. */
  readonly longestFrom: string;
  readonly longestTo: string;
  readonly acknowledged: number;
  readonly failed: number;
  readonly perSecond: readonly { readonly second: string; readonly acknowledged: number; readonly failed: number }[];
}

const WRITES: readonly Op[] = ['order', 'pay', 'refund'];

/**
 * The longest gap between consecutive acknowledgements over all shoppers in `window`, the failed requests in it, and counts per second.
 * Durations come from `mono`, which clock changes do not affect. `ops` are the operations that count (default: those that write an order).
 * A gap that reaches over an edge of the window counts in full. @throws RangeError when the window does not end after it starts
 */
export function acknowledgementGaps(
  acks: readonly AckLine[],
  failures: readonly FailureLine[],
  window: TimeWindow,
  ops: readonly Op[] = WRITES,
): AcknowledgementGaps {
  const from = Date.parse(window.from);
  const to = Date.parse(window.to);
  if (!(from < to))
    throw new RangeError(
      `the window must end after it starts, but is ${window.from} to ${window.to}; for example 2026-11-23T10:00:00.000Z to 2026-11-23T10:01:00.000Z`,
    );
  const shift = clockShift(acks[0] ?? failures[0]);
  const wallClock = (line: Stamp): number => line.mono + shift;
  const counted = (lines: readonly (AckLine | FailureLine)[]): number[] =>
    lines
      .filter((line) => ops.includes(line.op))
      .map(wallClock)
      .sort((a, b) => a - b);
  const acked = counted(acks);
  const failed = counted(failures);
  const inside = (times: readonly number[]): number[] => times.filter((time) => time >= from && time <= to);
  const before = acked.filter((time) => time < from).at(-1) ?? from;
  const after = acked.find((time) => time > to) ?? to;
  const longest = longestBetween([before, ...inside(acked), after]);
  return {
    longestMs: Math.round((longest.to - longest.from) * 10) / 10,
    longestFrom: new Date(longest.from).toISOString(),
    longestTo: new Date(longest.to).toISOString(),
    acknowledged: inside(acked).length,
    failed: inside(failed).length,
    perSecond: seconds(inside(acked), inside(failed), from, to),
  };
}

/** The difference between `mono` and milliseconds since 1970. */
function clockShift(line: Stamp | undefined): number {
  return line === undefined ? 0 : Date.parse(line.at) - line.mono;
}

function longestBetween(times: readonly number[]): { from: number; to: number } {
  let longest = { from: times[0] ?? 0, to: times[0] ?? 0 };
  for (let index = 1; index < times.length; index += 1) {
    const pair = { from: times[index - 1] ?? 0, to: times[index] ?? 0 };
    if (pair.to - pair.from > longest.to - longest.from) longest = pair;
  }
  return longest;
}

function seconds(
  acked: readonly number[],
  failed: readonly number[],
  from: number,
  to: number,
): AcknowledgementGaps['perSecond'] {
  const first = Math.floor(from / 1000);
  const rows = Array.from({ length: Math.floor(to / 1000) - first + 1 }, (_, index) => ({
    second: new Date((first + index) * 1000).toISOString().slice(0, 19) + 'Z',
    acknowledged: 0,
    failed: 0,
  }));
  const count = (times: readonly number[], name: 'acknowledged' | 'failed'): void => {
    for (const time of times) {
      const row = rows[Math.floor(time / 1000) - first];
      if (row !== undefined) row[name] += 1;
    }
  };
  count(acked, 'acknowledged');
  count(failed, 'failed');
  return rows;
}
