/** Rows of the primary as they will be once planned writes are carried out. */
import { sameValue, type Row } from '../transaction';
import type { Write } from '../ruling';
import type { Look, Scene } from './scene';

/** What is looked at under lock. */
export type Sight = Pick<Scene, 'tables' | 'rows'>;

export const isOf = (write: Write, table: string, row: Row, primary: readonly string[]): boolean =>
  write.action !== 'insert' &&
  write.table === table &&
  primary.every((column) => sameValue(write.key[column], row[column]));

/** The primary's rows with these writes done; differences that are only added to what a row holds are left out. */
export const afterWrites =
  (writes: readonly Write[], { tables, rows }: Sight): Scene['rows'] =>
  (look: Look): Row[] => {
    const own = writes.filter(({ table }) => table === look.table);
    if (own.length === 0) return [...rows(look)];
    const { primary } = tables.shapeOf(look.table);
    const held = rows(look).flatMap((row) => {
      const its = own.filter((write) => isOf(write, look.table, row, primary));
      if (its.some(({ action }) => action === 'delete')) return [];
      return [Object.assign({}, row, ...its.map((write) => (write.action === 'update' ? write.set : {}))) as Row];
    });
    const added = own.flatMap((write) => (write.action === 'insert' ? [write.row] : []));
    const isMeant = (row: Row) => Object.entries(look.where).every(([column, value]) => sameValue(row[column], value));
    return [...held, ...added].filter(isMeant);
  };
