/** What each new order took from a shop's own counters in the transaction that made it: an order that does not arrive gives it back, since the primary's own took it too. */
import { keyOf } from './fold';
import { summed } from './sums';
import type { ShopTables } from './tables';
import type { Change } from '../transaction';
import { shown } from '../transaction';

interface Taken {
  row: string;
  column: string;
  amount: string;
}

/** A change of a counter of which the log does not tell whether it belongs to an order that does not arrive. */
export interface Doubt extends Taken {
  because: string;
}

export class TakenByOrders {
  private readonly orders = new Map<string, Taken[]>();
  /** Changed by transactions that made no order, or several; `row column` to the sum, and whether it rose and fell. */
  private readonly apart = new Map<string, Taken & { rose: boolean; fell: boolean }>();
  private readonly tables: ShopTables;

  constructor(tables: ShopTables) {
    this.tables = tables;
  }

  /** Adds one transaction. */
  add(changes: readonly Change[]): void {
    const taken = changes.flatMap((change) => this.takenIn(change));
    if (taken.length === 0) return;
    const orders = this.tables.named('wc_orders');
    const made = changes.flatMap((each) =>
      each.action === 'insert' && each.table === orders ? [shown(each.after['id'])] : [],
    );
    const [id] = made;
    if (id !== undefined && made.length === 1) this.orders.set(id, taken);
    else for (const each of taken) this.addApart(each);
  }

  private addApart({ row, column, amount }: Taken): void {
    const name = `${row} ${column}`;
    const known = this.apart.get(name);
    const isDown = amount.startsWith('-');
    this.apart.set(name, {
      row,
      column,
      amount: summed(known?.amount ?? '0', amount, '0') ?? amount,
      rose: (known?.rose ?? false) || !isDown,
      fell: (known?.fell ?? false) || isDown,
    });
  }

  private takenIn(change: Change): Taken[] {
    if (change.action !== 'update') return [];
    const { table, before, after } = change;
    const { sold = [], owner } = this.tables.roleOf(table);
    // WooCommerce's own counters have its own marks.
    if (owner.by !== 'itself') return [];
    const row = `${table} ${keyOf(after, this.tables.shapeOf(table).primary)}`;
    return sold.flatMap((column) => {
      const amount = summed(after[column] ?? null, '0', before[column] ?? null);
      return amount === undefined || amount === '0' ? [] : [{ row, column, amount }];
    });
  }

  /** Changes that may be an order's: any, where nothing shows what the order took; where it does, those that may have given it back. */
  doubts(orders: Iterable<string>): Doubt[] {
    const found = new Map<string, Doubt>();
    for (const id of orders)
      for (const [name, { row, column, amount, rose, fell }] of this.apart) {
        const taken = this.orders.get(id)?.find((each) => each.row === row && each.column === column);
        const isItsOwn = taken ? (taken.amount.startsWith('-') ? rose : fell) : !this.orders.has(id);
        if (!isItsOwn || found.has(name)) continue;
        const because = `The deposed region changed ${column} of ${row} by ${amount} apart from its orders, and order ${id}, which is on the primary too, may be why: count it by hand.`;
        found.set(name, { row, column, amount, because });
      }
    return [...found.values()];
  }

  /** The sum of what these orders took or may have taken, by table and key. */
  by(orders: ReadonlySet<string>): Map<string, Record<string, string>> {
    const all = new Map<string, Record<string, string>>();
    const taken = [...orders].flatMap((id) => this.orders.get(id) ?? []);
    for (const { row, column, amount } of [...taken, ...this.doubts(orders)]) {
      const sums = all.get(row) ?? {};
      all.set(row, { ...sums, [column]: summed(sums[column] ?? '0', amount, '0') ?? amount });
    }
    return all;
  }
}
