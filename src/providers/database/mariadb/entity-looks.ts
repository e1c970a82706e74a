/** SQL of what decisions on entities look up, and which row answers which look. */
import { sameValue, type Row as Cells, type Shapes, type TableShape } from '../../../domain/salvage/transaction';
import type { Look } from '../../../domain/salvage/entities/scene';
import type { Row } from '../wire/connection';
import type { SalvageOptions } from './options';
import { literal } from './literal';
import { cellsOf, identifier, selection } from './shapes';

/** One statement for many looks into one table by the same columns. */
export interface Question {
  statement: string;
  shape: TableShape;
}

/** So many values stand in one statement. */
const valuesAtOnce = 500;

const lookName = ({ table, where }: Look, { columns }: TableShape): string =>
  `${table} ${JSON.stringify(
    Object.entries(where)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([column, value]) => {
        const folds = columns.some(({ name, folds }) => name === column && folds);
        return [column, folds && typeof value === 'string' ? value.toLowerCase() : (value ?? null)];
      }),
  )}`;

/** @param suffix `FOR UPDATE`, or nothing for a plain look */
export function questionsFor(options: SalvageOptions, looks: readonly Look[], shapes: Shapes, suffix = ''): Question[] {
  const groups = new Map<string, { shape: TableShape; looks: Map<string, Look> }>();
  for (const look of looks) {
    const shape = shapes.get(look.table);
    if (!shape || !Object.keys(look.where).every((column) => shape.columns.some(({ name }) => name === column)))
      continue;
    const by = Object.entries(look.where).map(([column, value]) => `${column} ${value === null}`);
    const name = `${look.table} ${by.join()}`;
    const group = groups.get(name) ?? { shape, looks: new Map<string, Look>() };
    groups.set(name, group);
    group.looks.set(lookName(look, shape), look);
  }
  return [...groups.values()].flatMap(({ shape, looks: some }) => {
    const all = [...some.values()];
    const questions: Question[] = [];
    for (let at = 0; at < all.length; at += valuesAtOnce)
      questions.push({ statement: select(options, shape, all.slice(at, at + valuesAtOnce), suffix), shape });
    return questions;
  });
}

/** By the primary key's index alone where that is what is asked for: a scan of the table would wait for each row that the shop has locked. */
function select({ database }: SalvageOptions, shape: TableShape, looks: readonly Look[], suffix: string): string {
  const columns = Object.keys(looks[0]?.where ?? {});
  const isPrimary =
    !shape.byKey &&
    columns.length === shape.primary.length &&
    columns.every((column) => shape.primary.includes(column));
  const conditions = columns.map((column) => {
    if (looks[0]?.where[column] === null) return `${identifier(column)} IS NULL`;
    const values = new Set(looks.map(({ where }) => literal(shape, column, where[column])));
    return `${identifier(column)} IN (${[...values].join(', ')})`;
  });
  const table = `${identifier(database)}.${identifier(shape.name)}${isPrimary ? ' FORCE INDEX (PRIMARY)' : ''}`;
  return `SELECT ${selection(shape)} FROM ${table} WHERE ${conditions.join(' AND ')} ${suffix}`;
}

/** Finds the answer to a look among all rows that were found. */
export class Answers {
  private readonly tables = new Map<string, Cells[]>();
  private readonly shapes = new Map<string, TableShape>();
  private readonly indexes = new Map<string, Map<string, Cells[]>>();

  add(shape: TableShape, rows: readonly Row[]): void {
    const known = this.tables.get(shape.name) ?? [];
    this.tables.set(shape.name, known);
    this.shapes.set(shape.name, shape);
    for (const row of rows) known.push(cellsOf(shape, row));
    this.indexes.clear();
  }

  /** Where texts differ in case alone, those that are the very same come first. */
  rows({ table, where }: Look): readonly Cells[] {
    const shape = this.shapes.get(table);
    if (!shape) return [];
    const columns = Object.keys(where).sort();
    const name = `${table} ${columns.join()}`;
    const index = this.indexes.get(name) ?? this.indexed(shape, columns);
    this.indexes.set(name, index);
    const found = index.get(lookName({ table, where }, shape)) ?? [];
    const isSame = (row: Cells) => columns.every((column) => sameValue(row[column], where[column]));
    return found.length < 2 ? found : [...found.filter(isSame), ...found.filter((row) => !isSame(row))];
  }

  private indexed(shape: TableShape, columns: readonly string[]): Map<string, Cells[]> {
    const table = shape.name;
    const index = new Map<string, Cells[]>();
    const seen = new Set<string>();
    for (const row of this.tables.get(table) ?? []) {
      const whole = JSON.stringify(row);
      if (seen.has(whole)) continue;
      seen.add(whole);
      const where = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
      const name = lookName({ table, where }, shape);
      index.set(name, [...(index.get(name) ?? []), row]);
    }
    return index;
  }
}
