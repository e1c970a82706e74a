/**
 * Which definitions information_schema keeps from the runbook's user. It lists only what a user has a right to, without an error, so a list
 * that lacks rows looks like a schema that has none. Tried on MariaDB 10.11, 2026-11.
 */
import { textOf } from './comparing-chunks';
import type { Row } from '../wire/connection';
import { identifier } from './shapes';

/** Two result sets: the account as a statement names it, and its grants with those of its roles and of PUBLIC. */
export const rightsQuery = `SELECT CONCAT(QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@', QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1))) AS account;
  SET SESSION sql_quote_show_create = 1; SHOW GRANTS`;

/** What lists every definition of these kinds. */
interface Need {
  kinds: readonly string[];
  /** As a sentence says it. */
  what: string;
  right: string;
  met: (rights: Rights, schema: string) => boolean;
}

const needs: readonly Need[] = [
  {
    kinds: ['trigger'],
    what: 'all triggers',
    right: 'TRIGGER',
    met: (rights, schema) => rights(schema).has('TRIGGER'),
  },
  { kinds: ['event'], what: 'all events', right: 'EVENT', met: (rights, schema) => rights(schema).has('EVENT') },
  { kinds: ['view'], what: 'all views', right: 'SHOW VIEW', met: (rights, schema) => rights(schema).has('SHOW VIEW') },
  {
    kinds: ['procedure', 'function', 'package', 'package body'],
    what: 'all routines',
    right: 'EXECUTE',
    met: (rights, schema) => rights(schema).has('EXECUTE') || rights('mysql').has('SELECT'),
  },
  {
    // Any right but SELECT shows them; this one allows nothing else.
    kinds: ['foreign key'],
    what: 'all foreign keys',
    right: 'REFERENCES',
    met: (rights, schema) => [...rights(schema)].some((right) => right !== 'SELECT'),
  },
];

/** Names of the rights on the whole schema. */
type Rights = (schema: string) => ReadonlySet<string>;

export interface Unshown {
  kinds: readonly string[];
  what: string;
  right: string;
  account: string;
}

/** Kinds of which this server may keep definitions back, and the right that would show them. */
export function unshownKinds([accounts = [], grants = []]: Row[][], schema: string): Unshown[] {
  const account = textOf(accounts[0], 'account');
  const rights = rightsIn(grants.map((row) => String(Object.values(row)[0])));
  return needs
    .filter(({ met }) => !met(rights, schema))
    .map(({ kinds, what, right }) => ({ kinds, what, right, account }));
}

/** The kinds that one of the servers may keep back, and what to say of them with the statement that shows them. */
export function unshownDefinitions(
  regions: readonly string[],
  unshown: readonly Unshown[][],
  schema: string,
): { kinds: ReadonlySet<string>; because: Record<string, string> } {
  const because: Record<string, string> = {};
  const found = unshown.flat();
  for (const { what, right, account } of found) {
    const where = regions.filter((_, index) => unshown[index]?.some((each) => each.what === what));
    because[what] =
      `${account} lacks ${right} on ${schema} in ${where.join(' and ')}; type there: GRANT ${right} ON ${identifier(schema)}.* TO ${account}`;
  }
  return { kinds: new Set(found.flatMap(({ kinds }) => kinds)), because };
}

interface Grant {
  /** A pattern as LIKE has it; `*` stands for every schema. */
  on: string;
  rights: string[];
  to: string;
}

/** Grants on single tables, columns and routines are left out: they show a part. */
const grantOn =
  /^GRANT (?<rights>[A-Z ,]+) ON (?:(?<every>\*)|`(?<schema>(?:[^`]|``)*)`)\.\* TO (?<to>`.*?`(?:@`.*?`)?|PUBLIC)/;

const everyRight = ['SELECT', 'TRIGGER', 'EVENT', 'SHOW VIEW', 'EXECUTE', 'REFERENCES'];

function rightsIn(lines: readonly string[]): Rights {
  const grants = lines.flatMap((line): Grant[] => {
    const { rights = '', every, schema = '', to = '' } = grantOn.exec(line)?.groups ?? {};
    const names = rights.split(', ').filter((name) => name !== '' && name !== 'USAGE');
    const all = names.includes('ALL PRIVILEGES') ? everyRight : names;
    return to === '' ? [] : [{ on: every ?? schema.replaceAll('``', '`'), rights: all, to }];
  });
  return (schema) => {
    const own = [...new Set(grants.map(({ to }) => to))].map((to) => grants.filter((grant) => grant.to === to));
    return new Set(own.flatMap((each) => [...ofEverySchema(each), ...ofSchema(each, schema)]));
  };
}

const ofEverySchema = (grants: readonly Grant[]): string[] =>
  grants.filter(({ on }) => on === '*').flatMap(({ rights }) => rights);

/** Of several grants whose pattern fits, the server takes one: the name itself before any pattern. Which of several patterns is not guessed. */
function ofSchema(grants: readonly Grant[], schema: string): string[] {
  const fitting = grants.filter(({ on }) => on !== '*' && patternOf(on).test(schema));
  const itself = fitting.find(({ on }) => on.replace(/\\([_%])/g, '$1') === schema);
  const [first, ...others] = itself ? [itself] : fitting;
  return first?.rights.filter((right) => others.every(({ rights }) => rights.includes(right))) ?? [];
}

const patternOf = (like: string): RegExp =>
  new RegExp(
    `^${like.replace(
      /\\([_%])|[_%]|[\\^$.*+?()[\]{}|]/g,
      (found, escaped?: string) => escaped ?? (found === '_' ? '.' : found === '%' ? '.*' : `\\${found}`),
    )}$`,
  );
