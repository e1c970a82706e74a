/** What is looked up and locked for a batch of errant transactions, and the rows for its rulings that come of it. */
import {
  pick,
  shown,
  type ErrantTransaction,
  type Reference,
  type Row as Cells,
  type Shapes,
  type TableShape,
} from '../../../domain/salvage/transaction';
import { lookupsFor, type Lookup } from '../../../domain/salvage/lookups';
import { type KeptOrder, orderOf, ordersIn, type KnownRows, type OrderIdentity } from '../../../domain/salvage/ruling';
import { shopTables } from '../../../domain/salvage/shop-tables';
import type { SalvageInput } from '../../../ports/rejoin';
import type { Row } from './connection';
import type { SalvageOptions } from './options';
import * as sql from './salvage-statements';
import { cellsOf, textIn } from './shapes';

type Answer = Cells | KeptOrder | number | Cells[];

/** One statement, and what each row of its result set answers. */
export interface Look {
  statement: string;
  read: (row: Row) => [name: string, answer: Answer];
  /** Rows of the same name are collected. */
  many?: true;
}

/** The rows of one table that are looked up by a single number at once. */
const idsAtOnce = 500;

const rowName = (table: string, key: Cells) => `${table} ${JSON.stringify(key)}`;
const childrenName = (table: string, { child, columns, refersTo }: Reference, row: Cells) =>
  `children of ${table} in ${child} ${columns.join()} ${JSON.stringify(pick(row, refersTo))}`;

export function looksFor(
  options: SalvageOptions,
  batch: readonly ErrantTransaction[],
  input: Pick<SalvageInput, 'shapes' | 'promotionPoint'>,
): Look[] {
  const lookups = new Map<string, Lookup>();
  for (const lookup of batch.flatMap((tx) => lookupsFor(tx, input.shapes))) {
    const { table } = lookup;
    const name = lookup.what === 'row' ? rowName(table, lookup.key) : childrenName(table, lookup.reference, lookup.row);
    lookups.set(name, lookup);
  }
  return [
    ...rowLooks(options, [...lookups.values()], input.shapes),
    ...childLooks(options, [...lookups.values()], input.shapes),
    ...orderLooks(options, batch, input),
  ];
}

type RowLookup = Extract<Lookup, { what: 'row' }>;

/** Rows that one number names are fetched together: no two spellings of a number are equal, so each row says which was meant. */
function rowLooks(options: SalvageOptions, lookups: readonly Lookup[], shapes: Shapes): Look[] {
  const looks: Look[] = [];
  const ids = new Map<string, { shape: TableShape; keys: Cells[] }>();
  for (const lookup of lookups) {
    const shape = lookup.what === 'row' ? shapes.get(lookup.table) : undefined;
    if (lookup.what !== 'row' || !shape) continue;
    if (!isNumbered(shape, lookup)) {
      const { table, key } = lookup;
      const read = (row: Row): [string, Cells] => [rowName(table, key), cellsOf(shape, row)];
      looks.push({ statement: sql.findRow(options, shape, key), read });
      continue;
    }
    const group = ids.get(lookup.table) ?? { shape, keys: [] };
    ids.set(lookup.table, group);
    group.keys.push(lookup.key);
  }
  return [...[...ids.values()].flatMap(({ shape, keys }) => numbered(options, shape, keys)), ...looks];
}

function isNumbered({ primary, columns }: TableShape, { key }: RowLookup): boolean {
  const [column, ...more] = Object.keys(key);
  const kind = columns.find(({ name }) => name === column)?.kind;
  return (
    column !== undefined && more.length === 0 && primary.length === 1 && primary[0] === column && kind === 'integer'
  );
}

function numbered(options: SalvageOptions, shape: TableShape, keys: readonly Cells[]): Look[] {
  const [column = ''] = shape.primary;
  const read = (row: Row): [string, Cells] => {
    const cells = cellsOf(shape, row);
    return [rowName(shape.name, { [column]: cells[column] ?? null }), cells];
  };
  const looks: Look[] = [];
  for (let at = 0; at < keys.length; at += idsAtOnce)
    looks.push({ statement: sql.findRows(options, shape, column, keys.slice(at, at + idsAtOnce)), read });
  return looks;
}

