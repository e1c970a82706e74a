/**
 * Writes to both databases as fast as one connection a side allows, as the shop's own user, and prints a line of JSON for each change of
 * the side that accepts. Runs in the lab's world until SIGTERM. Its table is no InnoDB table: a checkout in flight is told by its
 * InnoDB transaction, and the instrument must not look like one and make the runbook wait for it.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';

const sides = ['A', 'B'] as const;
type Side = (typeof sides)[number];
const pauseMs = 2;

/** A write that one side accepted, on the clock of this process. */
interface Accepted {
  side: Side;
  at: number;
}

let ended = false;
let last: Accepted | undefined;

function accepted(side: Side): void {
  const at = performance.now();
  if (last && last.side !== side) {
    console.log(JSON.stringify({ at: new Date().toISOString(), from: last.side, to: side, gapMs: at - last.at }));
  }
  last = { side, at };
}

async function open(side: Side): Promise<Connection> {
  const password = (await readFile('/mnt/secrets/db-shop', 'utf8')).trim();
  const connection = await createConnection({
    socketPath: `/mnt/${side}/run/mariadb.sock`,
    user: 'shop',
    password,
    database: 'shop',
  });
  // A fence closes the shop's sessions; the statement that meets it is what fails.
  connection.on('error', () => undefined);
  return connection;
}

/** One side's endless attempts; a closed connection is opened again at once. */
async function write(side: Side): Promise<void> {
  let connection: Connection | undefined;
  while (!ended) {
    try {
      connection ??= await open(side);
      await connection.query('UPDATE bench_writes SET n = n + 1 WHERE id = 1');
      accepted(side);
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

/** Runs SQL on whichever side accepts it. */
async function onPrimary(...statements: string[]): Promise<void> {
  for (const side of sides) {
    const connection = await open(side);
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
  const asked = new Promise<void>((resolve) => process.once('SIGTERM', resolve));
  await onPrimary(
    'CREATE TABLE IF NOT EXISTS bench_writes (id INT PRIMARY KEY, n BIGINT NOT NULL) ENGINE=Aria',
    'REPLACE INTO bench_writes VALUES (1, 0)',
  );
  const writers = sides.map(write);
  await asked;
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
