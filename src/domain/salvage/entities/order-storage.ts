/** Whether WooCommerce keeps orders in tables of their own or as posts: what one region writes into the other storage, nobody sees there. */
import { shown, type Row } from '../transaction';
import type { OptionInLog } from './option-in-log';

export const storageOption = 'woocommerce_custom_orders_table_enabled';

/** As WooCommerce reads it: without a row orders are posts. */
const valueOf = (row: Row | undefined): string => (row && shown(row['option_value']) === 'yes' ? 'yes' : 'no');

/** Why nothing can be brought over, with what to type; undefined where both regions keep orders in one place. */
export function storageFlaw(theirs: OptionInLog, ours: OptionInLog, present: Row | undefined): string | undefined {
  const here = valueOf(present);
  const there = theirs.isChanged ? valueOf(theirs.is) : ours.isChanged ? valueOf(ours.was) : here;
  if (there === here) return undefined;
  return `${storageOption} is ${here} on the primary and ${there} in the deposed region, so WooCommerce would not see the orders that are brought over. On the primary type: wp wc hpos sync; wp wc hpos ${there === 'yes' ? 'enable' : 'disable'} --with-sync; then start the rejoin again, and change it afterwards.`;
}
