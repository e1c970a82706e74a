/** The result of one check. `ok: null` is "cannot tell"; `because` is one sentence to read aloud. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean | null;
  readonly because: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

/** What was read, or why it could not be read. */
export type Reading<T> = { readonly read: T } | { readonly because: string };

const MAX_EXAMPLES = 20;

interface FindingInput {
  readonly name: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  /** The sentence when there is no problem. */
  readonly okText: string;
  /** The sentence when there are problems; they follow as examples. */
  readonly failText: string;
  /** Further examples that are no problem. */
  readonly notes?: readonly string[];
}

/** True without problems, false with them. */
export function finding(input: FindingInput): Finding {
  const ok = input.problems.length === 0;
  return {
    name: input.name,
    ok,
    because: ok ? input.okText : `${input.failText}: ${input.problems[0] ?? ''}.`,
    counts: input.counts,
    examples: [...input.problems, ...(input.notes ?? [])].slice(0, MAX_EXAMPLES),
  };
}

/** A finding that could not be decided, with the reason. */
export function unknown(
  name: string,
  because: string,
  counts: Finding['counts'] = {},
  examples: readonly string[] = [],
): Finding {
  return { name, ok: null, because, counts, examples: examples.slice(0, MAX_EXAMPLES) };
}

/** `1 order`, `2 orders`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
