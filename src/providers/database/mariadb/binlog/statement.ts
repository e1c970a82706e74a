/** Names what a statement does and to which tables, and nothing else of it: its text may contain customers' data and passwords. */

const verbs =
  /^(ALTER|ANALYZE|CALL|CHANGE|CHECK|COMMIT|CREATE|DELETE|DO|DROP|FLUSH|GRANT|INSERT|INSTALL|LOAD|OPTIMIZE|PURGE|RENAME|REPAIR|REPLACE|REVOKE|ROLLBACK|SET|START|STOP|TRUNCATE|UNINSTALL|UPDATE|WITH|XA)$/;
/** What a verb is about; the first one in a statement counts. */
const objects =
  /^(DATABASE|EVENT|FUNCTION|INDEX|PACKAGE|PASSWORD|PROCEDURE|ROLE|SCHEMA|SEQUENCE|SERVER|TABLE|TABLES|TRIGGER|USER|VIEW)$/;
const changesRows = /^(DELETE|INSERT|REPLACE|UPDATE)$/;
/** What is not named: accounts and the like. */
const nameless = /^(PASSWORD|ROLE|SERVER|USER)$/;
/** Words that may stand before the name of a table. */
const before =
  /^(CONCURRENT|DELAYED|EXISTS|FROM|HIGH_PRIORITY|IF|IGNORE|INTO|LOW_PRIORITY|NOT|NOWAIT|ONLY|QUICK|TABLE|UNIQUE)$/;

/** Changes no table of the shop, whatever its text names. */
const changesNoTable = /^(CHANGE|GRANT|INSTALL|PURGE|REPAIR|REVOKE|START|STOP|UNINSTALL)$/;
/** Leaves every row and every definition as it was. */
const maintains = /^(ANALYZE|CHECK|FLUSH|OPTIMIZE)$/;
const noTables = /^(EVENT|FUNCTION|PACKAGE|PASSWORD|PROCEDURE|ROLE|SERVER|USER)$/;
/** Changes tables that its text need not name. */
const changesAny = /^(CALL|DO|SET)$/;

/** Upkeep of tables, and what makes or drops a temporary table, which only its own session has. */
export function changesNothing(statement: string): boolean {
  const [verb = '', ...others] = headOf(statement).map((token) => token.toUpperCase());
  if (maintains.test(verb)) return true;
  const words = others[0] === 'OR' ? others.slice(2) : others;
  return /^(CREATE|DROP)$/.test(verb) && words[0] === 'TEMPORARY';
}

/** `ALTER TABLE wp_posts`, `INSERT INTO shop.wp_wc_orders`, `CREATE USER`; "a statement" where its verb is none that is known here. */
export function summaryOf(statement: string): string {
  const tokens = headOf(statement);
  const verb = tokens[0]?.toUpperCase() ?? '';
  if (!verbs.test(verb)) return 'a statement';
  if (verb === 'LOAD') return 'LOAD DATA';
  if (changesRows.test(verb)) return [verb, prepositions[verb] ?? '', namesIn(tokens, 1)].filter(Boolean).join(' ');
  const at = objectIn(tokens);
  const object = tokens[at]?.toUpperCase() ?? '';
  if (at < 0 && verb !== 'TRUNCATE') return verb;
  const isOn = object === 'INDEX' || object === 'TRIGGER';
  const on = tokens.findIndex((token) => token.toUpperCase() === 'ON');
  const names = nameless.test(object) || (isOn && on < 0) ? '' : namesIn(tokens, isOn ? on + 1 : Math.max(at, 0) + 1);
  return [verb, object || 'TABLE', ...(isOn && names !== '' ? ['ON'] : []), names].filter(Boolean).join(' ');
}

/**
 * Those of `tables` that the statement may change or give another name: all that its text names, wherever. Undefined where a statement of
 * its kind may change others too.
 */
