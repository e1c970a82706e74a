/** The database accounts of a site and the rights that each needs: `npx handover grants` prints them, the preflight checks them, and the lab's users have them. */

/** On the whole server, as MariaDB 10.11 splits SUPER; still with it, for what is not split: stopping events, variables. */
const serverRights = [
  ...['REPLICATION SLAVE ADMIN', 'REPLICATION MASTER ADMIN', 'SLAVE MONITOR', 'BINLOG MONITOR', 'BINLOG ADMIN'],
  ...['READ_ONLY ADMIN', 'CONNECTION ADMIN', 'PROCESS', 'RELOAD', 'SUPER', 'SET USER', 'CREATE USER'],
] as const;

/** On the shop's schema: its rows and the runbook's own tables; ids that jump, events that are kept, definitions that are compared. */
const schemaRights = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP'],
  ...['TRIGGER', 'EVENT', 'SHOW VIEW'],
] as const;

/** On the schema of the records of a rejoin, which holds rows of customers and is for the runbook's user alone. */
const recordRights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP'] as const;

/** `schema` is the shop's. */
export const recordsSchema = (schema: string): string => `handover_${schema}`;

/** What the runbook's user must hold. On `system`, the schema mysql, it reads the accounts and their rights. */
export const runbookRights = {
  server: serverRights,
  schema: schemaRights,
  records: recordRights,
  system: ['SELECT'],
} as const;
export const replicationRights = ['REPLICATION SLAVE'] as const;
/** Either of them lets an account write to a fenced region. Before MariaDB 10.11 SUPER does too. */
export const forbiddenToShop = ['READ_ONLY ADMIN', 'SUPER'] as const;

/** As MySQL 8 splits SUPER. SYSTEM_USER is for sessions and events of accounts that have it themselves, such as root's. */
const mysqlServerRights = [
  ...['REPLICATION_SLAVE_ADMIN', 'SYSTEM_VARIABLES_ADMIN', 'CONNECTION_ADMIN', 'SYSTEM_USER', 'XA_RECOVER_ADMIN'],
  ...['REPLICATION CLIENT', 'REPLICATION SLAVE', 'PROCESS', 'RELOAD'],
] as const;
/** `offline_mode` of a fenced region closes the door to everybody without CONNECTION_ADMIN, also to the region that fetches its last transactions. */
const mysqlReplicationRights = ['REPLICATION SLAVE', 'CONNECTION_ADMIN'] as const;
/** Each lets an account lift a fence, or stay in a region that is fenced. */
const mysqlForbiddenToShop = ['SYSTEM_VARIABLES_ADMIN', 'CONNECTION_ADMIN', 'SUPER'] as const;

/** Which rights a kind of database knows. */
interface Rights {
  runbook: Readonly<Record<'server' | 'schema' | 'records' | 'system', readonly string[]>>;
  replication: readonly string[];
  forbiddenToShop: readonly string[];
  /** A right whose name depends on the version: what to type besides, for `account`. */
  byVersion?: (account: string) => readonly string[];
}

const rightsOf: Readonly<Record<'mariadb' | 'mysql', Rights>> = {
  mariadb: { runbook: runbookRights, replication: replicationRights, forbiddenToShop },
  mysql: {
    runbook: { server: mysqlServerRights, schema: schemaRights, records: recordRights, system: [] },
    replication: mysqlReplicationRights,
    forbiddenToShop: mysqlForbiddenToShop,
    // The server carries out such a comment from that version on.
    byVersion: (account) => [
      `/*!80200 GRANT SET_ANY_DEFINER ON *.* TO ${account} */;`,
      `-- On MySQL 8.0 and 8.1 in its place: GRANT SET_USER_ID ON *.* TO ${account};`,
    ],
  },
};
export type GrantsKind = keyof typeof rightsOf;

/** What the names of the accounts are, and how each proves who it is. */
export interface AccountNames {
  /** The shop's schema. */
  schema: string;
  runbook: string;
  replication: string;
  shop: string;
  /** Where the shop's user connects from: `localhost` by the socket. */
  shopHost?: string;
}

interface Account {
  /** What it is for, as a comment. */
  purpose: string;
  user: string;
  host: string;
  /** In what way it must connect: with TLS, unless it comes by the socket. */
  encrypted: boolean;
  /** Rights, and on what. */
  grants: readonly { rights: readonly string[]; on: string }[];
  byVersion?: Rights['byVersion'];
}

/** `password` gives what follows IDENTIFIED BY. Whoever reads for people needs no more than the last account. */
export function grantsSql(
  names: AccountNames,
  password: (user: string) => string,
  kind: GrantsKind = 'mariadb',
): string {
  return accountsOf(names, rightsOf[kind])
    .map(({ purpose, user, host, encrypted, grants, byVersion }) => {
      const account = `${quoted(user)}@${quoted(host)}`;
      const created = `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${password(user)}${encrypted ? ' REQUIRE SSL' : ''};`;
      const granted = grants
        .filter(({ rights }) => rights.length > 0)
        .map(({ rights, on }) => `GRANT ${rights.join(', ')} ON ${on} TO ${account};`);
      return [`-- ${purpose}`, created, ...granted, ...(byVersion?.(account) ?? [])].join('\n');
    })
    .join('\n\n');
}

/** Reads the shop's rows and the records of a rejoin, and writes nothing. */
export const observer = 'observer';

function accountsOf(names: AccountNames, rights: Rights): Account[] {
  const { schema, runbook, replication, shop, shopHost = 'localhost' } = names;
  const own = `${identifier(schema)}.*`;
  const records = `${identifier(recordsSchema(schema))}.*`;
  const everywhere = { host: '%', encrypted: true };
  return [
    {
      purpose: "The runbook. Let the server's firewall admit only the workers and the other region.",
      user: runbook,
      ...everywhere,
      grants: [
        { rights: rights.runbook.server, on: '*.*' },
        { rights: rights.runbook.schema, on: own },
        { rights: rights.runbook.records, on: records },
        { rights: rights.runbook.system, on: 'mysql.*' },
      ],
      ...(rights.byVersion && { byVersion: rights.byVersion }),
    },
    {
      purpose: 'The other region, which follows this one.',
      user: replication,
      ...everywhere,
      grants: [{ rights: rights.replication, on: '*.*' }],
    },
    {
      purpose: `The shop: all of its own schema and nothing on *.*, since ${rights.forbiddenToShop.join(' or ')} would let it write to a fenced region.`,
      user: shop,
      host: shopHost,
      encrypted: shopHost !== 'localhost',
      grants: [{ rights: ['ALL PRIVILEGES'], on: own }],
    },
    {
      purpose: 'Optional: a person who reads what a rejoin left to people, with the rows of both regions.',
      user: observer,
      ...everywhere,
      grants: [own, records].map((on) => ({ rights: ['SELECT'], on })),
    },
  ];
}

/** What a server without that grant is to be told; `schema` is the shop's. */
export const grantOnRecords = (schema: string, user: string): string =>
  `GRANT ${recordRights.join(', ')} ON ${identifier(recordsSchema(schema))}.* TO ${quoted(user)}@'%';`;

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** In a GRANT `_` and `%` stand for other characters. */
const identifier = (schema: string): string => `\`${schema.replaceAll('`', '``').replace(/[_%]/g, '\\$&')}\``;
