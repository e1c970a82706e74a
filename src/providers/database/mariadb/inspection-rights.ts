/** Global rights of MariaDB's accounts, with those that come by roles: information_schema shows no role's. */
import type { RightFacts } from '../../../domain/preflight/facts';
import type { Row } from './connection';
import { text } from './rows';

/** Bits of `access` in mysql.global_priv by sql/privilege.h of MariaDB 10.11 (2026-11); only rights that a rule asks for. */
const bits: Readonly<Record<string, bigint>> = {
  RELOAD: 6n,
  PROCESS: 8n,
  SUPER: 15n,
  'REPLICATION SLAVE': 19n,
  'BINLOG MONITOR': 20n,
  'CREATE USER': 25n,
  'CONNECTION ADMIN': 32n,
  'READ_ONLY ADMIN': 33n,
  'REPLICATION SLAVE ADMIN': 34n,
  'REPLICATION MASTER ADMIN': 35n,
  'BINLOG ADMIN': 36n,
  'BINLOG REPLAY': 37n,
  'SLAVE MONITOR': 38n,
};

/** Everybody has what this role has. */
const everybody = 'PUBLIC';

interface Users {
  shopUser: string;
  replicationUser: string;
}

export function rightsOf([accounts = [], mapping = [], self = [], schema = []]: Row[][], users: Users): RightFacts {
  const own = new Map(accounts.map((row) => [keyOf(row), BigInt(text(row, 'access'))] as const));
  const rolesOf = (key: string) => mapping.filter((row) => keyOf(row) === key).map((row) => `${text(row, 'role')}@`);
  const held = (key: string, seen = new Set<string>()): bigint => {
    if (seen.has(key)) return 0n;
    seen.add(key);
    return rolesOf(key).reduce((access, role) => access | held(role, seen), own.get(key) ?? 0n);
  };
  const people = accounts.filter((row) => text(row, 'isRole') === '0');
  const of = (user: string) => people.filter((row) => text(row, 'user') === user).map(keyOf);
  return {
    accounts: Object.fromEntries(people.map((row) => [keyOf(row), namesOf(held(keyOf(row)) | held(`${everybody}@`))])),
    users: {
      shop: of(users.shopUser),
      replication: of(users.replicationUser),
      runbook: self.map((row) => text(row, 'account')),
    },
    onSchema: schema.map((row) => text(row, 'held')),
  };
}

const keyOf = (row: Row): string => `${text(row, 'user')}@${text(row, 'host')}`;

const namesOf = (access: bigint): string[] =>
  Object.entries(bits)
    .filter(([, bit]) => (access & (1n << bit)) !== 0n)
    .map(([name]) => name);
