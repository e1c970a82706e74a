/** One connection that several ask over at once: what becomes of the others when one is refused, or gets no answer. */
import { connection, type Connection } from '../../src/providers/database/wire/connection';
import { authority } from '../../lab/loopback/authority';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { realDatabase, type RealDatabase } from '../../lab/loopback/mariadb-server';
import { freePort, place } from '../../lab/loopback/place';

const at = place();
let server: RealDatabase;
let line: Connection;
beforeAll(async () => {
  server = await realDatabase('A', at, dataDirectory(at), await freePort(), authority(at));
});
beforeEach(() => {
  line = connection({ ...server.options, server: 'A', timeoutMs: 60_000 });
});
afterEach(() => line.close());
afterAll(async () => {
  await server.database.close();
  await server.kill();
  at.remove();
});

const one = [[{ one: 1 }]];

test.each([
  ['a schema', 'CREATE DATABASE forbidden', 1044],
  ['a table', "INSTALL SONAME 'nothing'", 1142],
  ['a column', 'SELECT secret FROM other.kept', 1143],
  ['an act', 'SHOW ENGINE INNODB STATUS', 1227],
  ['a routine', 'CALL other.nothing()', 1370],
])('a right on %s that is missing costs nobody else an answer', async (_what, denied, errno) => {
  await server.sql(`SET sql_log_bin = 0; SET GLOBAL read_only = 0; REVOKE PROCESS ON *.* FROM runbook@'%';
    CREATE DATABASE IF NOT EXISTS other; CREATE OR REPLACE TABLE other.kept (shown INT, secret INT);
    CREATE OR REPLACE PROCEDURE other.nothing() DO 1; GRANT SELECT (shown) ON other.kept TO runbook@'%'`);
  const [before, refused, after] = await Promise.allSettled([
    line.ask('count', 'SELECT 1 AS one'),
    line.ask('try', denied),
    line.ask('count on', 'SELECT 1 AS one'),
  ]);
  await server.sql("SET sql_log_bin = 0; GRANT PROCESS ON *.* TO runbook@'%'");
  expect([before, after]).toEqual([1, 2].map(() => ({ status: 'fulfilled', value: one })));
  expect(refused).toMatchObject({ status: 'rejected', reason: { kind: 'denied', errno } });
});

test('two that are denied at once are both told so, none by the limit of a question', async () => {
  const denied = ['CREATE DATABASE forbidden', 'CREATE DATABASE forbidden', 'SELEC 1'];
  const refusals = Promise.allSettled(denied.map((statement) => line.ask('try', statement)));
  const first = await Promise.race([refusals, server.sql('SELECT SLEEP(20) AS slept')]);
  expect(first).toMatchObject([
    { reason: { kind: 'denied', errno: 1044 } },
    { reason: { kind: 'denied', errno: 1044 } },
    { reason: { kind: 'refused', errno: 1064 } },
  ]);
});

test('a right that is granted after a refusal counts for the next question', async () => {
  await server.sql("SET sql_log_bin = 0; REVOKE PROCESS ON *.* FROM runbook@'%'");
  await expect(line.ask('look', 'SHOW ENGINE INNODB STATUS')).rejects.toMatchObject({ kind: 'denied' });
  await server.sql("SET sql_log_bin = 0; GRANT PROCESS ON *.* TO runbook@'%'");
  expect(await line.ask('look', 'SHOW ENGINE INNODB STATUS')).toHaveLength(1);
});

test('who waits behind a question without an answer is told so when that is given up', async () => {
  const [slow, behind] = await Promise.allSettled([
    line.ask('sleep', 'SELECT SLEEP(600)', 200),
    line.ask('count', 'SELECT 1 AS one'),
  ]);
  const reason = { kind: 'unavailable', message: 'A did not answer the request to sleep within 200 ms.' };
  expect([slow, behind]).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason })));
  expect(await line.ask('count', 'SELECT 1 AS one')).toEqual(one);
});

test('who waits when the connection is closed is told so', async () => {
  const asked = line.ask('sleep', 'SELECT SLEEP(600)');
  await line.ask('connect', 'SELECT 1', 200).catch(() => undefined);
  await expect(asked).rejects.toMatchObject({ kind: 'unavailable' });
  const again = line.ask('sleep', 'SELECT SLEEP(600)');
  line.close();
  await expect(again).rejects.toMatchObject({ message: 'The connection to A was closed.' });
});
