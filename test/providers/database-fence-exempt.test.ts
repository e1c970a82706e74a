import { createConnection } from 'mysql2/promise';
import { databaseHold } from '../../src/activities/step/fencing';
import { until } from '../../lab/loopback/until';
import { freshPair, portsOf } from './fresh-pair';

const pair = freshPair();

/** InnoDB renews its list of transactions only when nobody has read it for 100 ms; one who asks more often sees the old one for ever. */
const trxViewMs = 250;

const hold = () => {
  const ports = portsOf(pair);
  return databaseHold('A', ports);
};
const order = (note: string) => pair.a.sql(`INSERT INTO shop.orders (note) VALUES ('${note}')`, 'shop');
const fencedAndHeld = async () => {
  await pair.a.database.fence(2);
  await until('the fence holds', async () => (await hold()).means === 'read-only', trxViewMs);
};

/** A session over TCP, which stays open until the server closes it. */
async function session(user: string, password: string) {
  const { host, port } = pair.a.options;
  const opened = await createConnection({ host, port, user, password, database: 'shop' });
  opened.on('error', () => undefined);
  return opened;
}

describe('a right of every account', () => {
  test.each([
    ['itself', 'GRANT READ_ONLY ADMIN ON *.* TO PUBLIC', 'REVOKE READ_ONLY ADMIN ON *.* FROM PUBLIC'],
    [
      'by a role',
      'CREATE ROLE boss; GRANT READ_ONLY ADMIN ON *.* TO boss; GRANT boss TO PUBLIC',
      'REVOKE READ_ONLY ADMIN ON *.* FROM boss',
    ],
  ])('is named where PUBLIC has it %s, until it is revoked', async (_, grant, revoke) => {
    await pair.a.sql(grant);
    await pair.a.database.fence(2);
    const { means, because } = await hold();
    expect(means).toBe('none');
    expect(because).toMatch(/can still be written to by every account \(the role PUBLIC has READ ONLY ADMIN/);
    await pair.a.sql(revoke);
    await fencedAndHeld();
    await expect(order('after')).rejects.toThrow(/read-only/);
  });
});

describe('a procedure that runs with the rights of its definer', () => {
  const writing = "INSERT INTO shop.orders (note) VALUES ('by procedure')";

  test.each([
    ['the local root', `CREATE DEFINER = root@localhost PROCEDURE shop.p() ${writing}`, /shop\.p .*root@localhost/],
    [
      'an account that the fence locked',
      `CREATE USER erp@'%'; GRANT ALL ON *.* TO erp@'%'; CREATE DEFINER = erp@'%' PROCEDURE shop.p() ${writing}`,
      /shop\.p .*erp@%/,
    ],
    [
      'an account found by its host pattern',
      `CREATE USER erp@'10.%'; GRANT ALL ON *.* TO erp@'10.%'; CREATE DEFINER = erp@'10.0.0.1' PROCEDURE shop.p() ${writing}`,
      /shop\.p .*erp@10\.0\.0\.1/,
    ],
    [
      'an account found by its netmask',
      `CREATE USER erp@'10.0.0.0/255.0.0.0'; GRANT ALL ON *.* TO erp@'10.0.0.0/255.0.0.0';
       CREATE DEFINER = erp@'10.0.0.1' PROCEDURE shop.p() ${writing}`,
      /shop\.p .*erp@10\.0\.0\.1/,
    ],
    [
      'an account found by a pattern of one character',
      `CREATE USER erp@'db_.shop.test'; GRANT ALL ON *.* TO erp@'db_.shop.test';
       CREATE DEFINER = erp@'DB1.shop.test' PROCEDURE shop.p() ${writing}`,
      /shop\.p .*erp@DB1\.shop\.test/i,
    ],
    [
      'a role',
      `CREATE ROLE boss; GRANT ALL ON *.* TO boss; CREATE DEFINER = boss PROCEDURE shop.p() ${writing}`,
      /shop\.p .*boss/,
    ],
  ])('is named where the definer is %s, and the shop can write by it', async (_, create, named) => {
    await pair.a.sql(`${create}; GRANT EXECUTE ON shop.* TO shop@'%'`);
    await pair.a.database.fence(2);
    await expect(pair.a.sql('CALL shop.p()', 'shop')).resolves.toBeDefined();
    const { means, because } = await hold();
    expect(means).toBe('none');
    expect(because).toMatch(named);
  });

  test('is named where it is in a package', async () => {
    await pair.a.sql(
      `SET sql_mode = ORACLE; CREATE DEFINER = root@localhost PACKAGE shop.k AS PROCEDURE p; END;
       CREATE DEFINER = root@localhost PACKAGE BODY shop.k AS PROCEDURE p AS BEGIN ${writing}; END; END;
       GRANT EXECUTE ON shop.* TO shop@'%'`,
    );
    await pair.a.database.fence(2);
    await expect(pair.a.sql('SET sql_mode = ORACLE; CALL shop.k.p()', 'shop')).resolves.toBeDefined();
    expect((await hold()).because).toMatch(/the package shop\.k /);
  });

  test.each([
    ['the rights of its caller', `CREATE DEFINER = root@localhost PROCEDURE shop.p() SQL SECURITY INVOKER ${writing}`],
    ['the rights of an account that read_only binds', `CREATE DEFINER = shop@'%' PROCEDURE shop.p() ${writing}`],
  ])('holds where it has %s', async (_, create) => {
    await pair.a.sql(create);
    await fencedAndHeld();
    await expect(pair.a.sql('CALL shop.p()', 'shop')).rejects.toThrow(/read-only/);
  });

  test.each(['SELECT shop.f()', 'DO shop.f()'])('holds where it is a function: %s', async (call) => {
    await pair.a.sql(
      `SET GLOBAL log_bin_trust_function_creators = 1;
       CREATE DEFINER = root@localhost FUNCTION shop.f() RETURNS INT MODIFIES SQL DATA BEGIN ${writing}; RETURN 1; END`,
    );
    await fencedAndHeld();
    await expect(pair.a.sql(call, 'shop')).rejects.toThrow(/read-only/);
  });
});

describe('a session that was open at the fence is closed', () => {
  test('where it keeps a role that its account no longer has', async () => {
    await pair.a.sql(
      `CREATE ROLE boss; GRANT READ_ONLY ADMIN ON *.* TO boss; CREATE USER erp@'%' IDENTIFIED BY 'erp';
       GRANT ALL ON shop.* TO erp@'%'; GRANT boss TO erp@'%'`,
    );
    const open = await session('erp', 'erp');
    await open.query('SET ROLE boss');
    await pair.a.sql("REVOKE boss FROM erp@'%'");
    await fencedAndHeld();
    await expect(open.query("INSERT INTO orders (note) VALUES ('after')")).rejects.toThrow();
  });

  test.each(['whoever', 'system user', 'event_scheduler', 'unauthenticated user', 'repl'])(
    'where its account is anonymous and its client calls itself %s',
    async (name) => {
      await pair.a.sql(
        `DROP USER repl@'%'; CREATE USER ''@'%' IDENTIFIED BY 'anon'; GRANT READ_ONLY ADMIN ON *.* TO ''@'%';
         GRANT ALL ON shop.* TO ''@'%'`,
      );
      const open = await session(name, 'anon');
      await fencedAndHeld();
      await expect(open.query("INSERT INTO orders (note) VALUES ('after')")).rejects.toThrow();
    },
  );

  test('but one that was opened later and reads does not open the fence', async () => {
    await fencedAndHeld();
    const reading = await session('shop', 'secret-shop');
    await reading.query('SELECT id FROM orders');
    expect(await hold()).toMatchObject({ means: 'read-only' });
    reading.destroy();
  });
});
