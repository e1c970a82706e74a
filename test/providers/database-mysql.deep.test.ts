import { join } from 'node:path';
import { authority } from '../../lab/loopback/authority';
import { addresses, realMySqlPair } from '../../lab/loopback/mysql';
import { mysqlData } from '../../lab/loopback/mysql-data';
import { place } from '../../lab/loopback/place';
import { findMysqld } from '../../lab/servers/mysql-program';
import { mysqlPositions } from '../../src/providers/database/mysql/positions';
import { describeDatabase } from './database.contract';

const found = findMysqld(join(__dirname, '../..'));

if ('because' in found)
  test.skip(`MySQL keeps the promises of a database (skipped: ${found.because})`, () => undefined);
else {
  const shared = place();
  const source = { mysqld: found.path, template: mysqlData(shared, found.path), ca: authority(shared) };
  afterAll(() => shared.remove());

  describeDatabase('MySQL', async () => {
    const at = place();
    const pair = await realMySqlPair(at, source);
    const { a, b } = pair;
    return {
      a: a.database,
      b: b.database,
      positions: mysqlPositions,
      hostA: addresses.A,
      hostB: addresses.B,
      order: async (region) => {
        const server = region === 'A' ? a : b;
        await server.sql(`INSERT INTO shop.orders (note) VALUES ('x')`, 'shop');
        return Number((await server.sql('SELECT MAX(id) AS id FROM shop.orders'))[0]?.['id']);
      },
      orders: async (region) =>
        (await (region === 'A' ? a : b).sql('SELECT id FROM shop.orders ORDER BY id')).map((row) => Number(row['id'])),
      applier: async (running) => {
        await b.sql(`${running ? 'START' : 'STOP'} REPLICA SQL_THREAD`);
      },
      close: async () => {
        await pair.close();
        at.remove();
      },
    };
  });
}
