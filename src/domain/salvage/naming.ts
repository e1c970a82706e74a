/** How sentences name what is in a table: by table, key and column. Other values are the shop's customers' or secrets, and stay in `detail`. */
import { shown, type Row } from './transaction';

const number = /^-?\d+$/;

/**
 * `TABLE 17`. A key that is a text may be an e-mail address or a token, so only its column is named, except in a table that counts, such as
 * stock: there it is what the shop sells.
 */
export function rowName(table: string, key: Row, counters: ReadonlySet<string>): string {
  if ([...counters].some((counter) => counter.startsWith(`${table}.`))) return countedRowName(table, key);
  const parts = Object.entries(key).map(([column, value]) =>
    typeof value === 'string' && number.test(value) ? value : column,
  );
  return `${table} ${parts.join('/')}`;
}

/** A row of a table that counts. */
export const countedRowName = (table: string, key: Row): string =>
  `${table} ${Object.values(key).map(shown).join('/')}`;
