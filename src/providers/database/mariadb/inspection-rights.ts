/** Global rights of MariaDB's accounts, with those that come by roles: information_schema shows no role's. */
import type { RightFacts } from '../../../domain/preflight/facts';
import type { Row } from '../wire/connection';
import { text } from '../wire/rows';

/** Bits of `access` in mysql.global_priv by sql/privilege.h of MariaDB 10.11 (2026-11); only rights that a rule asks for. */
const bits: Readonly<Record<string, bigint>> = {
  RELOAD: 6n,
  PROCESS: 8n,
  SUPER: 15n,
  'REPLICATION SLAVE': 19n,
  'BINLOG MONITOR': 20n,
  'CREATE USER': 25n,
  'SET USER': 30n,
  'CONNECTION ADMIN': 32n,
  'READ_ONLY ADMIN': 33n,
  'REPLICATION SLAVE ADMIN': 34n,
  'REPLICATION MASTER ADMIN': 35n,
  'BINLOG ADMIN': 36n,
  'BINLOG REPLAY': 37n,
  'SLAVE MONITOR': 38n,
};

/** The first version whose SUPER does not contain SET USER; an account that an older server made keeps it (10.11, 11.4, 2026-11). */
const setUserApart = 110_000;

/** Everybody has what this role has. */
const everybody = 'PUBLIC';

interface Users {
  shopUser: string;
  replicationUser: string;
}

export function rightsOf(
  [accounts = [], mapping = [], self = [], schema = [], records = [], readers = []]: Row[][],
  users: Users,
): RightFacts {
  const own = new Map(accounts.map((row) => [keyOf(row), accessOf(row)] as const));
  const rolesOf = (key: string) => mapping.filter((row) => keyOf(row) === key).map((row) => `${text(row, 'role')}@`);
  const held = (key: string, seen = new Set<string>()): bigint => {
    if (seen.has(key)) return 0n;
    seen.add(key);
    return rolesOf(key).reduce((access, role) => access | held(role, seen), own.get(key) ?? 0n);
  };
  const people = accounts.filter((row) => text(row, 'isRole') === '0');
  const of = (user: string) => people.filter((row) => text(row, 'user') === user).map(keyOf);
  const named = new Set(readers.map((row) => text(row, 'account')));
  const isNamed = (key: string, seen: readonly string[] = []): boolean =>
    named.has(key) || rolesOf(key).some((role) => !seen.includes(role) && isNamed(role, [...seen, role]));
  const mayRead = (key: string) => readsAll(held(key)) || isNamed(key);
  return {
    accounts: Object.fromEntries(people.map((row) => [keyOf(row), namesOf(held(keyOf(row)) | held(`${everybody}@`))])),
    users: {
      shop: of(users.shopUser),
      replication: of(users.replicationUser),
      runbook: self.map((row) => text(row, 'account')),
    },
    onSchema: schema.map((row) => text(row, 'held')),
    onRecords: records.map((row) => text(row, 'held')),
    readers: people.map(keyOf).filter((key) => mayRead(key) || mayRead(`${everybody}@`)),
  };
}

const bitOf = (right: keyof typeof bits): bigint => 1n << (bits[right] ?? 0n);

function accessOf(row: Row): bigint {
  const access = BigInt(text(row, 'access'));
  const hasBySuper = (access & bitOf('SUPER')) !== 0n && Number(text(row, 'madeBy')) < setUserApart;
  return hasBySuper ? access | bitOf('SET USER') : access;
}
const readsAll = (access: bigint): boolean => (access & 1n) !== 0n;

const keyOf = (row: Row): string => `${text(row, 'user')}@${text(row, 'host')}`;

const namesOf = (access: bigint): string[] => Object.keys(bits).filter((right) => (access & bitOf(right)) !== 0n);
