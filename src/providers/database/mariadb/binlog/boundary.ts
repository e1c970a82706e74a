/** Statements by which a log says how a transaction goes on or ends. Its server writes them itself, so they have one spelling; seen with MariaDB 10.11.14 on 2026-11-30. */
import type { BinlogEvent } from './events';

export type Boundary =
  | { what: 'commit' | 'rollback' | 'within' }
  | { what: 'savepoint' | 'rollback to'; name: string }
  | { what: 'xa commit' | 'xa rollback'; id: string };

/** Undefined for a statement that is itself a change. */
export function boundaryIn(statement: string): Boundary | undefined {
  const decided = /^XA (?<what>COMMIT|ROLLBACK) (?<id>\S+)$/i.exec(statement)?.groups;
  if (decided) {
    const what = /^COMMIT$/i.test(decided['what'] ?? '') ? 'xa commit' : 'xa rollback';
    return { what, id: spelt(decided['id'] ?? '') };
  }
  const marked = /^(?<what>SAVEPOINT|ROLLBACK( WORK)? TO( SAVEPOINT)?)\s+(?<name>[^]+)$/i.exec(statement)?.groups;
  if (marked) {
    const what = /^SAVEPOINT$/i.test(marked['what'] ?? '') ? 'savepoint' : 'rollback to';
    return { what, name: folded(marked['name'] ?? '') };
  }
  if (/^COMMIT\b/i.test(statement)) return { what: 'commit' };
  if (/^ROLLBACK\b/i.test(statement)) return { what: 'rollback' };
  return /^(BEGIN|START TRANSACTION|XA (START|END))\b/i.test(statement) ? { what: 'within' } : undefined;
}

/** The server tells names of savepoints apart neither by case nor by accents. */
const folded = (name: string): string => name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The id of the distributed transaction that the event prepares, as statements spell it. */
export function preparedIn({ body }: BinlogEvent): string {
  const [format, first, second] = [body.readUInt32LE(1), body.readUInt32LE(5), body.readUInt32LE(9)];
  const hex = (from: number, length: number) => `X'${body.toString('hex', from, from + length)}'`;
  return spelt(`${hex(13, first)},${hex(13 + first, second)},${format}`);
}

const spelt = (id: string): string => id.toUpperCase();
