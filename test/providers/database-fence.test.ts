import { createConnection } from 'mysql2/promise';
import { databaseHold } from '../../src/activities/step/fencing';
import { until } from '../../lab/loopback/until';
import { freshPair, portsOf } from './fresh-pair';

const pair = freshPair();

const order = (note = 'x') => pair.a.sql(`INSERT INTO shop.orders (note) VALUES ('${note}')`, 'shop');
const positionOfA = async () => (await pair.a.database.state()).position;
const locked = async (user: string) =>
  (await pair.a.sql(`SELECT JSON_VALUE(priv, '$.account_locked') AS l FROM mysql.global_priv WHERE user = '${user}'`))
    .map(({ l }) => l)
    .every((l) => l === '1');
const scheduler = async () => (await pair.a.sql('SELECT @@global.event_scheduler AS s'))[0]?.['s'];
/** InnoDB renews its list of transactions only when nobody has read it for 100 ms; one who asks more often sees the old one for ever. */
const trxViewMs = 250;

const hold = () => {
  const ports = portsOf(pair);
  return databaseHold('A', ports);
};

/** A session of root over the socket, which stays open. */
async function rootSession() {
  const session = await createConnection({ socketPath: pair.file('A', 's'), user: 'root', database: 'shop' });
  session.on('error', () => undefined);
  return session;
}

describe('a fence holds those whom read_only does not bind', () => {
  test.each([
    ['GRANT ALL ON *.*', "GRANT ALL PRIVILEGES ON *.* TO shop@'%'"],
    ['READ ONLY ADMIN', "GRANT READ_ONLY ADMIN ON *.* TO shop@'%'"],
    [
      'a role of a role',
      "CREATE ROLE boss; GRANT READ_ONLY ADMIN ON *.* TO boss; CREATE ROLE staff; GRANT boss TO staff; GRANT staff TO shop@'%'; SET DEFAULT ROLE staff FOR shop@'%'",
    ],
  ])('the shop with %s writes no more, and writes again when the fence is lifted', async (_, grant) => {
    await pair.a.sql(grant);
    await order('before');
    await pair.a.database.fence(2);
    await expect(order('after')).rejects.toThrow(/account is locked/);
    // The server lists a refused login until its session has ended.
    await until('nobody can write', async () => (await hold()).means === 'read-only', trxViewMs);
    await pair.a.database.unfence(1);
    await expect(order('again')).resolves.toBeDefined();
    expect(await locked('shop')).toBe(false);
  });

  test('the shop without such rights is not locked, so that its pages can still be read', async () => {
    await pair.a.database.fence(2);
    await expect(order()).rejects.toThrow(/read-only/);
    await expect(pair.a.sql('SELECT id FROM shop.orders', 'shop')).resolves.toEqual([]);
    expect(await hold()).toMatchObject({ means: 'read-only' });
  });

  test('a session that was open is closed, and an open transaction does not commit', async () => {
    await pair.a.sql("GRANT ALL PRIVILEGES ON *.* TO shop@'%'");
    const root = await rootSession();
    await root.query('START TRANSACTION');
    await root.query("INSERT INTO shop.orders (note) VALUES ('half')");
    await pair.a.database.fence(2);
    await expect(root.query('COMMIT')).rejects.toThrow();
    await until('nobody can write', async () => (await hold()).means === 'read-only', trxViewMs);
    expect(await pair.a.sql('SELECT id FROM shop.orders')).toEqual([]);
  });

  test('an account that its owner had locked stays locked when the fence is lifted', async () => {
    await pair.a.sql("CREATE USER old@'%' ACCOUNT LOCK; GRANT ALL ON *.* TO old@'%'; GRANT ALL ON *.* TO shop@'%'");
    await pair.a.database.fence(2);
    expect([await locked('old'), await locked('shop')]).toEqual([true, true]);
    await pair.a.database.fence(2);
    await pair.a.database.unfence(1);
    expect([await locked('old'), await locked('shop')]).toEqual([true, false]);
    expect(await pair.a.sql("SELECT user FROM mysql.global_priv WHERE user LIKE 'handover%'")).toEqual([]);
  });

  test('nothing of it is in the binary log, so the other region is not fenced by it', async () => {
    await pair.a.sql("SET GLOBAL event_scheduler = ON; GRANT ALL PRIVILEGES ON *.* TO shop@'%'");
    const before = await positionOfA();
    await pair.a.database.fence(2);
    await pair.a.database.unfence(1);
    expect(await positionOfA()).toBe(before);
  });

  test("a fence that was cut off is refused in another epoch, and lifts no account's lock", async () => {
    await pair.a.sql("GRANT ALL PRIVILEGES ON *.* TO shop@'%'");
    await pair.a.database.fence(2);
    await expect(pair.a.database.unfence(2)).rejects.toMatchObject({ kind: 'refused' });
    expect(await locked('shop')).toBe(true);
  });
});

