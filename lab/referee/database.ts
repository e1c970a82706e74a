import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseObjects, Region, DatabaseState } from './evidence';

const CONNECT_MS = 3000;
const QUERY_MS = 20_000;

/**
 * The user `referee` at one region's database. A fence closes the sessions of every client, so one that was closed is opened again for the next
 * question, unless a snapshot went with it. A query that exceeds its time limit closes the session.
 */
export class Database {
  readonly region: Region;
  private readonly open: () => Promise<Connection>;
  private connection: Connection;
  private closed = false;
  private inSnapshot = false;

  private constructor(region: Region, open: () => Promise<Connection>, connection: Connection) {
    this.region = region;
    this.open = open;
    this.connection = connection;
    this.watch();
  }

  /** Connects by TLS, trusting only the lab's CA. Rejects when the server does not answer within 3 s. */
  static async connect(lab: string, region: Region, address: string, port = 3306): Promise<Database> {
    const open = () => session(lab, address, port);
    return new Database(region, open, await open());
  }

  private watch(): void {
    const { connection } = this;
    for (const event of ['error', 'end']) connection.on(event, () => (this.closed ||= connection === this.connection));
  }

  private async current(): Promise<Connection> {
    if (!this.closed) return this.connection;
    if (this.inSnapshot) throw new Error(`The database of ${this.region} closed the session of a snapshot`);
    this.connection = await this.open();
    this.closed = false;
    this.watch();
    return this.connection;
  }

  async rows<T>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const connection = await this.current();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        connection.destroy();
        reject(new Error(`The database of ${this.region} did not answer a query within ${QUERY_MS / 1000} s`));
      }, QUERY_MS);
    });
    try {
      const [rows] = await Promise.race([connection.query<RowDataPacket[]>(sql, [...values]), late]);
      return rows as T[];
    } finally {
      clearTimeout(timer);
    }
  }

  async row<T>(sql: string, values: readonly unknown[] = []): Promise<T> {
    const [row] = await this.rows<T>(sql, values);
    if (row === undefined) throw new Error(`The database of ${this.region} returned no row for: ${sql}`);
    return row;
  }

  /** From now on all queries read one snapshot of this database. */
  async openSnapshot(): Promise<void> {
    await this.rows('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    this.inSnapshot = true;
  }

  close(): void {
    this.connection.destroy();
  }
}

async function session(lab: string, address: string, port: number): Promise<Connection> {
  const [ca, password] = await Promise.all([
    readFile(join(lab, 'ca/ca.crt'), 'utf8'),
    readFile(join(lab, 'secrets/db-referee'), 'utf8'),
  ]);
  const connection = await createConnection({
    host: address,
    port,
    user: 'referee',
    password: password.trim(),
    database: 'shop',
    ssl: { ca },
    connectTimeout: CONNECT_MS,
    dateStrings: true,
    supportBigNumbers: true,
  });
  await connection.query("SET SESSION time_zone = '+00:00'");
  // MySQL remembers what it says of tables for a day; MariaDB skips such a comment.
  await connection.query('/*!80000 SET SESSION information_schema_stats_expiry = 0 */');
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  return connection;
}

export async function stateOf(database: Database): Promise<DatabaseState> {
  const { readOnly } = await database.row<{ readOnly: number }>('SELECT @@global.read_only AS readOnly');
  const { epoch, primary } = await database.row<{ epoch: number; primary: string }>(
    'SELECT epoch, region AS `primary` FROM handover_epoch',
  );
  return { region: database.region, writable: readOnly === 0, epoch, primary };
}

/** In hexadecimal. MySQL 9.7 has MD5() no longer, unless a component brings it. */
export const digest = (bytes: string): string => `LEFT(SHA2(${bytes}, 256), 32)`;

/** The other kind is MySQL. */
export async function isMariadb(database: Database): Promise<boolean> {
  const { version } = await database.row<{ version: string }>('SELECT @@version AS version');
  return /MariaDB/i.test(version);
}

/** What this database has besides rows. A trigger is seen only with the right TRIGGER, so an account without it would report none. */
export async function objectsOf(database: Database): Promise<DatabaseObjects> {
  const names = async (sql: string) => (await database.rows<{ name: string }>(sql)).map(({ name }) => name);
  const { events, accounts } = (await isMariadb(database)) ? ofMariadb : ofMysql;
  const { table, title, schema, body } = events;
  return {
    triggers: await names(
      `SELECT CONCAT(trigger_name, ': ', ${digest("CONCAT_WS(' ', event_manipulation, event_object_table, action_timing, action_statement, definer)")}) AS name FROM information_schema.triggers WHERE trigger_schema = 'shop' ORDER BY trigger_name`,
    ),
    events: await names(
      `SELECT CONCAT(${title}, ': ', ${digest(`CONCAT_WS(' ', ${body}, definer, interval_value, interval_field)`)}) AS name FROM ${table} WHERE ${schema} = 'shop' ORDER BY ${title}`,
    ),
    accounts: await names(accounts),
    enabledEvents: await names(
      `SELECT ${title} AS name FROM ${table} WHERE ${schema} = 'shop' AND status = 'ENABLED' AND @@global.event_scheduler = 'ON' ORDER BY ${title}`,
    ),
  };
}

const ofMariadb = {
  events: { table: 'mysql.event', title: 'name', schema: 'db', body: 'body' },
  accounts: `SELECT CONCAT(user, '@', host, ': ', ${digest("JSON_REMOVE(priv, '$.authentication_string', '$.password_last_changed', '$.account_locked')")}) AS name
       FROM mysql.global_priv WHERE user <> '' ORDER BY user, host`,
};

/** Accounts with their rights on the whole server and on schemas; those that the server makes itself are equal anyway. */
const held = (from: string, what: string): string =>
  `(SELECT GROUP_CONCAT(${what} ORDER BY ${what}) FROM information_schema.${from} g WHERE g.grantee = CONCAT(QUOTE(u.user), '@', QUOTE(u.host)))`;

const ofMysql = {
  events: { table: 'information_schema.events', title: 'event_name', schema: 'event_schema', body: 'event_definition' },
  accounts: `SELECT CONCAT(u.user, '@', u.host, ': ', ${digest(
    `CONCAT_WS(' ', u.plugin, u.ssl_type, ${held('user_privileges', 'privilege_type')}, ${held('schema_privileges', "CONCAT(table_schema, ' ', privilege_type)")})`,
  )}) AS name FROM mysql.user u WHERE u.user <> '' ORDER BY u.user, u.host`,
};
