/** The bench's calculations. Pure. */

/** @throws RangeError for an empty list: a figure that was not measured must not read as zero. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('an empty list has no median');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** @throws RangeError for an empty list. */
export function worst(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('an empty list has no worst value');
  return Math.max(...values);
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const exactSeconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
export const milliseconds = (ms: number): string => `${String(Math.round(ms))} ms`;
export const megabytes = (kilobytes: number): string => `${String(Math.round(kilobytes / 1024))} MB`;

export interface Span {
  from: number;
  to: number;
}

/** Milliseconds covered by at least one of `spans`: parallel calls count once. */
export function coveredMs(spans: readonly Span[]): number {
  let total = 0;
  let reached = -Infinity;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return total;
}

export interface Served {
  /** Number of shoppers with an order acknowledged by the region. */
  shoppers: number;
  /** From `since` until the last of these shoppers had a first acknowledgement there. */
  lastAfterMs: number;
}

interface Ack {
  at: string;
  shopper: string;
  region: string | null;
}

/** When shoppers reach `region`: each counts by its first acknowledgement after `since` (milliseconds since 1970). */
export function servedBy(acks: readonly Ack[], region: string, since: number): Served {
  const first = new Map<string, number>();
  for (const ack of acks) {
    const at = Date.parse(ack.at);
    if (ack.region !== region || at < since) continue;
    first.set(ack.shopper, Math.min(first.get(ack.shopper) ?? Infinity, at));
  }
  return { shoppers: first.size, lastAfterMs: first.size === 0 ? 0 : Math.max(...first.values()) - since };
}

/** Kilobytes of `Pss:` in the text of one or more `smaps_rollup`. */
export function pssOf(smaps: string): number {
  return [...smaps.matchAll(/^Pss:\s+(\d+) kB$/gm)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0);
}

export interface SetupStep {
  name: string;
  seconds: number;
}

const setupLine = /^ {2}(npm packages|Debian packages|Temporal CLI|build) .* (\d+\.\d) s$/gm;

/** The steps of the set-up script and their durations, from the output of a command that ran it first. */
export function setupSteps(output: string): SetupStep[] {
  return [...output.matchAll(setupLine)].map(([, name = '', took]) => ({ name, seconds: Number(took) }));
}

/** The duration of the steps that download; the build does not. */
export function downloadSeconds(steps: readonly SetupStep[]): number {
  return steps.filter(({ name }) => name !== 'build').reduce((sum, step) => sum + step.seconds, 0);
}