function childLooks(options: SalvageOptions, lookups: readonly Lookup[], shapes: Shapes): Look[] {
  return lookups.flatMap((lookup): Look[] => {
    const parent = shapes.get(lookup.table);
    if (lookup.what !== 'children' || !parent) return [];
    const { table, reference, row } = lookup;
    const statement = sql.countChildren(options, parent, reference, row);
    return [{ statement, read: (found) => [childrenName(table, reference, row), Number(textIn(found, 'n'))] }];
  });
}

function orderLooks(
  options: SalvageOptions,
  batch: readonly ErrantTransaction[],
  { shapes, promotionPoint }: Pick<SalvageInput, 'shapes' | 'promotionPoint'>,
): Look[] {
  const header = shapes.get(shopTables.orders);
  if (!header || !shapes.has(shopTables.operational)) return [];
  const read =
    (name: string) =>
    (row: Row): [string, KeptOrder] => [
      name,
      {
        id: textIn(row, 'keptId'),
        key: textIn(row, 'keptKey'),
        intent: textIn(row, 'keptIntent'),
        header: cellsOf(header, row),
      },
    ];
  const rivals = batch
    .flatMap(ordersIn)
    .flatMap((order) =>
      sql.rivals(options, header, order).map((statement) => ({ statement, read: read(rivalName(order)) })),
    );
  const lines = batch.flatMap(ordersIn).flatMap((order) => lineLooks(options, order, shapes));
  const mentioned = new Set(batch.flatMap((tx) => orderIdsIn(tx, shapes)));
  const merged = [...mentioned].map((id) => ({
    statement: sql.mergedOrder(options, header, promotionPoint, id),
    read: read(`merged ${id}`),
  }));
  return [...rivals, ...lines, ...merged];
}

const referringName = (table: string, column: string, id: string) => `rows of ${table} by ${column} ${id}`;

function lineLooks(options: SalvageOptions, order: OrderIdentity, shapes: Shapes): Look[] {
  return [[shopTables.items, 'order_id'] as const, [shopTables.itemMeta, 'order_item_id'] as const].flatMap(
    ([table, column]): Look[] => {
      const shape = shapes.get(table);
      if (!shape || !shapes.has(shopTables.items)) return [];
      const read = (row: Row): [string, Cells[]] => {
        const cells = cellsOf(shape, row);
        return [referringName(table, column, shown(cells[column])), [cells]];
      };
      return sql.rivalsLines(options, shape, order).map((statement) => ({ statement, read, many: true as const }));
    },
  );
}

const rivalName = ({ id, key, intent }: OrderIdentity) => `rival of ${JSON.stringify([id, key, intent])}`;

/** Orders that the transaction mentions without inserting them. */
function orderIdsIn({ changes }: ErrantTransaction, shapes: Shapes): string[] {
  return changes.flatMap((change) => {
    const mentioned = orderOf(change);
    if (mentioned !== undefined) return [mentioned];
    const row = change.action === 'insert' ? change.after : change.before;
    const refers = change.table === shopTables.aliases || change.table === shopTables.outbox;
    return refers && shapes.has(change.table) ? [shown(row['order_id'])] : [];
  });
}

/** `found` are the result sets of `looks`, in their order. The first row of a name counts. */
export function knownRows(looks: readonly Look[], found: readonly Row[][], input: SalvageInput): KnownRows {
  const answers = new Map<string, Answer>();
  looks.forEach(({ read, many }, index) => {
    for (const row of found[index] ?? []) {
      const [name, answer] = read(row);
      const before = answers.get(name);
      if (many && Array.isArray(before) && Array.isArray(answer)) before.push(...answer);
      else if (before === undefined) answers.set(name, answer);
    }
  });
  const answer = (name: string) => answers.get(name);
  return {
    shapes: input.shapes,
    counters: input.counters,
    find: (table, key) => answer(rowName(table, key)) as Cells | undefined,
    children: (table, reference, row) => (answer(childrenName(table, reference, row)) as number | undefined) ?? 0,
    referring: (table, column, id) => {
      const rows = answer(referringName(table, column, id));
      return Array.isArray(rows) ? uniqueBy(input.shapes.get(table)?.primary ?? [], rows) : [];
    },
    rival: (order) => answer(rivalName(order)) as KeptOrder | undefined,
    mergedInto: (id) => answer(`merged ${id}`) as KeptOrder | undefined,
  };
}

/** A line that two looks found, by the order's key and by its payment, is one line. */
const uniqueBy = (primary: readonly string[], rows: readonly Cells[]): Cells[] => [
  ...new Map(rows.map((row) => [JSON.stringify(pick(row, primary)), row])).values(),
];
