import { createConnection } from 'mysql2/promise';
import { durationOf } from '../duration';
import { mariadb } from '../../src/providers/database/mariadb/mariadb';
import type { Database } from '../../src/ports/ports';
import { authority } from '../../lab/loopback/authority';
import { type RealPair, realPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { addresses } from '../../lab/loopback/mariadb-server';
import { type Place, place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';

const at: Place = place();
const template = dataDirectory(at);
const ca = authority(at);
let pair: RealPair;
let files: Place;
const others: Database[] = [];

beforeEach(async () => {
  files = place();
  pair = await realPair(files, template, ca);
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.close();
  await pair.close();
  files.remove();
});
afterAll(() => at.remove());

const failure = (kind: string, sentence: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(sentence) as string }) as Error;

/** The adapter of A with other options. */
function instead(change: Partial<Parameters<typeof mariadb>[0]>): Database {
  const other = mariadb({ ...pair.a.options, ...change });
  others.push(other);
  return other;
}

describe('what MariaDB refuses is said in one sentence', () => {
  test('a wrong password is denied, and stays a secret', async () => {
    const question = instead({ password: 'mistyped' }).state();
    await expect(question).rejects.toEqual(
      failure('denied', /^A's database at .* refused to tell its state: Access denied/),
    );
    await expect(question).rejects.toEqual(failure('denied', /^((?!mistyped|secret).)*$/));
  });

  test('a server of another authority, or with a certificate for another address, is not trusted', async () => {
    const stranger = authority(files, 'stranger');
    await expect(instead({ ca: stranger.pem }).state()).rejects.toEqual(
      failure('denied', /^The TLS certificate of .* was rejected/),
    );
    await expect(instead({ host: '127.0.0.1' }).state()).rejects.toEqual(failure('unavailable', /ECONNREFUSED/));
    await pair.b.kill();
    await pair.b.start({ certificateOf: pair.a });
    await expect(pair.b.database.state()).rejects.toEqual(failure('denied', /^The TLS certificate of .* was rejected/));
  });

  test('a server that hangs is unavailable after the limit, and answers again when it wakes', async () => {
    const impatient = instead({ timeoutMs: 300 });
    const answer = () => until('it answers in time', () => impatient.state().catch(() => undefined));
    await answer();
    pair.a.signal('SIGSTOP');
    const took = await durationOf(async () => {
      await expect(impatient.state()).rejects.toEqual(
        failure('unavailable', /did not answer the request to tell its state within 300 ms/),
      );
      await expect(impatient.fence(2)).rejects.toEqual(failure('unavailable', /./));
    });
    expect(took).toBeLessThan(1_500);
    pair.a.signal('SIGCONT');
    expect(await answer()).toMatchObject({ serverId: 1 });
  });

  test('a refusal takes no answer away from those who ask at the same time', async () => {
    const { database } = pair.a;
    const [refused, ...states] = await Promise.allSettled([
      database.openTo(9),
      ...[1, 2, 3].map(() => database.state()),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { kind: 'refused' } });
    expect(states.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  });

  test('a wait holds up no other question', async () => {
    const order: string[] = [];
    const waiting = pair.b.database.waitFor('0-1-99999', 3_000).finally(() => order.push('the wait is over'));
    await pair.b.database.state().then(() => order.push('the state is told'));
    await expect(waiting).resolves.toBe(false);
    expect(order).toEqual(['the state is told', 'the wait is over']);
  });

  test('a restarted server is asked over a new connection, and comes back read-only', async () => {
    await pair.a.database.state();
    await pair.a.kill();
    await expect(pair.a.database.state()).rejects.toEqual(failure('unavailable', /./));
    await pair.a.start();
    expect((await pair.a.database.state()).readOnly).toBe(true);
    await pair.a.database.unfence(1);
    expect((await pair.a.database.state()).readOnly).toBe(false);
  });

  test('without the epoch table there is a state, but no epoch', async () => {
    await pair.a.sql('SET sql_log_bin = 0; DROP TABLE shop.handover_epoch');
    const state = await pair.a.database.state();
    expect(state.readOnly).toBe(false);
    expect(state.epoch).toBeUndefined();
  });
});

describe('a fence on MariaDB', () => {
  test('closes the sessions of the shop that hold a lock in the way', async () => {
    const locking = pair.a.sql('LOCK TABLES shop.orders WRITE; SELECT SLEEP(600)', 'shop');
    const ended = expect(locking).rejects.toThrow();
    await until('the shop holds its lock', async () => (await pair.a.database.state()).appSessions === 1);
    await pair.a.database.fence(2);
    await ended;
    expect(await pair.a.database.state()).toMatchObject({ readOnly: true, appSessions: 0 });
  });

  test("is unavailable when a session of the runbook's own user holds the lock, and leaves the server as it was", async () => {
    const { host, port, user, password } = pair.a.options;
    const own = await createConnection({ host, port, user, password, ssl: { rejectUnauthorized: false } });
    await pair.a.sql("GRANT LOCK TABLES ON shop.* TO runbook@'%'");
    await own.query('LOCK TABLES shop.orders WRITE');
    await expect(pair.a.database.fence(2)).rejects.toEqual(failure('unavailable', /Lock wait timeout/));
    expect((await pair.a.database.state()).readOnly).toBe(false);
    own.destroy();
  });
});

describe('replication of MariaDB', () => {
  test('what was fetched and not applied when the source died is applied', async () => {
    await pair.b.sql('STOP REPLICA SQL_THREAD');
    await pair.a.sql("INSERT INTO shop.orders (note) VALUES ('1'), ('2'), ('3')", 'shop');
    const { position } = await pair.a.database.state();
    await until('B has fetched it', async () => (await pair.b.database.state()).replica?.fetchedPosition === position);
    await pair.a.kill();
    await expect(pair.b.database.stopFetching()).rejects.toEqual(failure('conflict', /would lose that/));
    await pair.b.sql('START REPLICA SQL_THREAD');
    await pair.b.database.stopFetching();
    await expect(pair.b.database.waitFor(position, 5_000)).resolves.toBe(true);
    expect(await pair.b.sql('SELECT id FROM shop.orders')).toHaveLength(3);
  });

  test('the heartbeat of the other region is read as it was written', async () => {
    await pair.a.sql("INSERT INTO shop.handover_heartbeat VALUES ('A', '2026-11-23 01:02:03.456789', 1)");
    await pair.b.database.waitFor((await pair.a.database.state()).position, 5_000);
    await expect(pair.b.database.heartbeat('A')).resolves.toEqual({
      atMs: Date.UTC(2026, 10, 23, 1, 2, 3, 456),
      epoch: 1,
    });
  });

  test('a lag that is not known is null', async () => {
    await pair.b.sql('STOP REPLICA');
    expect((await pair.b.database.state()).replica).toMatchObject({ io: 'no', sql: false, secondsBehind: null });
  });

  test('a writable server is not made to follow', async () => {
    const order = { sourceHost: addresses.B, how: { kind: 'demote' } } as const;
    await expect(pair.a.database.attach(order)).rejects.toEqual(failure('conflict', /writable; fence it before/));
    expect((await pair.a.database.state()).replica).toBeUndefined();
  });

  test('a server laid anew starts exactly at the position it holds', async () => {
    await pair.b.database.detach();
    await pair.a.sql("INSERT INTO shop.orders (note) VALUES ('in the copy')", 'shop');
    const { position } = await pair.a.database.state();
    await pair.a.sql("INSERT INTO shop.orders (note) VALUES ('after it')", 'shop');
    const order = { sourceHost: addresses.A, how: { kind: 'from-position', position } } as const;
    await pair.b.database.attach(order);
    await pair.b.database.attach(order);
    await pair.b.database.waitFor((await pair.a.database.state()).position, 5_000);
    expect(await pair.b.sql('SELECT note FROM shop.orders')).toEqual([{ note: 'after it' }]);
  });

  test('a history that went on alone is seen in the state after the attach', async () => {
    await pair.b.database.promote({ epoch: 2, region: 'B', idGap: 10 });
    await pair.a.sql("INSERT INTO shop.orders (note) VALUES ('alone')", 'shop');
    await pair.a.database.fence(2);
    await pair.a.database.attach({ sourceHost: addresses.B, how: { kind: 'demote' } });
    await until(
      'it says so',
      async () => (await pair.a.database.state()).replica?.error?.includes('diverged') ?? false,
    );
  });
});

describe('a promotion of MariaDB', () => {
  const order = { epoch: 2, region: 'B', idGap: 1000 };
  const nextId = async () =>
    Number(
      (
        await pair.b.sql("SELECT auto_increment AS next FROM information_schema.tables WHERE table_name = 'orders'")
      )[0]?.['next'],
    );

  test('that was cut off before the server became writable is completed without a second jump', async () => {
    await pair.b.database.promote(order);
    const first = await nextId();
    await pair.b.sql('SET GLOBAL read_only = 1');
    await pair.b.database.promote(order);
    expect((await pair.b.database.state()).readOnly).toBe(false);
    expect(await nextId()).toBe(first);
  });

  test('counts from ids that were issued and deleted, too', async () => {
    await pair.a.sql("INSERT INTO shop.orders (id, note) VALUES (5001, 'gone'); DELETE FROM shop.orders", 'shop');
    await pair.b.database.waitFor((await pair.a.database.state()).position, 5_000);
    await pair.b.database.promote(order);
    expect(await nextId()).toBeGreaterThan(6_000);
  });

  test('with an unknown table among those whose ids jump is refused before anything changed', async () => {
    const typo = mariadb({ ...pair.b.options, idTables: ['orders', 'ordres'] });
    others.push(typo);
    await expect(typo.promote(order)).rejects.toEqual(failure('refused', /one of idTables is missing/));
    const { readOnly, replica, epoch } = await pair.b.database.state();
    expect(readOnly).toBe(true);
    expect(replica).toMatchObject({ sourceHost: addresses.A, sql: true });
    expect(replica?.io).not.toBe('no');
    expect(epoch?.epoch).toBe(1);
  });

  test('enables the events that replication had disabled', async () => {
    await pair.a.sql(
      "CREATE DEFINER='shop'@'%' EVENT shop.tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders WHERE id < 0",
    );
    await pair.b.database.waitFor((await pair.a.database.state()).position, 5_000);
    await pair.b.database.promote(order);
    expect(await pair.b.sql('SELECT definer, status FROM information_schema.events')).toEqual([
      { definer: 'shop@%', status: 'ENABLED' },
    ]);
  });
});
