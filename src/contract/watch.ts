/** What a monitor hands to a vantage, and what the vantage hands back. */
import type { Policy } from '../domain/policy';
import type { Memory } from '../domain/detection/vote';
import type { ProbeTarget } from '../ports/probe';

export interface WatchInput {
  vantage: string;
  policy: Policy;
  targets: ProbeTarget[];
  controlTargets: string[];
  /** By the target's name; empty at the start. */
  memories: Record<string, Memory>;
  /** Since the memories were handed back. */
  sinceMs: number;
}

export interface WatchResult {
  memories: Record<string, Memory>;
  /** Whether any vote or account changed, so that the monitor must judge again. */
  changed: boolean;
  /** What changed, as a sentence for the history. */
  because: string;
  /** From the start of the watch to this report by the vantage's own monotonic clock; absent from workers older than 2026-12. */
  ranMs?: number;
}
