/** What each new order took from counters in the transaction that made it: an order that does not arrive gives it back, since the primary's own took it too. */
import { keyOf } from './fold';
import { summed } from './sums';
import type { ShopTables } from './tables';
import type { Change } from '../salvage/transaction';
import { shown } from '../salvage/transaction';

interface Taken {
  row: string;
  column: string;
  amount: string;
}

export class TakenByOrders {
  private readonly orders = new Map<string, Taken[]>();
  private readonly tables: ShopTables;

  constructor(tables: ShopTables) {
    this.tables = tables;
  }

  /** Adds one transaction. One that makes no order, or several, says nothing of whose the counters are. */
  add(changes: readonly Change[]): void {
    if (changes.length < 2) return;
    const orders = this.tables.named('wc_orders');
    const made = changes.flatMap((each) =>
      each.action === 'insert' && each.table === orders ? [shown(each.after['id'])] : [],
    );
    const [id] = made;
    if (id === undefined || made.length > 1) return;
    const taken = changes.flatMap((change) => this.takenIn(change));
    if (taken.length > 0) this.orders.set(id, taken);
  }

  private takenIn(change: Change): Taken[] {
    if (change.action !== 'update') return [];
    const { table, before, after } = change;
    const { sold = [] } = this.tables.roleOf(table);
    const row = `${table} ${keyOf(after, this.tables.shapeOf(table).primary)}`;
    return sold.flatMap((column) => {
      const amount = summed(after[column] ?? null, '0', before[column] ?? null);
      return amount === undefined || amount === '0' ? [] : [{ row, column, amount }];
    });
  }

  /** The sum of what these orders took, by table and key. */
  by(orders: Iterable<string>): Map<string, Record<string, string>> {
    const all = new Map<string, Record<string, string>>();
    for (const id of orders)
      for (const { row, column, amount } of this.orders.get(id) ?? []) {
        const sums = all.get(row) ?? {};
        all.set(row, { ...sums, [column]: summed(sums[column] ?? '0', amount, '0') ?? amount });
      }
    return all;
  }
}
