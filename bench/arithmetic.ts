/** The sums of the bench. Pure. */

/** @throws RangeError for an empty list: a figure that was never measured must not read as zero. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('there is no median of nothing');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** @throws RangeError for an empty list. */
export function worst(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('there is no worst of nothing');
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

/** The time that at least one of `spans` covers: calls that run side by side count once. */
export function covered(spans: readonly Span[]): number {
  let total = 0;
  let reached = -Infinity;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return total;
}

export interface Served {
  /** Shoppers that were acknowledged by the region. */
  shoppers: number;
  /** Between `since` and the moment when the last of them was acknowledged there for the first time. */
  lastAfterMs: number;
}

interface Ack {
  at: string;
  shopper: string;
  region: string | null;
}

/** When customers reach `region`: each counts by the first acknowledgement after `since` (milliseconds since the epoch). */
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

/** The steps that the set-up script says it took, from the output of a command that ran it first. */
export function setupSteps(output: string): SetupStep[] {
  return [...output.matchAll(setupLine)].map(([, name = '', took]) => ({ name, seconds: Number(took) }));
}

/** Of these, what brings something from elsewhere; compiling is the project's own work. */
export function downloadSeconds(steps: readonly SetupStep[]): number {
  return steps.filter(({ name }) => name !== 'build').reduce((sum, step) => sum + step.seconds, 0);
}
