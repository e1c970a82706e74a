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

/** `ALTER TABLE wp_posts`, `INSERT INTO shop.wp_wc_orders`, `CREATE USER`; "a statement" where its verb is none that is known here. */
export function summaryOf(statement: string): string {
  const tokens = tokensOf(statement);
  const verb = tokens[0]?.toUpperCase() ?? '';
  if (!verbs.test(verb)) return 'a statement';
  if (verb === 'LOAD') return 'LOAD DATA';
  if (changesRows.test(verb)) return [verb, prepositions[verb] ?? '', namesIn(tokens, 1)].filter(Boolean).join(' ');
  const at = tokens.findIndex((token) => objects.test(token.toUpperCase()));
  const object = tokens[at]?.toUpperCase() ?? '';
  if (at < 0 && verb !== 'TRUNCATE') return verb;
  const isOn = object === 'INDEX' || object === 'TRIGGER';
  const on = tokens.findIndex((token) => token.toUpperCase() === 'ON');
  const names = nameless.test(object) || (isOn && on < 0) ? '' : namesIn(tokens, isOn ? on + 1 : Math.max(at, 0) + 1);
  return [verb, object || 'TABLE', ...(isOn && names !== '' ? ['ON'] : []), names].filter(Boolean).join(' ');
}

const prepositions: Readonly<Record<string, string>> = {
  INSERT: 'INTO',
  REPLACE: 'INTO',
  DELETE: 'FROM',
};

/** Words, quoted names and separators up to the first text or value; comments are left out. */
function tokensOf(statement: string): string[] {
  const bare = statement.replace(/^(\s|\/\*[^]*?\*\/|(--\s|#)[^\n]*(\n|$))+/, '');
  const [head = ''] = bare.replace(/\b(ALGORITHM|DEFINER)\s*=\s*\S+/gi, '').split(/['"=?@]|\/\*|--\s|#/, 1);
  return head.match(/`(?:[^`]|``)*`|[\p{L}\p{N}_$]+|[.,();*]/gu) ?? [];
}

/** The names from there on, as they are listed or renamed. */
function namesIn(tokens: readonly string[], from: number): string {
  let at = from;
  while (before.test(tokens[at]?.toUpperCase() ?? '')) at += 1;
  const names: string[] = [];
  for (;;) {
    const name = nameAt(tokens, at);
    if (name.length === 0) break;
    names.push(name.map((part) => part.replace(/^`([^]*)`$/, '$1')).join(''));
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
