import { join } from 'node:path';
import { authority } from '../../lab/loopback/authority';
import { addresses, realMySqlPair } from '../../lab/loopback/mysql';
import { mysqlData } from '../../lab/loopback/mysql-data';
import { place } from '../../lab/loopback/place';
import { findMysqld } from '../../lab/servers/mysql-program';
import { mysqlPositions } from '../../src/providers/database/mysql/positions';
import { describeDatabase } from './database.contract';
import { contractPair } from './database-pair';

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
    return contractPair(pair, at, { positions: mysqlPositions, hostA: addresses.A, hostB: addresses.B });
  });
}
