/** Which rows of the primary a ruling may ask for, so that they are fetched and locked together. */
import {
  pick,
  sameValue,
  type Change,
  type ErrantTransaction,
  type Reference,
  type Row,
  type Shapes,
} from './transaction';
import type { TableShape } from './transaction';
import { passing, shopTables } from './shop-tables';

/** One row by a key, or the rows of `reference.child` that refer to `row`. */
export type Lookup =
  { what: 'row'; table: string; key: Row } | { what: 'children'; table: string; reference: Reference; row: Row };

/** Every row of the primary that a ruling on `tx` may ask for. */
export function lookupsFor({ changes }: ErrantTransaction, shapes: Shapes): Lookup[] {
  return changes
    .filter(({ table }) => !passing.has(table))
    .flatMap((change): Lookup[] => {
      const shape = shapes.get(change.table);
      return !shape || shape.unfit !== undefined ? [] : lookupsOf(change, shape);
    });
}

function lookupsOf(change: Change, shape: TableShape): Lookup[] {
  const { table } = change;
  const byKey = (row: Row) => (columns: readonly string[]) =>
    ({ what: 'row', table, key: pick(row, columns) }) as const;
  if (change.action === 'insert') {
    const { after } = change;
    return [...[shape.primary, ...shape.uniques].map(byKey(after)), ...cousins(table, after)];
  }
  const own = byKey(change.before)(shape.primary);
  if (change.action === 'delete') return [own, ...childrenOf(change, shape.references ?? [])];
  const { before, after } = change;
  return [
    own,
    ...movedKeys(shape, before, after).map(byKey(after)),
    ...childrenOf(change, movedReferences(shape, before, after)),
  ];
}

const moved = (columns: readonly string[], before: Row, after: Row) =>
  columns.some((column) => !sameValue(before[column], after[column]));

/** The unique keys whose value an update changes. */
export const movedKeys = ({ uniques }: TableShape, before: Row, after: Row): string[][] =>
  uniques.filter((columns) => moved(columns, before, after));

/** The foreign keys that refer to what an update changes. */
export const movedReferences = ({ references = [] }: TableShape, before: Row, after: Row): Reference[] =>
  references.filter(({ refersTo }) => moved(refersTo, before, after));

const childrenOf = ({ table, before: row }: Exclude<Change, { action: 'insert' }>, references: readonly Reference[]) =>
  references.map((reference) => ({ what: 'children', table, reference, row }) as const);

/** Rows of other tables that the rules of an inserted row look at. */
function cousins(table: string, row: Row): Lookup[] {
  const key = pick(row, ['order_key']);
  if (table === shopTables.operational) return [{ what: 'row', table: shopTables.aliases, key }];
  if (table !== shopTables.aliases) return [];
  return [
    { what: 'row', table: shopTables.operational, key },
    { what: 'row', table: shopTables.orders, key: { id: row['order_id'] ?? null } },
  ];
}
