/** One thing the referee looked at. `ok: null` is "cannot tell"; `because` is one sentence to read aloud. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean | null;
  readonly because: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

/** What a reader brought home, or why it could not. */
export type Reading<T> = { readonly read: T } | { readonly because: string };

const MAX_EXAMPLES = 20;

interface Looked {
  readonly name: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  /** The sentence when there is no problem. */
  readonly well: string;
  /** The sentence when there are problems; they follow as examples. */
  readonly ill: string;
  /** Examples worth reading although they are no problem. */
  readonly notes?: readonly string[];
}

/** True without problems, false with them. */
export function finding(looked: Looked): Finding {
  const ok = looked.problems.length === 0;
  return {
    name: looked.name,
    ok,
    because: ok ? looked.well : `${looked.ill}: ${looked.problems[0] ?? ''}.`,
    counts: looked.counts,
    examples: [...looked.problems, ...(looked.notes ?? [])].slice(0, MAX_EXAMPLES),
  };
}

/** A finding about which nothing is known, with why. */
export function unknown(
  name: string,
  because: string,
  counts: Finding['counts'] = {},
  examples: readonly string[] = [],
): Finding {
  return { name, ok: null, because, counts, examples: examples.slice(0, MAX_EXAMPLES) };
}

/** `1 order`, `2 orders`. */
export function many(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
