/** Members of enumerations and sets: as a log with `binlog_row_metadata=FULL` names them, and as a column's declaration does. */
import { Cursor } from './cursor';

/** What a column of fixed strings really is, from the byte of its metadata that holds two bits of a length too. */
const kindOf = (meta: number): number => (meta >> 8) | 0x30;
export const isEnum = (meta: number): boolean => kindOf(meta) === 247;
export const isSet = (meta: number): boolean => kindOf(meta) === 248;

/** Of each such column in its order: how many members, then each with its length (MariaDB's `Table_map_log_event`, read 2026-11-30). */
export function loggedMembers(field: Buffer | undefined): string[][] {
  const cursor = new Cursor(field ?? Buffer.alloc(0));
  const found: string[][] = [];
  while (!cursor.atEnd) {
    const members: string[] = [];
    for (let left = cursor.length(); left > 0; left -= 1) members.push(cursor.take(cursor.length()).toString('utf8'));
    found.push(members);
  }
  return found;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', 0: '\0' };

/** Those of COLUMN_TYPE such as `enum('new','it''s')`; undefined for any other type. */
export function declaredMembers(fullType: string): string[] | undefined {
  const [, list] = /^(?:enum|set)\((.*)\)$/is.exec(fullType) ?? [];
  if (list === undefined) return undefined;
  const quoted = list.match(/'(?:[^'\\]|''|\\.)*'/gs) ?? [];
  return quoted.map((member) =>
    member
      .slice(1, -1)
      .replace(/''|\\(.)/gs, (_, escaped: string | undefined) =>
        escaped === undefined ? "'" : (escapes[escaped] ?? escaped),
      ),
  );
}

/** Both in one spelling. */
export const wordsFor = (type: string, members: readonly string[]): string =>
  `${type}(${members.map((member) => `'${member.replaceAll("'", "''")}'`).join()})`;
