/**
 * How a column is stored: the log's description of a table and the primary's information schema, both in the same words. Values may be copied
 * between columns only if name and words are equal.
 */
import { Cursor, Unreadable } from './cursor';
import { declaredMembers, isEnum, isSet, loggedMembers, wordsFor } from './members';

/** Type and metadata of a column as the table map has them. */
export interface WireColumn {
  type: number;
  meta: number;
}

export interface LoggedColumn extends WireColumn {
  name: string;
  layout: string;
}

/** Fields of a table's description; MINIMAL writes the first three, FULL also names (MariaDB's `Table_map_log_event`, read 2026-11-30). */
const fields = {
  signedness: 1,
  defaultCollation: 2,
  collations: 3,
  names: 4,
  sets: 5,
  enumerations: 6,
  defaultOfEnumerations: 10,
  collationsOfEnumerations: 11,
} as const;

const integers: Partial<Record<number, string>> = {
  1: 'tinyint',
  2: 'smallint',
  9: 'mediumint',
  3: 'int',
  8: 'bigint',
};
const wireOf = { float: 4, double: 5, date: 10, bit: 16, timestamp: 17, datetime: 18, time: 19, decimal: 246 } as const;
const { bit, decimal } = wireOf;
const [varchar, year, blob, string] = [15, 13, 252, 254];

/**
 * Columns of a table as a log with `binlog_row_metadata=FULL` describes them.
 * @param metadata what follows the columns' types in the event
 * @throws Unreadable when the log does not name them
 */
export function loggedColumns(columns: readonly WireColumn[], metadata: Buffer): LoggedColumn[] {
  const described = fieldsIn(metadata);
  const names = namesIn(described.get(fields.names));
  if (names.length !== columns.length)
    throw new Unreadable('its log does not name their columns (binlog_row_metadata is not FULL)');
  const unsigned = flagsOf(columns.filter(isNumber), described.get(fields.signedness));
  const enumerations = columns.filter(isEnumeration);
  const collations = new Map([
    ...collationsOf(columns.filter(isText), described, fields.defaultCollation, fields.collations),
    ...collationsOf(enumerations, described, fields.defaultOfEnumerations, fields.collationsOfEnumerations),
  ]);
  const members = new Map([
    ...membersOf(
      enumerations.filter(({ meta }) => isEnum(meta)),
      described.get(fields.enumerations),
    ),
    ...membersOf(
      enumerations.filter(({ meta }) => isSet(meta)),
      described.get(fields.sets),
    ),
  ]);
  return columns.map((column, index) => ({
    ...column,
    name: names[index] ?? '',
    layout: words(column, {
      unsigned: unsigned.get(column) ?? false,
      collation: collations.get(column),
      members: members.get(column) ?? [],
    }),
  }));
}

function membersOf(columns: readonly WireColumn[], field: Buffer | undefined): [WireColumn, string[]][] {
  const lists = loggedMembers(field);
  return columns.map((column, at) => [column, lists[at] ?? []]);
}

/** Whether a log has the names of a table's columns. */
export const namesColumns = (metadata: Buffer): boolean => fieldsIn(metadata).has(fields.names);

function fieldsIn(metadata: Buffer): ReadonlyMap<number, Buffer> {
  const cursor = new Cursor(metadata);
  const described = new Map<number, Buffer>();
  while (!cursor.atEnd) described.set(cursor.uint(1), cursor.take(cursor.length()));
  return described;
}

function namesIn(field: Buffer | undefined): string[] {
  const names: string[] = [];
  for (const cursor = new Cursor(field ?? Buffer.alloc(0)); !cursor.atEnd;)
    names.push(cursor.take(cursor.length()).toString('utf8'));
  return names;
}

const isNumber = ({ type }: WireColumn) => integers[type] !== undefined || [4, 5, decimal].includes(type);
const isEnumeration = ({ type, meta }: WireColumn) => type === string && (isEnum(meta) || isSet(meta));
const isText = (column: WireColumn) => [varchar, blob, string].includes(column.type) && !isEnumeration(column);

function flagsOf(columns: readonly WireColumn[], bits: Buffer | undefined): ReadonlyMap<WireColumn, boolean> {
  return new Map(columns.map((column, at) => [column, (((bits?.[at >> 3] ?? 0) << (at & 7)) & 0x80) !== 0]));
}

