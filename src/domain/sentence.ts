/** The sentence at the end of an error's cause chain that says what happened; Temporal and drivers wrap it in layers. */
export function sentenceOf(error: unknown): string {
  let sentence = 'an unknown failure';
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at.message !== '') sentence = at.message;
  return sentence;
}

/** Somebody else's words as the last part of a sentence of ours, which has a full stop of its own. */
export const asClause = (words: string): string => words.trim().replace(/\.$/, '');

/** `2026-12-01T06:00Z` @param at milliseconds since the epoch */
export const minuteOf = (at: number): string => new Date(at).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z');
