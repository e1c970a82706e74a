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

const identifier = /^[\p{L}_@`][\p{L}\p{N}_@`.$-]*[,;]?$/u;
/** Behind these stands a value, a name of a person's account, or the body of a definition. */
const ends = /^(values?|set|where|identified|as|default|comment|for|by|to|select|using|on)$/i;
const mostWords = 8;

/** What a statement does to what, without any value that it holds: its words up to the first that is no name. */
export function outlineOf(statement: string): string {
  const words = statement
    .replace(/^in \S+: /, '')
    .trim()
    .split(/\s+/);
  const end = words.findIndex((word) => !identifier.test(word) || ends.test(word));
  const [first = '', ...others] = words.slice(0, end < 0 ? mostWords : Math.min(end, mostWords));
  const tail = end < 0 ? '' : (/^[\p{L}_`][\p{L}\p{N}_`.$]*(?=\()/u.exec(words[end] ?? '')?.[0] ?? '');
  return [first, ...others, tail].filter(Boolean).join(' ') || 'a statement';
}
