/** What the bench prints: one figure a file in `figures/`, each with the way it was measured and the goal it is held to. */
import type { World } from './world';

type Value = number | string | boolean | null | Value[] | { [name: string]: Value };

export interface Measured {
  /** What a person reads; the figure itself first. */
  lines: string[];
  /** Null where there is no goal, or where nobody can say. */
  reached: boolean | null;
  /** The same for a program. Times are milliseconds unless the name says otherwise. */
  values: Record<string, Value>;
}

export interface Options {
  /** Whether the drill is also run from a bare clone. */
  fromClone: boolean;
}

export interface Figure {
  name: string;
  title: string;
  /** Empty where a figure is only printed. */
  goal: string;
  /** How it was measured, in a sentence or two. */
  how: string;
  /** @throws Error in a sentence when it could not be measured; a figure that misses its goal is no error. */
  measure: (world: World, options: Options) => Promise<Measured>;
}
