import type { Hints } from '../kit/faults';

/** Ids are 32 hexadecimal digits. */
export function idMaker(first: string): () => string {
  let last = 0;
  return () => `${first}${String((last += 1)).padStart(8, '0')}`.padStart(32, '0');
}

/** What a list shows: ids that stand for nothing, when the hint says so. */
export function listed<T extends { id: string }>(all: readonly T[], { wrongIds }: Hints): readonly T[] {
  return wrongIds === true ? all.map((one) => ({ ...one, id: one.id.replace(/^./, 'f') })) : all;
}
