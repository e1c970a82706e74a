/** What only a MySQL does: a fence that outlives a restart, sets of transactions, ids, events, and positions as its own functions see them. */
import { join } from 'node:path';
import { authority } from '../../lab/loopback/authority';
import { addresses, realMySqlPair, type RealMySqlPair } from '../../lab/loopback/mysql';
import { mysqlData } from '../../lab/loopback/mysql-data';
import { type Place, place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { findMysqld } from '../../lab/servers/mysql-program';
import { mysqlPositions } from '../../src/providers/database/mysql/positions';

const found = findMysqld(join(__dirname, '../..'));
const refused = expect.objectContaining({ name: 'PortError', kind: 'refused' }) as Error;
const readOnly = /super-read-only|offline mode/;

if ('because' in found) test.skip(`a MySQL is fenced and promoted (skipped: ${found.because})`, () => undefined);
else
  describe('a MySQL', () => {
    const shared = place();
    const source = { mysqld: found.path, template: mysqlData(shared, found.path), ca: authority(shared) };
    afterAll(() => shared.remove());

    let at: Place;
    let pair: RealMySqlPair;
    beforeEach(async () => {
      at = place();
      pair = await realMySqlPair(at, source);
    });
    afterEach(async () => {
      await pair.close();
      at.remove();
    });

    const order = () => pair.a.sql("INSERT INTO shop.orders (note) VALUES ('x')", 'shop');
    const caughtUp = async () => pair.b.database.waitFor((await pair.a.database.state()).position, 5_000);
    const promoteB = () => pair.b.database.promote({ epoch: 2, region: 'B', idGap: 1000 });

    test('a fence binds root and outlives a restart; lifting it leaves nothing of it behind', async () => {
      await pair.a.database.fence(2);
      await expect(pair.a.sql("INSERT INTO shop.orders (note) VALUES ('x')")).rejects.toThrow(readOnly);
      await expect(order()).rejects.toThrow(readOnly);
      expect(await pair.a.database.exemptWriters()).toEqual([]);
      await pair.a.kill();
      await pair.a.start();
      expect(await pair.a.sql('SELECT @@super_read_only AS bound, @@offline_mode AS closed')).toEqual([
        { bound: 1, closed: 1 },
      ]);
      expect(await pair.a.database.fenceFile()).toMatchObject({ stands: true, startsReadOnly: true });
      await pair.a.database.unfence(1);
      await order();
      expect(await pair.a.database.fenceFile()).toMatchObject({ stands: false });
      expect(await pair.a.sql('SELECT * FROM performance_schema.persisted_variables')).toEqual([]);
    });

    test('the replica fetches the last orders of a primary whose fence admits nobody else', async () => {
      await pair.b.sql('STOP REPLICA IO_THREAD');
      await order();
      await pair.a.database.fence(2);
      await pair.b.database.startReplication();
      expect(await caughtUp()).toBe(true);
    });

    test('a session that holds the lock is closed and named, also one of an administrator', async () => {
      const rights = 'GRANT ALL ON shop.* TO clerk; GRANT CONNECTION_ADMIN ON *.* TO clerk';
      await pair.a.sql(`CREATE USER clerk IDENTIFIED BY 'secret-shop'; ${rights}`);
      const held = pair.a.sql('LOCK TABLES shop.orders WRITE; SELECT SLEEP(600)', 'clerk').then(
        () => 'ended',
        () => 'closed',
      );
      const sleeps = "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'";
      await until('the lock is held', async () => (await pair.a.sql(sleeps)).length > 0);
      expect(await pair.a.database.fence(2)).toEqual([expect.stringMatching(/^connection \d+ of 'clerk'/)]);
      expect(await held).toBe('closed');
      expect((await pair.a.database.state()).readOnly).toBe(true);
    });

    test('a standby that only read_only binds names the accounts that may write there', async () => {
      await pair.b.sql('SET GLOBAL super_read_only = OFF');
      expect(await pair.b.database.exemptWriters()).toEqual([expect.stringContaining('CONNECTION_ADMIN')]);
      await pair.b.database.startReplication();
      expect(await pair.b.database.exemptWriters()).toEqual([]);
    });

    test('a promotion that was given up half-way leaves a replica that root cannot write to', async () => {
      await pair.b
        .sql(`SET GLOBAL super_read_only = OFF; SET sql_log_bin = 0; CREATE TABLE shop.handover_promotion (epoch BIGINT UNSIGNED NOT NULL,
        region VARCHAR(255) NOT NULL, position LONGTEXT NOT NULL, applied LONGTEXT NOT NULL, begun_at DATETIME(6) NOT NULL, name VARCHAR(64), next BIGINT UNSIGNED);
        INSERT INTO shop.handover_promotion VALUES (2, 'B', '', '', UTC_TIMESTAMP(6), NULL, NULL)`);
      expect((await pair.b.database.state()).promoting).toMatchObject({ epoch: 2, region: 'B' });
      await pair.b.database.detach();
      expect((await pair.b.database.state()).promoting).toBeUndefined();
      await expect(pair.b.sql("INSERT INTO shop.orders (note) VALUES ('x')")).rejects.toThrow(readOnly);
    });

    test('ids jump from what they are now, not from what the information schema remembers of them', async () => {
      await pair.b.sql('SELECT auto_increment FROM information_schema.tables WHERE table_name = "orders"');
      for (let each = 0; each < 5; each += 1) await order();
      await caughtUp();
      await pair.a.database.fence(2);
      await promoteB();
      await pair.b.sql("INSERT INTO shop.orders (note) VALUES ('x')", 'shop');
      const [row] = await pair.b.sql('SELECT MAX(id) AS id FROM shop.orders');
      expect(Number(row?.['id'])).toBeGreaterThanOrEqual(9 + 1000);
    });

    test('what somebody wrote to the standby is found in all that it has had, also behind a gap', async () => {
      await pair.b.sql("SET GLOBAL super_read_only = OFF; INSERT INTO shop.orders (note) VALUES ('x')");
      await order();
      await caughtUp();
      const [own, given] = [await pair.b.database.known(), await pair.a.database.known()];
      const [server] = await pair.b.sql('SELECT @@server_uuid AS uuid');
      expect(mysqlPositions.minus(own, given)).toBe(`${String(server?.['uuid'])}:1`);
      expect(mysqlPositions.minus(given, own)).toBe('');
    });

    test('an event runs in the primary alone, there and home, and keeps its definer', async () => {
      await pair.a.sql('CREATE EVENT shop.nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders WHERE FALSE');
      await caughtUp();
      expect((await pair.b.database.state()).disabledEvents).toHaveLength(1);
      await pair.a.database.fence(2);
      await promoteB();
      await pair.a.database.attach({ sourceHost: addresses.B, how: { kind: 'demote' } });
      const { position } = await pair.b.database.state();
      expect(await pair.a.database.waitFor(position, 5_000)).toBe(true);
      expect((await pair.b.database.state()).disabledEvents).toEqual([]);
      const status = 'SELECT status, definer FROM information_schema.events WHERE event_schema = "shop"';
      expect(await pair.b.sql(status)).toEqual([{ STATUS: 'ENABLED', DEFINER: 'root@localhost' }]);
      expect((await pair.a.database.state()).disabledEvents).toHaveLength(1);
    });

    test('a server that was seeded starts at a position and has nothing of its own from before', async () => {
      await order();
      await caughtUp();
      const { position } = await pair.a.database.state();
      await pair.b.database.detach();
      await pair.b.database.attach({ sourceHost: addresses.A, how: { kind: 'from-position', position } });
      await order();
      expect(await caughtUp()).toBe(true);
      const state = await pair.b.database.state();
      expect(mysqlPositions.equal(state.position, (await pair.a.database.state()).position)).toBe(true);
    });

    test('a missing epoch table stops no fence and no look, and no promotion goes without it', async () => {
      await pair.a.sql('DROP TABLE shop.handover_epoch');
      await caughtUp();
      expect((await pair.a.database.state()).epoch).toBeUndefined();
      await expect(promoteB()).rejects.toMatchObject({ kind: 'absent' });
      expect(await pair.b.database.state()).toMatchObject({ readOnly: true, replica: { sql: true } });
      await pair.a.database.fence(2);
      await expect(pair.a.database.unfence(1)).rejects.toMatchObject({ kind: 'absent' });
      expect((await pair.a.database.state()).readOnly).toBe(true);
    });

    test('the tables of handover are made once, and not on a server that is read-only or names another region', async () => {
      await pair.a.sql('DROP TABLE shop.handover_epoch, shop.handover_heartbeat');
      await pair.a.database.makeTables();
      await pair.a.database.makeTables();
      expect((await pair.a.database.state()).epoch).toEqual({ epoch: 1, region: 'A', verifiedEpoch: 1 });
      await caughtUp();
      await expect(pair.b.database.makeTables()).rejects.toEqual(refused);
      await pair.a.sql("UPDATE shop.handover_epoch SET region = 'B'");
      await expect(pair.a.database.makeTables()).rejects.toEqual(refused);
    });

    test('positions are compared as the server itself compares them', async () => {
      const [u, v] = ['3e11fa47-71ca-11e1-9e33-c80aa9429562', '4e11fa47-71ca-11e1-9e33-c80aa9429562'];
      const sets = [
        '',
        `${u}:1-9`,
        `${u}:1-3:5-9`,
        `${u}:4`,
        `${v}:1-2,${u}:2-12`,
        `${u}:1-5:mark:1-3`,
        `${v.toUpperCase()}:7-7`,
        `${u}:1-3:4-9`,
      ];
      const pairs = sets.flatMap((one) => sets.map((other) => [one, other] as const));
      const asked = pairs.map(
        ([a, b]) => `SELECT GTID_SUBSET('${b}', '${a}') AS has, GTID_SUBTRACT('${a}', '${b}') AS more`,
      );
      const rows = await pair.a.sql(asked.join(' UNION ALL '));
      pairs.forEach(([a, b], at) => {
        expect([a, b, mysqlPositions.contains(a, b) ? 1 : 0]).toEqual([a, b, rows[at]?.['has']]);
        expect([a, b, mysqlPositions.equal(mysqlPositions.minus(a, b), String(rows[at]?.['more']))]).toEqual([
          a,
          b,
          true,
        ]);
      });
    });
  });
