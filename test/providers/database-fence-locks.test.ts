/** Sessions of other accounts that hold locks in the way of a fence, on real servers. */
import { createConnection } from 'mysql2/promise';
import { attemptStep } from '../../src/activities/step/step';
import { fenceDatabase } from '../../src/activities/steps/fence-database';
import { freshPair, portsOf } from './fresh-pair';

const pair = freshPair();

beforeEach(async () => {
  await pair.a.sql(
    "CREATE USER erp@'%' IDENTIFIED BY 'erp'; GRANT ALL ON shop.* TO erp@'%'; GRANT RELOAD ON *.* TO erp@'%'",
  );
});

/** What a test typed itself may not have left the server yet. */
const ofTest = / of 'root' /;

/** Holds the lock until the server closes it. */
async function holding(lock: string, user = 'erp', password = 'erp') {
  const { host, port } = pair.a.options;
  const session = await createConnection({ host, port, user, password, database: 'shop', multipleStatements: true });
  session.on('error', () => undefined);
  await session.query(lock);
  return session;
}

/** A session of the account by which the other region follows, before it asks for the log. */
async function connecting(): Promise<void> {
  const { host, port } = pair.a.options;
  const login = { user: 'repl', password: 'secret-repl', ssl: { rejectUnauthorized: false } };
  (await createConnection({ host, port, ...login })).on('error', () => undefined);
}

test.each([
  'LOCK TABLES shop.orders WRITE',
  'LOCK TABLES shop.orders READ',
  'LOCK TABLES shop.handover_epoch WRITE',
  'FLUSH TABLES WITH READ LOCK',
])('one that sleeps with %s is closed by the fence', async (lock) => {
  const session = await holding(lock);
  await pair.a.database.fence(2);
  expect(await pair.a.database.state()).toMatchObject({ readOnly: true });
  await expect(session.query('SELECT 1')).rejects.toThrow();
});

test.each([
  'FLUSH TABLES WITH READ LOCK',
  'BACKUP STAGE START; BACKUP STAGE FLUSH; BACKUP STAGE BLOCK_DDL; BACKUP STAGE BLOCK_COMMIT',
])('a backup that holds %s keeps the fence from locking no account: it is closed in one attempt', async (lock) => {
  await pair.a
    .sql(`CREATE USER backup@'%' IDENTIFIED BY 'backup'; GRANT RELOAD, PROCESS, LOCK TABLES, SELECT ON *.* TO backup@'%';
    CREATE USER admin@'%' IDENTIFIED BY 'admin'; GRANT READ_ONLY ADMIN ON *.* TO admin@'%'`);
  const session = await holding(lock, 'backup', 'backup');
  const closed = await pair.a.database.fence(2);
  expect(closed).toContainEqual(expect.stringMatching(/^connection \d+ of 'backup' /));
  expect(await pair.a.database.exemptWriters()).toEqual([]);
  await expect(session.query('SELECT 1')).rejects.toThrow();
});

test('the fence names it, before the sessions of the shop, and no replica that is connecting', async () => {
  await holding('SELECT 1', 'shop', 'secret-shop');
  await connecting();
  await holding('LOCK TABLES shop.orders WRITE');
  const closed = await pair.a.database.fence(2);
  const named = closed.filter((holder) => !ofTest.test(holder));
  expect(named).toEqual([
    expect.stringMatching(/^connection \d+ of 'erp' \(Sleep, \d+ s\)$/),
    expect.stringMatching(/^connection \d+ of 'shop' \(Sleep, \d+ s\)$/),
  ]);
  expect(await pair.a.database.fence(2)).toEqual([]);
});

test('the step tells its run whom it closed', async () => {
  await holding('LOCK TABLES shop.orders WRITE');
  const told: string[] = [];
  const ports = portsOf(pair);
  const ctx = {
    ...{ site: 'lab', epoch: 2, key: 'k', facts: {}, progress: (sentence: string) => void told.push(sentence) },
    signal: AbortSignal.timeout(60_000),
  };
  const params = { region: 'A', peer: 'B', planned: true, unfenced: 'refuse' };
  await attemptStep(fenceDatabase, params, ports, ctx);
  expect(told).toContainEqual(
    expect.stringMatching(/^Closed, since a lock held up the fence: .*connection \d+ of 'erp' \(Sleep, \d+ s\)/),
  );
});