describe('events of a fenced server', () => {
  const everySecond = "EVENT shop.tidy ON SCHEDULE EVERY 1 SECOND DO INSERT INTO shop.orders (note) VALUES ('tidy')";
  const rows = async () => (await pair.a.sql('SELECT id FROM shop.orders')).length;

  test('write no more, also those of root, and run again when the fence is lifted', async () => {
    await pair.a.sql(`SET GLOBAL event_scheduler = ON; CREATE ${everySecond}`);
    await until('the event has run', async () => (await rows()) > 0);
    await pair.a.database.fence(2);
    expect(await scheduler()).toBe('OFF');
    await until('the fence holds', async () => (await hold()).means === 'read-only', trxViewMs);
    const fenced = await rows();
    await pair.a.sql('DO SLEEP(2.2)');
    expect(await rows()).toBe(fenced);
    await pair.a.database.unfence(1);
    expect(await scheduler()).toBe('ON');
    await until('the event runs again', async () => (await rows()) > fenced);
  });

  test('are ended while they run', async () => {
    await pair.a.sql(
      `SET GLOBAL event_scheduler = ON;
       CREATE EVENT shop.slow ON SCHEDULE EVERY 1 HOUR DO BEGIN DO SLEEP(600); INSERT INTO shop.orders (note) VALUES ('late'); END`,
    );
    const running = "SELECT id FROM information_schema.processlist WHERE info LIKE 'DO SLEEP(600)%'";
    await until('the event runs', async () => (await pair.a.sql(running)).length > 0);
    await pair.a.database.fence(2);
    await until('the fence holds', async () => (await hold()).means === 'read-only', trxViewMs);
    expect(await pair.a.sql(running)).toEqual([]);
  });

  test('stay off when the scheduler was off before', async () => {
    await pair.a.database.fence(2);
    await pair.a.database.unfence(1);
    expect(await scheduler()).toBe('OFF');
  });

  test('are named when somebody starts the scheduler again', async () => {
    await pair.a.sql(`CREATE DEFINER = root@localhost ${everySecond}`);
    await pair.a.database.fence(2);
    await pair.a.sql('SET GLOBAL event_scheduler = ON');
    const { means, because } = await hold();
    expect(means).toBe('none');
    expect(because).toMatch(/can still be written to by .*the event shop\.tidy of root@localhost/);
  });
});

describe('a fence that does not hold says who holds it open', () => {
  test('an account that got the right after the fence', async () => {
    await pair.a.database.fence(2);
    await pair.a.sql("CREATE USER erp@'10.%'; GRANT READ_ONLY ADMIN ON *.* TO erp@'10.%'");
    expect(await hold()).toMatchObject({
      means: 'none',
      because:
        "A's database is read-only, but can still be written to by the account 'erp'@'10.%' (it has READ ONLY ADMIN and is not locked).",
    });
    await pair.a.database.fence(2);
    expect(await hold()).toMatchObject({ means: 'read-only' });
  });

  test('a transaction that is open on the server itself', async () => {
    await pair.a.database.fence(2);
    const root = await rootSession();
    await root.query('START TRANSACTION');
    await root.query("INSERT INTO shop.orders (note) VALUES ('by hand')");
    const { because } = await until(
      'it is seen',
      async () => {
        const found = await hold();
        return found.means === 'none' && found;
      },
      trxViewMs,
    );
    expect(because).toMatch(/written to by an open transaction of 'root' \(connection \d+\)\.$/);
    root.destroy();
  });

  test('without the right to look it is not known, and the sentence says what to grant', async () => {
    await pair.a.sql("SET sql_log_bin = 0; REVOKE SELECT ON mysql.* FROM runbook@'%'");
    await expect(pair.a.database.exemptWriters()).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringMatching(/type there: GRANT SELECT ON mysql\.\* TO runbook$/) as string,
    });
  });
});
