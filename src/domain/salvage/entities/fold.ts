/** The net change of each row over a log: what it was before the first change, and what it is after the last. Only final states are kept. */
import { Column, Slots } from './slots';
import { type Change, type Row, type Shapes, type TableShape, type Value } from '../transaction';

/** Keeps rows outside of the objects of the program, so that a log of any length folds into little memory. */
export interface Arena {
  /** @returns the place from which `read` gives the bytes back */
  keep: (bytes: Uint8Array) => number;
  read: (place: number) => Uint8Array;
}

/** A row that differs from what it was: `before` is absent for a new row, `after` for a deleted one. */
export interface Net {
  table: string;
  /** Its primary key as text, unique in its table. */
  key: string;
  before?: Row;
  after?: Row;
}

/** Places are kept with 1 added, so that what was never set is no place. */
const none = -1;

export const keyOf = (row: Row, primary: readonly string[]): string => {
  const [only = ''] = primary;
  const value = row[only];
  if (primary.length === 1 && typeof value === 'string') return value;
  return JSON.stringify(primary.map((column) => row[column] ?? null));
};

/** The primary key of which `keyOf` made this text. */
export function whereOf({ primary }: Pick<TableShape, 'primary'>, key: string): Row {
  const isWhole = primary.length === 1 && !key.startsWith('[{"hex":');
  const values = isWhole ? [key] : (JSON.parse(key) as Value[]);
  return Object.fromEntries(primary.map((column, at) => [column, values[at] ?? null]));
}

const folds = ({ primary, columns }: TableShape): boolean =>
  columns.some((column) => column.folds === true && primary.includes(column.name));

/** The key as the database compares it. */
function comparedKey(shape: TableShape, row: Row): string {
  if (!folds(shape)) return keyOf(row, shape.primary);
  const compared = shape.columns.map(({ name, folds }): [string, Value] => {
    const value = row[name] ?? null;
    return [name, folds && typeof value === 'string' ? value.toLowerCase() : value];
  });
  return keyOf(Object.fromEntries(compared), shape.primary);
}

/** Changes are added in the order of the log. Tables that are not `wanted`, and those that the primary lacks, are left out. */
export class Fold {
  private readonly slots = new Slots();
  /** The key under which a row was first seen, by how the database compares it, where texts in another case are one key. */
  private readonly spellings = new Map<string, string>();
  private readonly before = new Column(Float64Array);
  private readonly after = new Column(Float64Array);
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();
  private readonly shapes: Shapes;
  private readonly arena: Arena;
  private readonly wanted: (table: string) => boolean;

  constructor(shapes: Shapes, arena: Arena, wanted: (table: string) => boolean = () => true) {
    this.shapes = shapes;
    this.arena = arena;
    this.wanted = wanted;
  }

  add(change: Change): void {
    const shape = this.shapes.get(change.table);
    if (!shape || shape.unfit !== undefined || !this.wanted(change.table)) return;
    if (change.action === 'insert') this.arrive(shape, change.after);
    else if (change.action === 'delete') this.leave(shape, change.before);
    else this.move(shape, change.before, change.after);
  }

  private move(shape: TableShape, before: Row, after: Row): void {
    if (comparedKey(shape, before) !== comparedKey(shape, after)) this.leave(shape, before);
    // Where this is the row's first change, it has its before-image; of any other only the end counts.
    else if (this.slotOf(shape, before) === undefined) this.open(shape, before, this.kept(shape, before));
    this.arrive(shape, after);
  }

  get(table: string, key: string): Net | undefined {
    const shape = this.shapes.get(table);
    const slot = this.slots.find(table, shape && folds(shape) ? this.spelt(shape, whereOf(shape, key)) : key);
    return slot === undefined ? undefined : this.at(slot);
  }

  /** Every row that differs from what it was, or those of some tables. */
  *nets(isMeant?: (table: string) => boolean): Generator<Net> {
    for (const [, net] of this.numbered(isMeant)) yield net;
  }

  /** The same, each with its number, by which `place` and `at` find it again. */
  *numbered(isMeant?: (table: string) => boolean): Generator<[slot: number, net: Net]> {
    for (let slot = 0; slot < this.slots.size; slot += 1) {
      if (isMeant && !isMeant(this.slots.at(slot).table)) continue;
      const net = this.at(slot);
      if (net) yield [slot, net];
    }
  }

  place(slot: number): { table: string; key: string } {
    return this.slots.at(slot);
  }

  private at(slot: number): Net | undefined {
    const { table, key } = this.slots.at(slot);
    const [before, after] = [this.rowAt(table, this.before.get(slot)), this.rowAt(table, this.after.get(slot))];
    if (!before && !after) return undefined;
    if (before && after && JSON.stringify(before) === JSON.stringify(after)) return undefined;
    return { table, key, ...(before && { before }), ...(after && { after }) };
  }

  private slotOf(shape: TableShape, row: Row): number | undefined {
    return this.slots.find(shape.name, this.spelt(shape, row));
  }

  private spelt(shape: TableShape, row: Row): string {
    const known = folds(shape) ? this.spellings.get(`${shape.name} ${comparedKey(shape, row)}`) : undefined;
    return known ?? keyOf(row, shape.primary);
  }

  private open(shape: TableShape, row: Row, before: number): number {
    const key = keyOf(row, shape.primary);
    if (folds(shape)) this.spellings.set(`${shape.name} ${comparedKey(shape, row)}`, key);
    const slot = this.slots.add(shape.name, key);
    this.before.set(slot, before + 1);
    return slot;
  }

  private arrive(shape: TableShape, row: Row): void {
    const slot = this.slotOf(shape, row) ?? this.open(shape, row, none);
    this.after.set(slot, this.kept(shape, row) + 1);
  }

  private leave(shape: TableShape, row: Row): void {
    const slot = this.slotOf(shape, row) ?? this.open(shape, row, this.kept(shape, row));
    this.after.set(slot, none + 1);
  }

  private kept({ columns }: TableShape, row: Row): number {
    return this.arena.keep(this.encoder.encode(JSON.stringify(columns.map(({ name }) => row[name] ?? null))));
  }

  /** @param kept a place with 1 added, or 0 */
  private rowAt(table: string, kept: number): Row | undefined {
    const shape = this.shapes.get(table);
    if (kept === 0 || !shape) return undefined;
    const values = JSON.parse(this.decoder.decode(this.arena.read(kept - 1))) as Row[string][];
    return Object.fromEntries(shape.columns.map(({ name }, index) => [name, values[index] ?? null]));
  }
}

/** Rows in the memory of the program: for short logs. */
export function memoryArena(): Arena {
  const rows: Uint8Array[] = [];
  return { keep: (bytes) => rows.push(bytes) - 1, read: (place) => rows[place] ?? new Uint8Array() };
}
