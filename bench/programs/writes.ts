/**
 * Writes to both databases as fast as one connection per region allows, with the shop's user, and prints a line of JSON when another region
 * starts to accept writes. Runs in the lab's namespace `world` until SIGTERM. Its table does not use InnoDB: the runbook recognizes an open
 * checkout by its InnoDB transaction, and must not wait for this program.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';

const regions = ['A', 'B'] as const;
type Region = (typeof regions)[number];
const pauseMs = 2;

/** An accepted write, on the clock of this process. */
interface Accepted {
  region: Region;
  at: number;
}

let ended = false;
let last: Accepted | undefined;

function accepted(region: Region): void {
  const at = performance.now();
  if (last && last.region !== region) {
    console.log(JSON.stringify({ at: new Date().toISOString(), from: last.region, to: region, gapMs: at - last.at }));
  }
  last = { region, at };
}

async function open(region: Region): Promise<Connection> {
  const password = (await readFile('/mnt/secrets/db-shop', 'utf8')).trim();
  const connection = await createConnection({
    socketPath: `/mnt/${region}/run/mariadb.sock`,
    user: 'shop',
    password,
    database: 'shop',
  });
  // A fence closes the shop's sessions; the next statement then fails and is handled there.
  connection.on('error', () => undefined);
  return connection;
}

/** Writes to one region until the end; a closed connection is opened again at once. */
async function write(region: Region): Promise<void> {
  let connection: Connection | undefined;
  while (!ended) {
    try {
      connection ??= await open(region);
      await connection.query('UPDATE bench_writes SET n = n + 1 WHERE id = 1');
      accepted(region);
    } catch (error) {
      if (!isReadOnly(error)) {
        connection?.destroy();
        connection = undefined;
      }
    }
    await delay(pauseMs);
  }
  connection?.destroy();
}

const isReadOnly = (error: unknown): boolean =>
  error instanceof Error && 'errno' in error && (error.errno === 1290 || error.errno === 1792);

/** Runs SQL on the region that accepts it. */
async function onPrimary(...statements: string[]): Promise<void> {
  for (const region of regions) {
    const connection = await open(region);
    try {
      for (const statement of statements) await connection.query(statement);
      return;
    } catch (error) {
      if (!isReadOnly(error)) throw error;
    } finally {
      connection.destroy();
    }
  }
  throw new Error('neither database accepts a write');
}

async function main(): Promise<void> {
  const stopped = new Promise<void>((resolve) => process.once('SIGTERM', resolve));
  await onPrimary(
    'CREATE TABLE IF NOT EXISTS bench_writes (id INT PRIMARY KEY, n BIGINT NOT NULL) ENGINE=Aria',
    'REPLACE INTO bench_writes VALUES (1, 0)',
  );
  const writers = regions.map(write);
  await stopped;
  ended = true;
  await Promise.all(writers);
  await onPrimary('DROP TABLE bench_writes');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
