/** Whether WooCommerce keeps orders in tables of their own or as posts: what one region writes into the other storage, nobody sees there. */
import { shown, type Change, type Row } from '../transaction';
import type { ShopTables } from './tables';

const option = 'woocommerce_custom_orders_table_enabled';

/** As WooCommerce reads it: without a row orders are posts. */
const valueOf = (row: Row | undefined): string => (row && shown(row['option_value']) === 'yes' ? 'yes' : 'no');

/** What a log did to the setting: absent where it did nothing. */
export class StorageInLog {
  was?: string;
  is?: string;
  private readonly table: string;

  constructor(tables: ShopTables) {
    this.table = tables.named('options');
  }

  add(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.table !== this.table) continue;
      const [before, after] = [
        change.action === 'insert' ? undefined : change.before,
        change.action === 'delete' ? undefined : change.after,
      ];
      if ((after ?? before)?.['option_name'] !== option) continue;
      this.was ??= valueOf(before);
      this.is = valueOf(after);
    }
  }
}

export const storageLook = (tables: ShopTables) => ({
  table: tables.named('options'),
  where: { option_name: option } as Row,
});

/** Why nothing can be brought over, with what to type; undefined where both regions keep orders in one place. */
export function storageFlaw(theirs: StorageInLog, ours: StorageInLog, present: Row | undefined): string | undefined {
  const here = valueOf(present);
  const there = theirs.is ?? ours.was ?? here;
  if (there === here) return undefined;
  return `${option} is ${here} on the primary and ${there} in the deposed region, so WooCommerce would not see the orders that are brought over. On the primary type: wp wc hpos sync; wp wc hpos ${there === 'yes' ? 'enable' : 'disable'} --with-sync; then start the rejoin again, and change it afterwards.`;
}
