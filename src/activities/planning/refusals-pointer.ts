/** Reasons to refuse a plan that moves only the pointer to the table. */
import type { Move } from './move';

export const pointerless = ({ site: { site, table } }: Move): string | undefined =>
  table === undefined
    ? `${site} has no table, so there is no pointer to move; kind pointer needs the block table in its site file.`
    : undefined;

/** Where the pointer stands must be known, and it must not stand there already. */
export function pointerUnmoved({ survey: { settings }, site, from, to }: Move): string | undefined {
  const read = settings[from];
  if (read === undefined) return `The settings of ${from} could not be read, so its table pointer is not changed.`;
  return read.tableRegion === site.regions[to]?.tableRegion
    ? `${from} already uses the table of ${to}; there is nothing to move.`
    : undefined;
}
