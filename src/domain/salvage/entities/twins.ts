/** What both regions made under two numbers: an account of one e-mail address, a customer of the analytics, a group of actions. */
import { shown, type Row } from '../transaction';
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
  return { users, groups, lookups, orders: new Map() };
}

function newRows(theirs: Fold, tables: ShopTables) {
  const found: Record<'users' | 'groups' | 'lookups', Row[]> = { users: [], groups: [], lookups: [] };
  const where: Readonly<Record<string, keyof typeof found>> = {
    users: 'users',
    actionscheduler_groups: 'groups',
    wc_customer_lookup: 'lookups',
  };
  for (const { table, before, after } of theirs.nets()) {
    const list = where[tables.bare(table)];
    if (list !== undefined && !before && after) found[list].push(after);
  }
  return found;
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
