/** Values as SQL writes them. */
import { format } from 'mysql2/promise';
import { PortError } from '../../../ports/errors';
import type { TableShape, Value } from '../../../domain/salvage/transaction';

/** Bytes in hexadecimal. An expression with a group in it fails for values of some megabytes (RangeError). */
const isHex = (text: string): boolean => text.length % 2 === 0 && /^[0-9A-F]*$/.test(text);

/** A value as SQL writes it into its column. */
export function literal({ columns, name: table }: TableShape, column: string, value: Value | undefined): string {
  const shape = columns.find(({ name }) => name === column);
  if (!shape || value === undefined) throw new PortError('refused', `${table} has no column ${column}.`);
  if (value === null) return 'NULL';
  if (typeof value === 'string') return format('?', [value]);
  if (shape.charset === '') return `UNHEX('${value.hex}')`;
  if (!/^\w+$/.test(shape.charset) || !isHex(value.hex))
    throw new PortError('garbage', `${table}.${column} has a character set or value that is not spelt as one.`);
  // A literal takes the collation of the column that it is compared with; the result of CONVERT has one of its own (error 1267).
  return `_${shape.charset} X'${value.hex}'`;
}