/** The log has either one collation each, or a default and exceptions as pairs of column number and collation. */
function collationsOf(
  columns: readonly WireColumn[],
  described: ReadonlyMap<number, Buffer>,
  byDefault: number,
  byEach: number,
): ReadonlyMap<WireColumn, number> {
  const each = described.get(byEach);
  if (each) return new Map(numbersIn(each).map((collation, at) => [columns[at] ?? none, collation]));
  const [common, ...exceptions] = numbersIn(described.get(byDefault) ?? Buffer.alloc(0));
  if (common === undefined) return new Map();
  const found = new Map(columns.map((column) => [column, common]));
  for (let at = 0; at + 1 < exceptions.length; at += 2)
    found.set(columns[exceptions[at] ?? -1] ?? none, exceptions[at + 1] ?? common);
  return found;
}

const none: WireColumn = { type: -1, meta: 0 };

function numbersIn(field: Buffer): number[] {
  const numbers: number[] = [];
  for (const cursor = new Cursor(field); !cursor.atEnd;) numbers.push(cursor.length());
  return numbers;
}

/** What a table's description says of one column beside its type. */
interface Described {
  unsigned: boolean;
  collation: number | undefined;
  members: readonly string[];
}

function words(column: WireColumn, { unsigned, collation, members }: Described): string {
  const { type, meta } = column;
  const sign = unsigned ? ' unsigned' : '';
  const text = collation === undefined ? '' : ` in collation ${collation}`;
  if (integers[type] !== undefined) return integers[type] + sign;
  if (type === decimal) return `decimal(${meta >> 8},${meta & 0xff})${sign}`;
  if (type === bit) return `bit(${(meta >> 8) * 8 + (meta & 0xff)})`;
  if (type === varchar) return `up to ${meta} bytes${text}`;
  if (type === blob) return `a length of ${meta} bytes${text}`;
  if (isEnumeration(column)) return wordsFor(isEnum(meta) ? 'enum' : 'set', members) + text;
  if (type === string) return `always ${longestIn(meta)} bytes${text}`;
  if (type === year) return 'year';
  const [name] = Object.entries(wireOf).find(([, wire]) => wire === type) ?? [`type ${type}`];
  return [4, 5].includes(type) ? name + sign : meta === 0 ? name : `${name}(${meta})`;
}

/** The longest value of CHAR(n) or BINARY(n), in bytes; two of its bits are stored in the byte of the type. */
export const longestIn = (meta: number): number => (((meta >> 4) & 0x300) ^ 0x300) | (meta & 0xff);

/** A column as the information schema describes it. */
export interface DeclaredColumn {
  /** DATA_TYPE in lower case, and COLUMN_TYPE. */
  type: string;
  fullType: string;
  /** CHARACTER_OCTET_LENGTH, and the id of its collation; empty where it is no text. */
  octets: string;
  collation: string;
}

const blobs: Readonly<Record<string, number>> = {
  tinytext: 1,
  tinyblob: 1,
  text: 2,
  blob: 2,
  mediumtext: 3,
  mediumblob: 3,
  longtext: 4,
  longblob: 4,
};
const binary = '63';

/** The words for a column of the primary; the declared type itself where none of the above fits. */
export function declaredLayout(column: DeclaredColumn): string {
  const { type, octets, collation } = column;
  const members = declaredMembers(column.fullType);
  if (members) return `${wordsFor(type, members)} in collation ${collation}`;
  const fullType = column.fullType.toLowerCase();
  const [, size = ''] = /^[a-z]+\(([\d,]+)\)/.exec(fullType) ?? [];
  const sign = / unsigned| zerofill/.test(fullType) ? ' unsigned' : '';
  const text = ` in collation ${collation || binary}`;
  if (Object.values(integers).includes(type) || type === 'float' || type === 'double') return type + sign;
  if (type === 'decimal') return `decimal(${size})${sign}`;
  if (type === 'varchar' || type === 'varbinary') return `up to ${octets} bytes${text}`;
  if (type === 'char' || type === 'binary') return `always ${octets} bytes${text}`;
  if (blobs[type] !== undefined) return `a length of ${blobs[type]} bytes${text}`;
  return ['datetime', 'timestamp', 'time'].includes(type) && size !== '' ? `${type}(${size})` : type;
}
