/** The sentence at the end of an error's cause chain that says what happened; Temporal and drivers wrap it in layers. */
export function sentenceOf(error: unknown): string {
  let sentence = 'an unknown failure';
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at.message !== '') sentence = at.message;
  return sentence;
}
