/** Tables and their keys as the primary has them; what a table of WordPress or WooCommerce never has is not understood, and says so. */
import type {
  Column,
  ColumnKind,
  Reference,
  Row as Cells,
  Shapes,
  TableShape,
  Value,
} from '../../../domain/salvage/transaction';
import { noPrimaryKey } from '../../../domain/salvage/transaction';
import { PortError } from '../../../ports/errors';
import { declaredLayout } from './binlog/layout';
import { declaredMembers } from './binlog/members';
import type { Row } from '../wire/connection';

export const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

const kinds: Readonly<Record<string, ColumnKind>> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'integer',
  decimal: 'decimal',
  float: 'double',
  double: 'double',
  date: 'time',
  datetime: 'time',
  timestamp: 'time',
  char: 'text',
  varchar: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  enum: 'text',
  set: 'text',
  binary: 'bytes',
  varbinary: 'bytes',
  tinyblob: 'bytes',
  blob: 'bytes',
  mediumblob: 'bytes',
  longblob: 'bytes',
};

const utf8 = /^(utf8|utf8mb3|utf8mb4|ascii)$/;

const text = (row: Row, name: string): string => (typeof row[name] === 'string' ? row[name] : '');

/** A text or number of a result set as text; empty for all else. */
export function textIn(row: Row | undefined, name: string): string {
  const value = row?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What the result sets of `shapesQuery(schema)` say. */
export function shapesOf(schema: string, [columns = [], keys = [], triggers = [], foreignKeys = []]: Row[][]): Shapes {
  const shapes = new Map<string, TableShape>();
  for (const row of columns) {
    const name = text(row, 'tableName');
    const shape = shapes.get(name) ?? { name, columns: [], primary: [], uniques: [] };
    shape.columns.push(columnOf(row));
    shapes.set(name, doubted(shape, unfitness(row)));
  }
  for (const shape of shapes.values()) addKeys(shape, keys);
  const references = referencesOf(schema, foreignKeys);
  for (const shape of shapes.values()) shape.references = references.get(shape.name) ?? [];
  const triggered = new Set(triggers.map((row) => text(row, 'tableName')));
  return new Map([...shapes].map(([name, shape]) => [name, doubted(shape, objection(shape, triggered))]));
}

const doubted = (shape: TableShape, unfit: string | undefined): TableShape =>
  unfit === undefined || shape.unfit !== undefined ? shape : { ...shape, unfit };

function columnOf(row: Row): Column {
  const [type, charset] = [text(row, 'type').toLowerCase(), text(row, 'charset')];
  const members = declaredMembers(text(row, 'fullType'));
  return {
    name: text(row, 'name'),
    kind: kinds[type] ?? 'bytes',
    unsigned: / unsigned/i.test(text(row, 'fullType')),
    charset: utf8.test(charset) || members ? '' : charset,
    ...(members && { members }),
    ...(/(?<!turkish)_ci$/.test(text(row, 'collationName')) && { folds: true as const }),
    onUpdate: /on update/i.test(text(row, 'extra')),
    layout: declaredLayout({
      type,
      fullType: text(row, 'fullType'),
      octets: text(row, 'octets'),
      collation: text(row, 'collation'),
    }),
  };
}

function unfitness(row: Row): string | undefined {
  const type = text(row, 'fullType');
  // What a batch wrote there would stay when the batch is rolled back, and be written again by the next attempt.
  if (text(row, 'transactions') !== 'YES')
    return `its engine ${text(row, 'engine') || '(not named by the primary)'} has no transactions, so a write to it can't be rolled back.`;
  if (text(row, 'generated') === 'ALWAYS') return `its column ${text(row, 'name')} is generated.`;
  if (kinds[text(row, 'type').toLowerCase()] === undefined || /compressed/i.test(type))
    return `its column ${text(row, 'name')} is of type ${type}.`;
  // The log has such members as bytes of that character set.
  const isPlain = declaredMembers(type)?.every((member) => /^[\x20-\x7e]*$/.test(member)) ?? true;
  const charset = text(row, 'charset');
  if (declaredMembers(type) && !utf8.test(charset) && (!isPlain || /^(ucs2|utf16|utf16le|utf32)$/.test(charset)))
    return `its column ${text(row, 'name')} is of type ${type} in character set ${charset}.`;
  return undefined;
}

function addKeys(shape: TableShape, keys: readonly Row[]): void {
  const named = new Map<string, string[]>();
  const own = keys.filter((row) => text(row, 'tableName') === shape.name);
  // A key of the first letters only can't be looked up by a whole value; the write itself then finds a collision.
  const partial = new Set(own.filter((row) => row['part'] != null).map((row) => text(row, 'name')));
  for (const row of own) {
    const name = text(row, 'name');
    if (!partial.has(name)) named.set(name, [...(named.get(name) ?? []), text(row, 'columnName')]);
  }
  shape.primary = named.get('PRIMARY') ?? [];
  named.delete('PRIMARY');
  shape.uniques = [...named.values()];
}

/** By the table that is referred to. */
function referencesOf(schema: string, rows: readonly Row[]): Map<string, Reference[]> {
  const named = new Map<string, Reference>();
  const found = new Map<string, Reference[]>();
  for (const row of rows) {
    const [childSchema, table] = [text(row, 'childSchema'), text(row, 'child')];
    const child = childSchema === schema ? table : `${childSchema}.${table}`;
    const name = `${child} ${text(row, 'name')}`;
    const reference = named.get(name) ?? { child, columns: [], refersTo: [] };
    reference.columns.push(text(row, 'columnName'));
    reference.refersTo.push(text(row, 'refersTo'));
    if (!named.has(name)) found.set(text(row, 'tableName'), [...(found.get(text(row, 'tableName')) ?? []), reference]);
    named.set(name, reference);
  }
  return found;
}

function objection({ primary, name }: TableShape, triggered: ReadonlySet<string>): string | undefined {
  if (primary.length === 0) return noPrimaryKey;
  return triggered.has(name) ? 'it has triggers, which would act a second time.' : undefined;
}

const asText = (column: string) => `CAST(${column} AS CHAR)`;

/** Each kind as a log's values are written: CONCAT keeps the driver from parsing JSON, and a sum has none of the zeros of ZEROFILL. */
const canonical: Readonly<Record<ColumnKind, (column: string) => string>> = {
  integer: (column) => asText(`${column} + 0`),
  decimal: asText,
  double: (column) => `CAST(${column} AS DOUBLE)`,
  time: asText,
  text: (column) => `CONCAT(${column})`,
  bytes: asText,
};

/** Selects every column in its canonical form, under its own name. */
export function selection({ columns }: TableShape, alias = ''): string {
  const of = (column: string) => (alias === '' ? '' : `${alias}.`) + identifier(column);
  return columns
    .map(({ name, kind, charset }) => {
      const isBytes = kind === 'bytes' || charset !== '';
      return `${isBytes ? `HEX(CAST(${of(name)} AS BINARY))` : canonical[kind](of(name))} AS ${identifier(name)}`;
    })
    .join(', ');
}

/** A row that `selection` gave. */
export function cellsOf({ columns, name: table }: TableShape, row: Row): Cells {
  return Object.fromEntries(
    columns.map(({ name, kind, charset }): [string, Value] => {
      const value = row[name];
      if (value === null) return [name, null];
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new PortError(
          'garbage',
          `The database answered ${table}.${name} with something that is neither text nor number.`,
        );
      return [name, kind === 'bytes' || charset !== '' ? { hex: String(value) } : String(value)];
    }),
  );
}