export function tablesIn(statement: string, tables: Iterable<string>): string[] | undefined {
  const tokens = headOf(statement);
  const verb = tokens[0]?.toUpperCase() ?? '';
  if (changesNoTable.test(verb)) return [];
  const object = changesRows.test(verb) ? '' : (tokens[objectIn(tokens)]?.toUpperCase() ?? '');
  if (noTables.test(object)) return [];
  if (!verbs.test(verb) || changesAny.test(verb) || /^(DATABASE|SCHEMA)$/.test(object)) return undefined;
  const named = new Set(pieces(statement).map((piece) => unquoted(piece).toLowerCase()));
  return [...tables].filter((table) => named.has(table.toLowerCase()));
}

const objectIn = (tokens: readonly string[]) => tokens.findIndex((token) => objects.test(token.toUpperCase()));

const prepositions: Readonly<Record<string, string>> = {
  INSERT: 'INTO',
  REPLACE: 'INTO',
  DELETE: 'FROM',
};

/** What a statement is made of; of a text the beginning. The server executes what stands in a comment that begins with an exclamation mark. */
const piece = /(?<skipped>\/\*M?!\d*|\*\/|\/\*[^]*?\*\/|(?:--(?=\s|$)|#)[^\n]*)|['"`]|[\p{L}\p{N}_$]+|[.,();*=?@]/gu;

/** Words, names, texts and separators, without comments and without the settings for this one statement. */
function pieces(statement: string): string[] {
  const all: string[] = [];
  const next = new RegExp(piece);
  for (let found = next.exec(statement); found; found = next.exec(statement)) {
    if (found.groups?.['skipped'] !== undefined) continue;
    const [text] = found;
    if (/^['"`]$/.test(text)) next.lastIndex = endOfText(statement, found.index);
    all.push(statement.slice(found.index, next.lastIndex));
  }
  if (!/^SET STATEMENT$/i.test(all.slice(0, 2).join(' '))) return all;
  const end = all.findIndex((text) => /^FOR$/i.test(text));
  return end < 0 ? all : all.slice(end + 1);
}

/** Behind the quote that ends the text or name at `start`; names have no escapes. A text may be longer than an expression can match. */
function endOfText(statement: string, start: number): number {
  const quote = statement[start];
  for (let at = start + 1; at < statement.length; at += 1) {
    if (statement[at] === '\\' && quote !== '`') at += 1;
    else if (statement[at] === quote && statement[at + 1] === quote) at += 1;
    else if (statement[at] === quote) return at + 1;
  }
  return statement.length;
}

/** Its words, quoted names and separators up to the first text or value. */
function headOf(statement: string): string[] {
  const head: string[] = [];
  const all = pieces(statement);
  for (let at = 0; at < all.length; at += 1) {
    const text = all[at] ?? '';
    if (/^(ALGORITHM|DEFINER)$/i.test(text) && all[at + 1] === '=') at += all[at + 3] === '@' ? 4 : 2;
    else if (/^['"=?@]/.test(text)) break;
    else head.push(text);
  }
  return head;
}

const unquoted = (text: string): string => (/^[`"]/.test(text) ? text.slice(1, -1) : text);

/** The names from there on, as they are listed or renamed. */
function namesIn(tokens: readonly string[], from: number): string {
  let at = from;
  while (before.test(tokens[at]?.toUpperCase() ?? '')) at += 1;
  const names: string[] = [];
  for (;;) {
    const name = nameAt(tokens, at);
    if (name.length === 0) break;
    names.push(name.map(unquoted).join(''));
    at += name.length;
    if (tokens[at] !== ',' && tokens[at]?.toUpperCase() !== 'TO') break;
    at += 1;
  }
  return names.join(', ');
}

/** The tokens of `schema.table`. */
function nameAt(tokens: readonly string[], at: number): string[] {
  const part = (token: string | undefined) => token !== undefined && /^[`\p{L}\p{N}_$]/u.test(token);
  if (!part(tokens[at]) || /^(SET|VALUES?|SELECT|WHERE)$/i.test(tokens[at] ?? '')) return [];
  return tokens[at + 1] === '.' && part(tokens[at + 2]) ? tokens.slice(at, at + 3) : tokens.slice(at, at + 1);
}
