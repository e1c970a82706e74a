/** What the bench prints: one figure per file in `figures/`, each with how it is measured and its goal. */
import type { BenchLab } from './bench-lab';

type Value = number | string | boolean | null | Value[] | { [name: string]: Value };

export interface Measured {
  /** The printed lines; the figure itself comes first. */
  lines: string[];
  /** Whether the goal was met; null without a goal, or when it is unknown. */
  reached: boolean | null;
  /** The same figures for programs. Times are milliseconds unless the name says otherwise. */
  values: Record<string, Value>;
}

export interface MeasureOptions {
  /** Whether the drill is also run from a bare clone. */
  fromClone: boolean;
}

export interface Figure {
  name: string;
  title: string;
  /** Empty for a figure without a goal. */
  goal: string;
  /** How it is measured, in a few sentences. */
  how: string;
  /** @throws Error when it could not be measured; a missed goal is no error. */
  measure: (bench: BenchLab, options: MeasureOptions) => Promise<Measured>;
}
