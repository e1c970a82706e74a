/** The forms that a ruling on an entity takes. */
import type { Row } from '../transaction';
import type { Outcome, Ruling, Write } from '../ruling';
import { nameOf, type Found } from './gather';
import type { Scene } from './scene';

const plain = { writes: [], orderKey: '', orderId: '', keptOrderId: '' };

export const nothing: Ruling = { ...plain, outcome: 'skipped', because: 'The primary already has all of it.' };

export const ruled = (writes: Write[], outcome: Outcome, because: string): Ruling =>
  writes.length === 0 && outcome !== 'merged' ? nothing : { ...plain, outcome, because, writes };

/** Left to a person. `because` names tables, keys and columns; both sides' rows are in `detail`. */
export function listed(because: string, scene: Scene, found: Found): Ruling {
  return { ...plain, outcome: 'listed', because, detail: { item: nameOf(found), ...rowsOf(found, scene) } };
}

const atMost = 40;

/** Both sides' rows: what each had before and has after. */
function rowsOf({ theirs, ours }: Found, { folds, tables }: Scene) {
  const of = (side: 'theirs' | 'ours', places: Found['ours']) =>
    places
      .filter(({ part }) => part !== 'quiet')
      .slice(0, atMost)
      .map(({ table, key }) => {
        const net = folds[side].get(table, key);
        return { table: tables.bare(table), key, ...changedColumns(net?.before, net?.after) };
      });
  return { inDeposed: of('theirs', theirs), onPrimary: of('ours', ours) };
}

function changedColumns(before: Row | undefined, after: Row | undefined): { before?: Row; after?: Row } {
  if (!before || !after) return { ...(before && { before }), ...(after && { after }) };
  const columns = Object.keys(after).filter(
    (column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]),
  );
  const only = (row: Row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
  return { before: only(before), after: only(after) };
}
