/** How sentences name a row of a table that counts: by its key, where that is what the shop sells. */
import type { Row } from './transaction';

/** What an article number looks like; no e-mail address, name, hash or token does. */
const code = /^[\w.-]{1,24}$/;

/** A column whose value is not named stands in brackets. */
export function countedRowName(table: string, key: Row): string {
  const parts = Object.entries(key).map(([column, value]) =>
    value === null ? 'NULL' : typeof value === 'string' && code.test(value) ? value : `(${column})`,
  );
  return `${table} ${parts.join('/')}`;
}

/** False where two rows may have this name. */
export const namesOneRow = (name: string): boolean => !name.includes('(');
