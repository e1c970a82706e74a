/** A promotion that something holds up, or that is cut off half-way, on real servers. */
import { createConnection } from 'mysql2/promise';
import { attemptStep } from '../../src/activities/step/step';
import { drainDatabase } from '../../src/activities/steps/drain-database';
import { mariadb } from '../../src/providers/database/mariadb/mariadb';
import { prepare } from '../../src/providers/database/mariadb/promotion-statements';
import { addresses } from '../../lab/loopback/mariadb-server';
import { freshPair, portsOf } from './fresh-pair';

const pair = freshPair();
const order = { epoch: 2, region: 'B', idGap: 1000 };

beforeEach(async () => {
  await pair.a.sql("INSERT INTO shop.orders (note) VALUES ('1')", 'shop');
  await caughtUp('a', 'b');
});

const caughtUp = async (from: 'a' | 'b', to: 'a' | 'b') =>
  pair[to].database.waitFor((await pair[from].database.state()).position, 10_000);
const nextId = async () =>
  Number((await pair.b.sql("INSERT INTO shop.orders (note) VALUES ('x') RETURNING id", 'shop'))[0]?.['id']);
const notes = async () =>
  (await pair.b.sql("SELECT 1 FROM information_schema.tables WHERE table_name = 'handover_promotion'")).length;

async function session(user: 'root' | 'runbook') {
  const { host, port, password } = pair.b.options;
  const login = user === 'root' ? { socketPath: pair.file('B', 's') } : { host, port, password };
  const ssl = user === 'root' ? {} : { ssl: { rejectUnauthorized: false } };
  const opened = await createConnection({ ...login, ...ssl, user, multipleStatements: true });
  opened.on('error', () => undefined);
  return opened;
}

/** The promotion of B up to and with its detaching, then a power cut. */
async function cutOffAfterDetaching() {
  const runbook = await session('runbook');
  await runbook.query(
    `SET SESSION sql_log_bin = 0; ${prepare(pair.b.options, order)}; STOP REPLICA; RESET REPLICA ALL`,
  );
  runbook.destroy();
  await pair.b.kill();
  await pair.b.start();
}

function drain() {
  const ports = portsOf(pair);
  const params = { from: 'A', to: 'B', planned: false, timeoutMs: 3_000 };
  const ctx = {
    site: 'lab',
    epoch: 2,
    key: 'k',
    facts: {},
    progress: () => undefined,
    signal: AbortSignal.timeout(60_000),
  };
  return attemptStep(
    { ...drainDatabase, patience: { attemptMs: 5_000, attempts: 1, everyMs: 100 } },
    params,
    ports,
    ctx,
  );
}

describe('what holds a lock on the standby does not hold up a promotion', () => {
  test.each([
    ['a dump in one transaction', 'START TRANSACTION WITH CONSISTENT SNAPSHOT; SELECT * FROM shop.orders'],
    ['a dump that locks tables', 'LOCK TABLES shop.orders READ'],
  ])('%s is closed and named', async (_, statement) => {
    const dump = await session('root');
    await dump.query(statement);
    const closed = await pair.b.database.promote(order);
    expect(closed).toContainEqual(expect.stringMatching(/^connection \d+ of 'root' \(Sleep, \d+ s\)$/));
    expect(await pair.b.database.state()).toMatchObject({ readOnly: false, epoch: { epoch: 2, region: 'B' } });
    await expect(dump.query('SELECT 1')).rejects.toThrow();
  });

  test('a report that runs is closed too', async () => {
    const report = await session('root');
    const ended = expect(report.query('SELECT SLEEP(600) FROM shop.orders')).rejects.toThrow();
    await pair.b.database.promote(order);
    expect((await pair.b.database.state()).readOnly).toBe(false);
    await ended;
  });

  test('what is not closed leaves a replica that replicates, and no id is raised twice', async () => {
    const own = await session('runbook');
    await own.query('START TRANSACTION; SELECT * FROM shop.orders');
    await expect(pair.b.database.promote(order)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/become the primary of epoch 2: .* \(error 1205\)/) as string,
    });
    expect(await pair.b.database.state()).toMatchObject({ readOnly: true, replica: { sourceHost: addresses.A } });
    await pair.a.sql("INSERT INTO shop.orders (note) VALUES ('2')", 'shop');
    await expect(caughtUp('a', 'b')).resolves.toBe(true);
    own.destroy();
    await pair.b.database.promote(order);
    const id = await nextId();
    expect(id).toBeGreaterThan(1_000);
    expect(id).toBeLessThan(3_000);
  });
});

