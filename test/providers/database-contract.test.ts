import { mariadbPositions } from '../../src/providers/database/mariadb/positions';
import { describeDatabase } from './database.contract';
import { contractPair } from './database-pair';
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
  return contractPair(pair, at, { positions: mariadbPositions, hostA: addresses.A, hostB: addresses.B });
});
