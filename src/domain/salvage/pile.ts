/** The items that rejoins left to a person, in the order in which a person should look at them. */

export interface ItemDecision {
  what: 'applied' | 'dismissed';
  /** Who decided, and why; `because` is empty where nobody said it. */
  by: string;
  because: string;
  /** UTC, as `2026-11-30 10:31:00`. */
  at: string;
}

/** Names tables, keys and columns, no values. */
export interface PileItem {
  number: number;
  /** What it is about, such as `order 71`. */
  thing: string;
  because: string;
  /** The rejoin: where the deposed region's log was left, the epoch, and when it was recorded. */
  promotionPoint: string;
  epoch: number;
  recordedAt: string;
  /** Absent while it is open. */
  decision?: ItemDecision;
}

/** By the sentences of `entities/order.ts` and `entities/merged-orders.ts`, which are all that a record of any version holds of it. */
const isPaidTwice = ({ because }: PileItem): boolean => /two payments|paid twice/.test(because);

export const openItems = (items: readonly PileItem[]): number => items.filter(({ decision }) => !decision).length;

/** A list for people is no longer than this; what is first in it comes first. */
const listedAtMost = 200;

/** Payments of one order twice first, then what is open, then what was decided. */
export function pileLines(items: readonly PileItem[], site: string): string[] {
  const rank = (item: PileItem) => (item.decision ? 2 : isPaidTwice(item) ? 0 : 1);
  const sorted = [...items].sort((one, other) => rank(one) - rank(other) || one.number - other.number);
  const shown = sorted.slice(0, listedAtMost);
  const width = Math.max(0, ...shown.map(({ number }) => String(number).length));
  const more = sorted.length - shown.length;
  return [
    openSentence(openItems(items), site),
    ...shown.flatMap((item) => linesOf(item, width)),
    ...(more > 0 ? [`${more} more follow these when they are decided.`] : []),
  ];
}

function linesOf({ number, thing, because, promotionPoint, epoch, recordedAt, decision }: PileItem, width: number) {
  const indent = ' '.repeat(width + 4);
  const why = decision && decision.because !== '' ? `: ${decision.because}` : '';
  const state = decision ? `${decision.what} by ${decision.by} at ${decision.at} UTC${why}` : 'open';
  return [
    `  ${String(number).padStart(width)}  ${thing}: ${because}`,
    `${indent}${state}; rejoin of epoch ${epoch} after ${promotionPoint}, ${recordedAt} UTC`,
  ];
}

/** `2 items are open; ...` with what to type. */
export function openSentence(open: number, site: string): string {
  if (open === 0) return 'No item that a rejoin left to a person is open.';
  return `${open === 1 ? '1 item that a rejoin left to a person is' : `${open} items that a rejoin left to a person are`} open: npx handover salvage ${site} list`;
}
