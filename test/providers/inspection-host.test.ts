import { shopRules } from '../../src/domain/preflight/shop';
import { readFileSync, writeFileSync } from 'node:fs';
import { authority } from '../../lab/loopback/authority';
import { until } from '../../lab/loopback/until';
import { identity, web } from '../../lab/loopback/web';
import { httpsShop } from '../../src/providers/shop/https';
import { inspectedPair, type InspectedPair } from './inspected-pair';

let pair: InspectedPair;

beforeAll(async () => {
  pair = await inspectedPair();
});
afterAll(() => pair.close());

const said = (state: string, because: RegExp) => ({ state, because: expect.stringMatching(because) as string });

/** Edits B's option file, which the running server does not read. */
async function withFile<T>(edit: (text: string) => string, work: () => Promise<T>): Promise<T> {
  const file = pair.at.path('B', 'my.cnf');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, edit(before));
  try {
    return await work();
  } finally {
    writeFileSync(file, before);
  }
}

test.each<[string, (text: string) => string]>([
  ['has no such line', (text) => text.replace('read-only=ON\n', '')],
  ['turns it off', (text) => text.replace('read-only=ON', 'read_only=0')],
  ['skips it later', (text) => `${text}skip-read-only\n`],
])('a server that is read-only now and whose option file %s would start writable', async (_what, edit) => {
  const found = await withFile(edit, () => pair.verdict('read_only at start'));
  expect(found).toMatchObject(said('wrong', /^the option file of B lacks read_only; it must be ON/));
});

test('a server whose option file starts replication is found', async () => {
  const found = await withFile(
    (text) => text.replace('skip-slave-start=ON\n', ''),
    () => pair.verdict('skip_slave_start'),
  );
  expect(found).toMatchObject(said('wrong', /^the option file of B lacks skip_slave_start; it must be ON/));
});

test('an option in a file that the file includes counts', async () => {
  writeFileSync(pair.at.path('more.cnf'), '[mariadb]\nread_only = OFF\n');
  const found = await withFile(
    (text) => `${text}!include ${pair.at.path('more.cnf')}\n`,
    () => pair.verdict('read_only at start'),
  );
  expect(found.state).toBe('wrong');
});

