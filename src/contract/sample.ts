/** What a monitor asks of its sampler, and what it hears back. */
import type { DecideInput } from './monitor';
import type { Sight } from '../domain/readiness/sight';

export interface SampleInput {
  site: string;
  /** The primary as the monitor knows it; empty at first. */
  primary: string;
  /** What the last report said; empty at first. */
  word: string;
  /** What was seen so far; absent at first. */
  sight?: Sight;
}

export interface SampleReport {
  /** Changes only when the monitor has to judge again. */
  word: string;
  changed: boolean;
  because: string;
  /** The lag of the standby, where its source is heard. */
  lagMs?: number;
  sight: Sight;
}

/** What workers do on `sampleQueue`. */
export interface SampleActivities {
  /** Looks for minutes, so that a quiet site costs almost no history, and reports at once what is new. Changes nothing. */
  sample: (input: SampleInput) => Promise<SampleReport>;
  /** Lines for a person: every guard and its answer now, what happens next, and what is not known. Changes nothing. */
  explain: (input: DecideInput) => Promise<string>;
}
