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
}

/** `password` gives what follows IDENTIFIED BY. Whoever reads for people needs no more than the last account. */
export function grantsSql(names: AccountNames, password: (user: string) => string): string {
  return accountsOf(names)
    .map(({ purpose, user, host, encrypted, grants }) => {
      const account = `${quoted(user)}@${quoted(host)}`;
      const created = `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${password(user)}${encrypted ? ' REQUIRE SSL' : ''};`;
      const granted = grants.map(({ rights, on }) => `GRANT ${rights.join(', ')} ON ${on} TO ${account};`);
      return [`-- ${purpose}`, created, ...granted].join('\n');
    })
    .join('\n\n');
}

/** Reads the shop's rows and the records of a rejoin, and writes nothing. */
export const observer = 'observer';

function accountsOf({ schema, runbook, replication, shop, shopHost = 'localhost' }: AccountNames): Account[] {
  const own = `${identifier(schema)}.*`;
  const records = `${identifier(recordsSchema(schema))}.*`;
  const everywhere = { host: '%', encrypted: true };
  return [
    {
      purpose: "The runbook. Let the server's firewall admit only the workers and the other region.",
      user: runbook,
      ...everywhere,
      grants: [
        { rights: runbookRights.server, on: '*.*' },
        { rights: runbookRights.schema, on: own },
        { rights: runbookRights.records, on: records },
        { rights: runbookRights.system, on: 'mysql.*' },
      ],
    },
    {
      purpose: 'The other region, which follows this one.',
      user: replication,
      ...everywhere,
      grants: [{ rights: replicationRights, on: '*.*' }],
    },
    {
      purpose: `The shop: all of its own schema and nothing on *.*, since ${forbiddenToShop.join(' or ')} would let it write to a fenced region.`,
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
