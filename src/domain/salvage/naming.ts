/** How sentences name a row of a table that counts: by its key, which is what the shop sells. */
import { shown, type Row } from './transaction';

export const countedRowName = (table: string, key: Row): string =>
  `${table} ${Object.values(key).map(shown).join('/')}`;
