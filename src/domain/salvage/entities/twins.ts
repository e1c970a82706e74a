/** What both regions made under two numbers: an account of one e-mail address, a customer of the analytics, a group of actions, a term. */
import { sameValue, shown, type Row } from '../transaction';
import type { Fold } from './fold';
import type { Look, Twins } from './scene';
import type { ShopTables } from './tables';

type Fetch = (looks: readonly Look[]) => Promise<(readonly Row[])[]>;

/** Looks up the primary's rows for what is new in the deposed region. */
export async function twinsOf(theirs: Fold, tables: ShopTables, fetch: Fetch): Promise<Twins> {
  const fresh = newRows(theirs, tables);
  const users = await paired(
    fresh.users,
    'ID',
    (row) => ({ user_email: row['user_email'] ?? null }),
    tables.named('users'),
    fetch,
  );
  const groups = await paired(
    fresh.groups,
    'group_id',
    (row) => ({ slug: row['slug'] ?? null }),
    tables.named('actionscheduler_groups'),
    fetch,
  );
  const lookups = await paired(
    fresh.lookups,
    'customer_id',
    (row) => lookupOf(row, users),
    tables.named('wc_customer_lookup'),
    fetch,
  );
  return { users, groups, lookups, orders: new Map(), ...(await termTwins(fresh, tables, fetch)) };
}

type Fresh = Record<'users' | 'groups' | 'lookups' | 'terms' | 'taxonomies', Row[]>;

function newRows(theirs: Fold, tables: ShopTables): Fresh {
  const found: Fresh = { users: [], groups: [], lookups: [], terms: [], taxonomies: [] };
  const where: Readonly<Record<string, keyof typeof found>> = {
    users: 'users',
    actionscheduler_groups: 'groups',
    wc_customer_lookup: 'lookups',
    terms: 'terms',
    term_taxonomy: 'taxonomies',
  };
  for (const { table, before, after } of theirs.nets()) {
    const list = where[tables.bare(table)];
    if (list !== undefined && !before && after) found[list].push(after);
  }
  return found;
}

/** A term is its name in addresses and what it is a term of; names of other taxonomies are other terms. */
async function termTwins(fresh: Fresh, tables: ShopTables, fetch: Fetch) {
  const [terms, taxonomies] = [new Map<string, string>(), new Map<string, string>()];
  const slugs = new Map(fresh.terms.map((row) => [shown(row['term_id']), row['slug'] ?? '']));
  const own = fresh.taxonomies.flatMap((taxonomy) => {
    const slug = slugs.get(shown(taxonomy['term_id'])) ?? '';
    return slug === '' ? [] : [{ taxonomy, slug }];
  });
  const named = await fetch(own.map(({ slug }) => ({ table: tables.named('terms'), where: { slug } })));
  const candidates = own.flatMap(({ taxonomy }, at) => (named[at] ?? []).map((row) => ({ taxonomy, row })));
  const found = await fetch(
    candidates.map(({ taxonomy, row }) => ({
      table: tables.named('term_taxonomy'),
      where: { term_id: row['term_id'] ?? null, taxonomy: taxonomy['taxonomy'] ?? null },
    })),
  );
  candidates.forEach(({ taxonomy }, at) => {
    const [other] = found[at] ?? [];
    if (!other || sameValue(other['term_id'], taxonomy['term_id'])) return;
    terms.set(shown(taxonomy['term_id']), shown(other['term_id']));
    taxonomies.set(shown(taxonomy['term_taxonomy_id']), shown(other['term_taxonomy_id']));
  });
  return { terms, taxonomies };
}

/** A customer with an account is found by the account, a guest by the address. */
function lookupOf(row: Row, users: ReadonlyMap<string, string>): Row {
  const user = row['user_id'];
  if (typeof user === 'string' && user !== '0') return { user_id: users.get(user) ?? user };
  return { email: row['email'] ?? null, user_id: null };
}

async function paired(
  rows: readonly Row[],
  id: string,
  whereOf: (row: Row) => Row,
  table: string,
  fetch: Fetch,
): Promise<Map<string, string>> {
  const pairs = new Map<string, string>();
  const named = rows.filter((row) => Object.values(whereOf(row)).some((value) => value !== null && value !== ''));
  const found = await fetch(named.map((row) => ({ table, where: whereOf(row) })));
  named.forEach((row, index) => {
    const [other] = found[index] ?? [];
    const [own, theirs] = [shown(row[id]), other && shown(other[id])];
    if (theirs !== undefined && own !== theirs) pairs.set(own, theirs);
  });
  return pairs;
}