test('a host that does not know the process of the server says so, and nothing is ok', async () => {
  const services = { dataDirectory: '/nowhere' };
  const found = await pair.verdict('free disk space', { services });
  expect(found).toMatchObject(
    said('unknown', /^Unknown: It could not be read on B: B's host was asked .* did not tell "size data"/),
  );
});

test('a work directory on a full file system is found', async () => {
  // The file system of /proc never has a free block.
  const found = await pair.verdict('free disk space', { services: { workDirectory: '/proc/handover' } });
  expect(found).toMatchObject(
    said('wrong', /^the host of B has free only 0\.0 GiB of \d+\.\d GiB in \/proc\/handover; it must be at least/),
  );
});

test.each([1, 3, 4])('a status command that ends with %i while the database runs is found', async (code) => {
  const found = await pair.verdict('services.database', { services: { database: `exit ${code};` } });
  expect(found).toMatchObject(
    said('wrong', new RegExp(`^on the host of B exit ${code}; status ended with exit code ${code} while`)),
  );
});

test.each([
  [5_000, /^the clock of B's database is (49|50)\d\d ms behind the runbook's; it must be within 1 s/],
  [-5_000, /^the clock of B's database is (49|50)\d\d ms ahead of the runbook's/],
])('a clock of the runbook that is off by %i ms is found', async (clockMs, because) => {
  expect(await pair.verdict('clock of the database', { clockMs })).toMatchObject(said('wrong', because));
});

test('a table of shop.idTables that is not there, or gives no ids, is found', async () => {
  await pair.a.sql('CREATE TABLE shop.plain (id INT PRIMARY KEY)');
  await pair.caughtUp();
  const found = await pair.verdict('shop.idTables', { idTables: ['orders', 'plain', 'gone'] });
  await pair.a.sql('DROP TABLE shop.plain');
  expect(found).toMatchObject(said('wrong', /^A has no table with AUTO_INCREMENT named plain, gone; B has no table/));
});

describe('a definer with READ_ONLY ADMIN', () => {
  const orders = async () => (await pair.a.sql('SELECT COUNT(*) AS n FROM shop.orders'))[0];

  afterEach(async () => {
    await pair.a.sql(
      'SET GLOBAL read_only = 0, event_scheduler = OFF; DROP PROCEDURE IF EXISTS shop.add_one; DROP EVENT IF EXISTS shop.adding',
    );
    await pair.caughtUp();
  });

  test('lets a routine of the shop write to a read-only database, and one of the shop itself does not', async () => {
    await pair.a.sql(
      'CREATE DEFINER = root@localhost PROCEDURE shop.add_one() INSERT INTO shop.orders (note) VALUES (1)',
    );
    await pair.a.sql('SET GLOBAL read_only = 1');
    const before = await orders();
    await expect(pair.a.sql('INSERT INTO shop.orders (note) VALUES (1)', 'shop')).rejects.toThrow(/read-only/);
    await pair.a.sql('CALL shop.add_one()', 'shop');
    expect(await orders()).not.toEqual(before);
    expect((await pair.verdict('definers')).state).toBe('wrong');
    await pair.a.sql(
      "DROP PROCEDURE shop.add_one; CREATE DEFINER = shop@'%' PROCEDURE shop.add_one() INSERT INTO shop.orders (note) VALUES (1)",
    );
    await expect(pair.a.sql('CALL shop.add_one()', 'shop')).rejects.toThrow(/read-only/);
  });

  test('lets an event write to a read-only database', async () => {
    await pair.a.sql('SET GLOBAL read_only = 1, event_scheduler = ON');
    const before = await orders();
    await pair.a.sql(
      'CREATE DEFINER = root@localhost EVENT shop.adding ON SCHEDULE EVERY 1 SECOND DO INSERT INTO shop.orders (note) VALUES (1)',
    );
    await until('the event has written', async () => JSON.stringify(await orders()) !== JSON.stringify(before));
    expect((await pair.verdict('definers')).state).toBe('wrong');
  });
});

describe('ids of the two regions', () => {
  const alike = () => pair.b.sql('SET GLOBAL auto_increment_offset = 1');
  afterEach(() => pair.b.sql('SET GLOBAL auto_increment_increment = 2, auto_increment_offset = 2'));

  test('the same offset lets both regions give one id to two orders', async () => {
    await alike();
    expect(await pair.verdict('ids of the two regions', { idTables: [] })).toMatchObject(
      said('wrong', /auto_increment_offset is 1 on A and B and shop\.idTables lacks orders; it must be apart/),
    );
  });

  test('the same offset is right when a promotion raises every table', async () => {
    await alike();
    expect((await pair.verdict('ids of the two regions', { idTables: ['orders'] })).state).toBe('ok');
  });

  test('an offset above the increment is ignored by the server, so it keeps nothing apart', async () => {
    await pair.b.sql('SET GLOBAL auto_increment_offset = 3');
    expect((await pair.verdict('ids of the two regions', { idTables: [] })).state).toBe('wrong');
  });
});

test('a right that the runbook lacks makes a row unknown, and says which to grant', async () => {
  await pair.a.sql("REVOKE SELECT ON mysql.* FROM runbook@'%'");
  await pair.caughtUp();
  const found = await pair.verdict("rights of the shop's user");
  await pair.a.sql("GRANT SELECT ON mysql.* TO runbook@'%'");
  await pair.caughtUp();
  expect(found).toMatchObject(said('unknown', /SELECT command denied to user 'runbook'.*GRANT SELECT ON mysql/));
});

test('a server that does not answer makes its rows unknown', async () => {
  const found = await pair.verdicts({ of: { port: 1 } });
  expect(found.filter(({ state, rule }) => state === 'ok' && !shopRules.includes(rule))).toEqual([]);
});

test("a certificate of the database that ends within 14 days is found in the server's own words", async () => {
  const soon = authority(pair.at, 'soon', 10);
  const { host } = pair.b.options;
  const renewed = soon.issue(host);
  const inUse = { certificate: pair.at.path(`ca-${host}.crt`), key: pair.at.path(`ca-${host}.key`) };
  const before = { certificate: readFileSync(inUse.certificate), key: readFileSync(inUse.key) };
  for (const file of ['certificate', 'key'] as const) writeFileSync(inUse[file], readFileSync(renewed[file]));
  await pair.b.sql('FLUSH SSL');
  const found = await pair.verdict('certificate of the database', { of: { ca: soon.pem } });
  for (const file of ['certificate', 'key'] as const) writeFileSync(inUse[file], before[file]);
  await pair.b.sql('FLUSH SSL');
  expect(found).toMatchObject(
    said('wrong', /^the certificate of B's database is valid for 9 more days; it must be valid for 14/),
  );
});

describe('the certificate of the shop', () => {
  const shopAt = (port: number, ca: string) =>
    httpsShop({ region: 'A', address: '127.0.0.1', port, name: 'www.shop.test', ca, canaryToken: 'secret' });

  test('tells when it ends', async () => {
    const own = identity('DNS:www.shop.test');
    const server = await web(() => ({}), own);
    const shop = shopAt(server.port, own.cert);
    const endsAt = await shop.certificateEndsAt();
    expect(Math.round((endsAt - Date.now()) / 3_600_000)).toBe(48);
    shop.close();
    await server.close();
  });

  test('that is of another authority is denied, and a port where nobody listens is unavailable', async () => {
    const server = await web(() => ({}), identity('DNS:www.shop.test'));
    const shop = shopAt(server.port, identity('DNS:www.shop.test').cert);
    await expect(shop.certificateEndsAt()).rejects.toMatchObject({ kind: 'denied' });
    await server.close();
    await expect(shop.certificateEndsAt()).rejects.toMatchObject({ kind: 'unavailable' });
    shop.close();
  });
});

test.each([
  ['is not there', 'nowhere', 'wrong'],
  ['is there', '', 'ok'],
])('a fence file whose folder %s', async (_what, folder, state) => {
  const path = pair.at.path('B', folder, 'zz-fence.cnf');
  const found = await pair.verdict('database.fenceFile', { services: { fenceFile: path } });
  expect(found.state).toBe(state);
});
