import Redis from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Cut } from '../network/firewall';
import { regionNames, type RegionName } from '../network/places';
import type { Faults, TableMode } from './faults';
import type { ProcessState } from './process';
import type { Supervisor } from './supervisor';

export interface DatabaseStatus {
  reachable: boolean;
  because?: string;
  writable?: boolean;
  /** Last transaction in the binlog, own or replicated. */
  gtid?: string;
  epoch?: number;
  /** Absent on a server that is not a replica. */
  replica?: { io: string; sql: string; lag: number | null; error: string };
}

export interface SessionsStatus {
  reachable: boolean;
  because?: string;
  role?: string;
  link?: string;
}

export interface LabStatus {
  ready: boolean;
  startedAt: string;
  cuts: Cut[];
  paused: RegionName[];
  tables: { region: RegionName; mode: TableMode }[];
  /** A plain shop has no session store. */
  regions: Record<RegionName, { database: DatabaseStatus; sessions?: SessionsStatus }>;
  processes: ProcessState[];
}

const timeoutMs = 2000;

/** The state of the lab now; a server that does not answer within 2 s is unreachable, not an error. */
export async function readStatus(
  supervisor: Supervisor,
  faults: Faults,
  startedAt: Date,
  redisPassword: string | undefined,
): Promise<LabStatus> {
  const [A, B] = await Promise.all(
    regionNames.map(async (region) => {
      const [database, sessions] = await Promise.all([
        readDatabase(region),
        redisPassword === undefined ? undefined : readSessions(region, redisPassword),
      ]);
      return { database, ...(sessions && { sessions }) };
    }),
  );
  if (!A || !B) throw new Error('there are two regions');
  return {
    ready: true,
    startedAt: startedAt.toISOString(),
    cuts: faults.cuts,
    paused: [...faults.paused],
    tables: [...faults.tables].map(([region, mode]) => ({ region, mode })),
    regions: { A, B },
    processes: supervisor.describe(),
  };
}

async function readDatabase(region: RegionName): Promise<DatabaseStatus> {
  try {
    const connection = await createConnection({
      socketPath: `/mnt/${region}/run/mariadb.sock`,
      user: 'root',
      connectTimeout: timeoutMs,
      // The server authenticates by the uid of the socket's other end; there is nothing to send.
      authPlugins: { unix_socket: () => () => Buffer.alloc(0) },
    });
    // A paused server accepts the connection and never answers.
    const watchdog = setTimeout(() => connection.destroy(), timeoutMs);
    try {
      return await within(timeoutMs, describeDatabase(connection));
    } finally {
      clearTimeout(watchdog);
      connection.destroy();
    }
  } catch (error) {
    return { reachable: false, because: messageOf(error) };
  }
}

async function describeDatabase(connection: Awaited<ReturnType<typeof createConnection>>): Promise<DatabaseStatus> {
  const one = async (sql: string) => (await connection.query<RowDataPacket[]>(sql))[0][0];
  const version: unknown = (await one('SELECT @@version AS version'))?.['version'];
  const gtid = isMariadb(version) ? '@@gtid_binlog_pos' : '@@gtid_executed';
  const server = await one(`SELECT @@read_only AS readOnly, ${gtid} AS gtid`);
  const replica = await one('SHOW REPLICA STATUS');
  const epoch = await one('SELECT epoch FROM shop.handover_epoch LIMIT 1').catch(() => undefined);
  return {
    reachable: true,
    writable: server?.['readOnly'] === 0,
    gtid: String(server?.['gtid']),
    ...(epoch ? { epoch: Number(epoch['epoch']) } : {}),
    ...(replica ? { replica: describeReplica(replica) } : {}),
  };
}

const isMariadb = (version: unknown): boolean => /MariaDB/i.test(String(version));

/** MySQL has other words for the same columns. */
function describeReplica(row: RowDataPacket): NonNullable<DatabaseStatus['replica']> {
  const lag: unknown = row['Seconds_Behind_Master'] ?? row['Seconds_Behind_Source'];
  return {
    io: String(row['Slave_IO_Running'] ?? row['Replica_IO_Running']),
    sql: String(row['Slave_SQL_Running'] ?? row['Replica_SQL_Running']),
    lag: lag === null || lag === undefined ? null : Number(lag),
    error: [row['Last_IO_Error'], row['Last_SQL_Error']].map(String).filter(Boolean).join('; '),
  };
}

async function readSessions(region: RegionName, password: string): Promise<SessionsStatus> {
  const redis = new Redis(`/mnt/${region}/run/redis.sock`, {
    password,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined);
  try {
    const info = await within(
      timeoutMs,
      redis.connect().then(() => redis.info('replication')),
    );
    const role = /^role:(\w+)/m.exec(info)?.[1] === 'master' ? 'primary' : 'replica';
    const link = /^master_link_status:(\w+)/m.exec(info)?.[1];
    return { reachable: true, role, ...(link ? { link } : {}) };
  } catch (error) {
    return { reachable: false, because: messageOf(error) };
  } finally {
    redis.disconnect();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
