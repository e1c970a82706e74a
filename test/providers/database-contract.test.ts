import { mariadbPositions } from '../../src/providers/database/mariadb/positions';
import { describeDatabase } from './database.contract';
import { authority } from '../../lab/loopback/authority';
import { realPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { addresses } from '../../lab/loopback/mariadb-server';
import { type Place, place } from '../../lab/loopback/place';

const shared: Place = place();
const template = dataDirectory(shared);
const ca = authority(shared);
afterAll(() => shared.remove());

describeDatabase('MariaDB', async () => {
  const at = place();
  const pair = await realPair(at, template, ca);
  const { a, b } = pair;
  return {
    a: a.database,
    b: b.database,
    positions: mariadbPositions,
    hostA: addresses.A,
    hostB: addresses.B,
    order: async (region) => {
      const rows = await (region === 'A' ? a : b).sql(
        `INSERT INTO shop.orders (note) VALUES ('x') RETURNING id`,
        'shop',
      );
      return Number(rows[0]?.['id']);
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
