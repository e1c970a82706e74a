/** How long a transfer took, split so that the parts add up: each part begins where the one before it ended. */
import type { Phase } from '../plan/plan';
import type { JournalEntry } from '../plan/interpreter';
import type { TransferResult } from '../plan/result';

type PartName = 'detect' | 'decide' | 'fence' | 'promote' | 'traffic' | 'verify';

interface Part {
  name: PartName;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
}

export interface Recovery {
  /** When customers began to miss the shop: the onset of an outage, or the gate of a planned move. */
  from: number;
  /** When the last verification said that they are served. */
  to: number;
  totalMs: number;
  parts: Part[];
}

/** Undefined when the transfer moved no primary, or never got as far as being verified. */
export function recoveryOf(result: TransferResult): Recovery | undefined {
  const verifiedAt = endOf(result.journal, ['verify']);
  const fenceAt = startOf(result.journal, 'fence');
  if (result.cause === 'repair' || result.ending !== 'completed' || verifiedAt === 0 || fenceAt === 0) return undefined;
  const planned = result.kind === 'planned';
  const from = planned || result.onsetAt === 0 ? fenceAt : result.onsetAt;
  const ends: [PartName, number][] = [
    ...(planned
      ? []
      : ([
          ['detect', result.decidedAt],
          ['decide', fenceAt],
        ] as [PartName, number][])),
    ['fence', endOf(result.journal, ['fence'])],
    ['promote', endOf(result.journal, ['promote'])],
    ['traffic', endOf(result.journal, ['traffic'])],
    ['verify', verifiedAt],
  ];
  let at = from;
  const parts = ends.map(([name, end]) => {
    const part = { name, from: at, to: Math.max(at, end) };
    at = part.to;
    return part;
  });
  return { from, to: at, totalMs: at - from, parts };
}

function startOf(journal: readonly JournalEntry[], phase: Phase): number {
  const starts = journal.filter((entry) => entry.phase === phase).map((entry) => entry.startedAt);
  return starts.length === 0 ? 0 : Math.min(...starts);
}

function endOf(journal: readonly JournalEntry[], phases: readonly Phase[]): number {
  return Math.max(0, ...journal.filter((entry) => phases.includes(entry.phase)).map((entry) => entry.endedAt));
}
