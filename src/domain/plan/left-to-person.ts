/** What a run leaves to a person. */
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

/** The follow-ups that steps which succeeded ask for, in their `followUp`, and the one about what a salvage listed. */
export function followUpsOf(facts: Readonly<Record<string, Facts>>, site: string): string[] {
  const asked = Object.values(facts).flatMap(({ followUp }) => (typeof followUp === 'string' ? [followUp] : []));
  const left = leftToPerson(facts);
  if (left === 0) return asked;
  const listed = `Decide by hand about ${items(left)} that only the deposed region had: npx handover report ${site} --of rejoin lists them under forAPerson.`;
  return [...asked, listed];
}
