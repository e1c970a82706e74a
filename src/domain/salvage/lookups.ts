/** Which rows of the primary a ruling may ask for, so that they are fetched and locked together. */
import { pick, type ErrantTransaction, type Row, type Shapes } from './transaction';
import { passing, shopTables } from './shop-tables';

export interface Lookup {
  table: string;
  key: Row;
}

/** Every row of the primary that a ruling on `tx` may ask for. */
export function lookupsFor({ changes }: ErrantTransaction, shapes: Shapes): Lookup[] {
  return changes
    .filter(({ table }) => !passing.has(table))
    .flatMap((change): Lookup[] => {
      const { table } = change;
      const shape = shapes.get(table);
      if (!shape || shape.unfit !== undefined) return [];
      if (change.action !== 'insert') return [{ table, key: pick(change.before, shape.primary) }];
      const { after } = change;
      const own = [shape.primary, ...shape.uniques].map((columns) => ({ table, key: pick(after, columns) }));
      return [...own, ...cousins(table, after)];
    });
}

/** Rows of other tables that the rules of an inserted row look at. */
function cousins(table: string, row: Row): Lookup[] {
  const key = pick(row, ['order_key']);
  if (table === shopTables.operational) return [{ table: shopTables.aliases, key }];
  if (table !== shopTables.aliases) return [];
  return [
    { table: shopTables.operational, key },
    { table: shopTables.orders, key: { id: row['order_id'] ?? null } },
  ];
}
