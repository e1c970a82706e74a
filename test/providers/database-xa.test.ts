/** Transactions that somebody prepared with XA PREPARE: no session holds them, and their rows stay locked until a person ends them. */
import { createConnection } from 'mysql2/promise';
import { attemptStep } from '../../src/activities/step/step';
import { drainDatabase } from '../../src/activities/steps/drain-database';
import { fenceDatabase } from '../../src/activities/steps/fence-database';
import { promoteDatabase } from '../../src/activities/steps/promote-database';
import { until } from '../../lab/loopback/until';
import { freshPair, portsOf } from './fresh-pair';

const pair = freshPair();

beforeEach(async () => {
  await pair.a.sql('CREATE TABLE shop.notes (id INT PRIMARY KEY, note VARCHAR(20))');
  await pair.a.sql("INSERT INTO shop.orders (id, note) VALUES (1, 'x'); INSERT INTO shop.notes VALUES (1, 'x')");
});

/** The shop prepares `id`, which changes a row of `table`, and goes away; B has it too. */
async function prepared(id: string, table: 'orders' | 'notes') {
  const { host, port } = pair.a.options;
  const login = { host, port, user: 'shop', password: 'secret-shop', database: 'shop', multipleStatements: true };
  const shop = await createConnection(login);
  await shop.query(`XA START ${id}; UPDATE ${table} SET note = 'xa' WHERE id = 1; XA END ${id}; XA PREPARE ${id}`);
  shop.destroy();
  await pair.b.database.waitFor((await pair.a.database.state()).position, 10_000);
}
const named = /the prepared XA transaction 'x' \(XA COMMIT 'x' or XA ROLLBACK 'x'\)/;
const order = { epoch: 2, region: 'B', idGap: 1000 };

function trying(step: Parameters<typeof attemptStep>[0], params: object) {
  const ports = portsOf(pair);
  const ctx = {
    ...{ site: 'lab', epoch: 2, key: 'k', facts: {}, progress: () => undefined },
    signal: AbortSignal.timeout(60_000),
  };
  return attemptStep(step, params as never, ports, ctx);
}
const drain = (planned: boolean) => trying(drainDatabase, { from: 'A', to: 'B', planned, timeoutMs: 10_000 });

test('the state of a server names them, and of one without any nothing', async () => {
  expect((await pair.a.database.state()).prepared).toBeUndefined();
  await prepared("'x'", 'notes');
  await prepared("X'00ff','b',7", 'orders');
  for (const { database } of [pair.a, pair.b]) {
    const { prepared: found = [] } = await database.state();
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(expect.stringMatching(named));
    expect(found).toContainEqual(expect.stringMatching(/XA ROLLBACK X'00ff',X'62',7\)$/i));
  }
});

test('the fence names one, and what to type', async () => {
  await prepared("'x'", 'notes');
  const params = { region: 'A', peer: 'B', planned: true, unfenced: 'refuse' };
  const { because } = await trying(fenceDatabase, params);
  expect(because).toMatch(named);
});

test('a planned drain stops before the promotion, and the primary can end it and go on', async () => {
  await prepared("'x'", 'notes');
  await pair.a.database.fence(2);
  await expect(drain(true)).rejects.toMatchObject({ kind: 'refused', message: expect.stringMatching(named) as string });
  await pair.a.database.unfence(1);
  await pair.a.sql("XA ROLLBACK 'x'");
  await pair.a.database.fence(2);
  await expect(drain(true)).resolves.toMatchObject({ because: expect.not.stringMatching(/XA/) as string });
});

test('an unplanned drain goes on and names it', async () => {
  await prepared("'x'", 'notes');
  const { because } = await drain(false);
  expect(because).toMatch(named);
});

test('on a table of idTables it holds the promotion up for a second a table, which names it and leaves a replica', async () => {
  await prepared("'x'", 'orders');
  await expect(pair.b.database.promote(order)).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(named) as string,
  });
  const [running = {}] = await pair.b.sql(
    "SELECT COUNT(*) AS alters FROM information_schema.processlist WHERE info LIKE '%ALTER TABLE%' AND id <> CONNECTION_ID()",
  );
  expect(Number(running['alters'])).toBe(0);
  expect(await pair.b.database.state()).toMatchObject({ readOnly: true, replica: { sql: true } });
  await pair.b.sql("XA ROLLBACK 'x'");
  await pair.b.database.promote(order);
  expect((await pair.b.database.state()).readOnly).toBe(false);
});

test('on another table the promotion succeeds and names it, since its rows stay locked', async () => {
  await prepared("'x'", 'notes');
  const { because } = await trying(promoteDatabase, { region: 'B', idGap: 1000 });
  expect(because).toMatch(named);
  await expect(
    pair.b.sql("SET innodb_lock_wait_timeout = 1; UPDATE shop.notes SET note = 'y' WHERE id = 1", 'shop'),
  ).rejects.toThrow(/Lock wait timeout/);
  await pair.b.sql("XA COMMIT 'x'");
  await until('nobody names it', async () => (await pair.b.database.state()).prepared === undefined);
  expect(await pair.b.sql('SELECT note FROM shop.notes')).toEqual([{ note: 'xa' }]);
});