describe('a promotion that was cut off after the server had detached', () => {
  test('is completed by a repetition, with the ids that it had begun with', async () => {
    await cutOffAfterDetaching();
    expect(await pair.b.database.state()).toMatchObject({ readOnly: true, promoting: { epoch: 2, region: 'B' } });
    await pair.b.database.promote(order);
    await pair.b.database.promote(order);
    expect(await pair.b.database.state()).toMatchObject({ readOnly: false, epoch: { epoch: 2, region: 'B' } });
    expect(await nextId()).toBeLessThan(1_010);
    expect(await notes()).toBe(0);
  });

  test('is taken up by a new failover, at the position that it recorded', async () => {
    await pair.a.database.fence(2);
    const { position } = await pair.a.database.state();
    await cutOffAfterDetaching();
    const { because, facts } = await drain();
    expect(facts).toMatchObject({ promotionPoint: position });
    expect(because).toMatch(/detached for its promotion at .*; A wrote nothing since\.$/);
  });

  test('is not taken up when the old primary wrote on', async () => {
    await cutOffAfterDetaching();
    await pair.a.sql("INSERT INTO shop.orders (note) VALUES ('later')", 'shop');
    await expect(drain()).rejects.toThrow(/promoting B would lose what A wrote since\. Make A writable again/);
  });

  test('is forgotten by a server that replicates again', async () => {
    await cutOffAfterDetaching();
    await pair.b.database.attach({ sourceHost: addresses.A, how: { kind: 'demote' } });
    expect((await pair.b.database.state()).promoting).toBeUndefined();
    await pair.b.database.detach();
    await expect(drain()).rejects.toThrow(/not a replica of A, so promoting it would lose orders/);
  });
});

describe('events', () => {
  const statusIn = async (region: 'a' | 'b') =>
    (await pair[region].sql('SELECT event_name, definer, status, sql_mode FROM information_schema.events'))[0];
  const create =
    "CREATE DEFINER='shop'@'%' EVENT shop.tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders WHERE id < 0";

  const enabling = "ALTER DEFINER='shop'@'%' EVENT `shop`.`tidy` ENABLE";

  test('that a cut-off promotion left disabled are enabled by the repetition', async () => {
    await pair.a.sql(create);
    await caughtUp('a', 'b');
    await pair.b.database.promote(order);
    await pair.b.sql("SET sql_log_bin = 0; ALTER DEFINER='shop'@'%' EVENT shop.tidy DISABLE ON SLAVE");
    expect((await pair.b.database.state()).disabledEvents).toEqual([enabling]);
    await pair.b.database.promote(order);
    expect((await pair.b.database.state()).disabledEvents).toEqual([]);
  });

  /** A server takes new rights for new connections. */
  const lacking = async <T>(work: (b: typeof pair.b.database) => Promise<T>): Promise<T> => {
    await pair.b.sql("SET sql_log_bin = 0; REVOKE SUPER, SET USER ON *.* FROM runbook@'%'");
    const b = mariadb(pair.b.options);
    return work(b).finally(() => b.close());
  };

  test('that a user without SET USER may not enable hold up no promotion, and the state has what to type', async () => {
    await pair.a.sql(create);
    await caughtUp('a', 'b');
    const { disabledEvents, readOnly } = await lacking((b) => b.promote(order).then(() => b.state()));
    expect([disabledEvents, readOnly]).toEqual([[enabling], false]);
    await pair.b.sql(enabling);
    expect(await statusIn('b')).toMatchObject({ definer: 'shop@%', status: 'ENABLED' });
  });

  test('that came with a copy, and that a user without SET USER may not disable, stop an attachment', async () => {
    await pair.b.database.detach();
    await pair.b.sql(`SET sql_log_bin = 0; ${create}`);
    const attached = lacking((b) => b.attach({ sourceHost: addresses.A, how: { kind: 'demote' } }));
    await expect(attached).rejects.toThrow(/ refused to disable its events: Access denied; .*SET USER/);
  });

  test('and tables with an awkward name are no exception', async () => {
    await pair.a.sql(
      `${create.replace('tidy', '`ti``dy`')}; CREATE TABLE shop.\`o\`\`dd\` (id INT AUTO_INCREMENT PRIMARY KEY)`,
    );
    await caughtUp('a', 'b');
    const b = mariadb({ ...pair.b.options, idTables: ['o`dd'] });
    await b.promote(order);
    expect(await b.state()).toMatchObject({ readOnly: false, disabledEvents: [] });
    await b.close();
    expect(await pair.b.sql('INSERT INTO shop.`o``dd` () VALUES () RETURNING id')).toMatchObject([
      { id: expect.any(Number) as number },
    ]);
  });

  test('that came to a standby with a copy of the primary are disabled when it is attached, and stay what they are', async () => {
    await pair.b.database.detach();
    await pair.b.sql(`SET sql_log_bin = 0; SET sql_mode = 'ANSI_QUOTES'; ${create}`);
    const { position } = await pair.b.database.state();
    await pair.b.database.attach({ sourceHost: addresses.A, how: { kind: 'demote' } });
    expect(await statusIn('b')).toEqual({
      event_name: 'tidy',
      definer: 'shop@%',
      status: 'SLAVESIDE_DISABLED',
      sql_mode: 'ANSI_QUOTES',
    });
    expect((await pair.b.database.state()).position).toBe(position);
  });
});

test('accounts that an earlier fence had locked here are unlocked by the promotion', async () => {
  await pair.a.sql("GRANT ALL PRIVILEGES ON *.* TO shop@'%'");
  await caughtUp('a', 'b');
  await pair.b.database.fence(9);
  await pair.b.database.promote(order);
  expect(await nextId()).toBeGreaterThan(1_000);
});
