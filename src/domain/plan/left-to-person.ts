/** What a rejoin found and a person must decide. */
import type { Facts } from './plan';

/** How many items are left to a person, by the facts of a run's steps; 0 where no salvage was done. */
export function leftToPerson(facts: Readonly<Record<string, Facts>>): number {
  const listed = facts['salvage-orders']?.['listed'];
  return typeof listed === 'number' ? listed : 0;
}

export const transactions = (count: number): string =>
  count === 1 ? '1 transaction' : `${String(count)} transactions`;

/** Such as an order with all that is its own. */
export const items = (count: number): string => (count === 1 ? '1 item' : `${String(count)} items`);

/** The follow-up about them; undefined when there are none. */
export function followUpOf(facts: Readonly<Record<string, Facts>>, site: string): string | undefined {
  const left = leftToPerson(facts);
  if (left === 0) return undefined;
  return `Decide by hand about ${items(left)} that only the deposed region had: npx handover salvage ${site} list`;
}
