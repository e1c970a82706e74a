/** How many rows of which tables a transaction changes, for a person who gets the transaction as a whole. */
import { shown, type Change, type Shapes } from '../../../../domain/salvage/transaction';

/** So many keys of a table are named, and so many tables: the records of a rejoin hold sentences of 1000 letters. */
const limits = { keys: 20, tables: 8 };

interface Counted {
  rows: number;
  keys: string[];
}

export class RowTally {
  private readonly counted: Map<string, Counted>;
  /** Of all tables. */
  rows = 0;

  constructor(counted: ReadonlyMap<string, Counted> = new Map<string, Counted>()) {
    this.counted = new Map([...counted].map(([table, { rows, keys }]) => [table, { rows, keys: [...keys] }]));
    for (const { rows } of counted.values()) this.rows += rows;
  }

  copy(): RowTally {
    return new RowTally(this.counted);
  }

  add(change: Change, shapes: Shapes): void {
    const { table } = change;
    const counted = this.counted.get(table) ?? { rows: 0, keys: [] };
    this.counted.set(table, counted);
    counted.rows += 1;
    this.rows += 1;
    const [column, ...others] = shapes.get(table)?.primary ?? [];
    if (column === undefined || others.length > 0 || counted.keys.length > limits.keys) return;
    const key = shown((change.action === 'insert' ? change.after : change.before)[column]);
    // Other keys may be values of customers.
    if (/^\d+$/.test(key) && !counted.keys.includes(`${column} ${key}`)) counted.keys.push(`${column} ${key}`);
  }

  get tables(): string[] {
    return [...this.counted.keys()];
  }

  /** `21000 rows of wp_plugin, 1 row of wp_wc_orders (id 7)`; the tables with the fewest rows come first. */
  get told(): string {
    const all = [...this.counted].sort(([, one], [, other]) => one.rows - other.rows);
    const named = all.slice(0, limits.tables).map(([table, { rows, keys }]) => {
      const some = keys.length > 0 && keys.length <= limits.keys ? ` (${keys.join(', ')})` : '';
      return `${rows === 1 ? '1 row' : `${rows} rows`} of ${table}${some}`;
    });
    const left = all.length - named.length;
    return [...named, ...(left > 0 ? [`rows of ${left} tables more`] : [])].join(', ');
  }
}
