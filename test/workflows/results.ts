import type { Phase } from '../../src/domain/plan/plan';
import type { TransferResult } from '../../src/domain/plan/result';
import type { JournalEntry } from '../../src/domain/plan/interpreter';

/** One step that began and ended so many milliseconds after `zero`. */
export const zero = Date.UTC(2026, 10, 23);
export const entry = (phase: Phase, from: number, to: number, over: Partial<JournalEntry> = {}): JournalEntry => ({
  id: phase,
  step: phase,
  title: `Do ${phase}`,
  phase,
  outcome: 'done',
  because: 'It is so.',
  startedAt: zero + from,
  endedAt: zero + to,
  facts: {},
  ...over,
});

/** A failover that was detected after 70 s and took 6 s. */
export function aResult(over: Partial<TransferResult> = {}): TransferResult {
  return {
    site: 'shop',
    kind: 'unplanned',
    cause: 'failover',
    from: 'A',
    to: 'B',
    epoch: 2,
    ending: 'completed',
    because: 'All steps were done.',
    asked: 'Region A does not answer.',
    pivotAttempted: true,
    followUps: [],
    onsetAt: zero,
    decidedAt: zero + 70_000,
    startedAt: zero + 70_100,
    endedAt: zero + 76_000,
    journal: [
      entry('prepare', 70_200, 70_900),
      entry('fence', 70_200, 72_000),
      entry('promote', 72_000, 73_000),
      entry('traffic', 73_500, 74_500),
      entry('verify', 74_500, 75_000),
      entry('tidy', 75_000, 76_000),
    ],
    facts: {},
    survey: { at: zero + 70_150, regions: {}, settings: {}, shops: {}, dns: {} },
    ...over,
  };
}

/** Drained, as every planned move is before it promotes. */
export const planned = (over: Partial<TransferResult> = {}): TransferResult =>
  aResult({
    kind: 'planned',
    cause: 'switchover',
    onsetAt: 0,
    facts: { 'drain-database': { promotionPoint: '0-1-99', fencedPosition: '0-1-99' } },
    ...over,
  });
/** Of what only the lost region had, `listed` items are left to a person. */
export const rejoined = (over: Partial<TransferResult> = {}, { errant = 3, listed = 0 } = {}): TransferResult =>
  aResult({
    kind: 'rejoin',
    cause: 'repair',
    facts: { 'classify-deposed': { errant }, ...(errant > 0 && { 'salvage-orders': { listed } }) },
    ...over,
  });
export const pointer = (over: Partial<TransferResult> = {}): TransferResult =>
  aResult({ kind: 'pointer', cause: 'repair', ...over });
