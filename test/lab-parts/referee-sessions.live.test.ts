/** A fence closes every client's session, the referee's too. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { Database, stateOf } from '../../lab/referee/database';
import { viewOf } from '../../lab/referee/woocommerce';
import { authority } from '../../lab/loopback/authority';
import { realPair, type RealPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { addresses } from '../../lab/loopback/mariadb-server';
import { place, type Place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';

let at: Place;
let pair: RealPair;

beforeAll(async () => {
  at = place();
  const ca = authority(at);
  pair = await realPair(at, dataDirectory(at), ca);
  await pair.a.sql("CREATE USER referee@'%' IDENTIFIED BY 'secret-referee'; GRANT SELECT ON *.* TO referee@'%'");
  for (const folder of ['ca', 'secrets']) mkdirSync(at.path('lab', folder), { recursive: true });
  copyFileSync(ca.file, at.path('lab', 'ca/ca.crt'));
  writeFileSync(at.path('lab', 'secrets/db-referee'), 'secret-referee');
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const sessions = () => pair.a.sql("SELECT id FROM information_schema.processlist WHERE user = 'referee'");
const fenced = async () => {
  await pair.a.database.fence(2);
  await until('the session is closed', async () => (await sessions()).length === 0);
};
const connect = () => Database.connect(at.path('lab'), 'A', addresses.A, pair.a.options.port);

test('a session that a fence closed is opened again for the next question', async () => {
  const referee = await connect();
  expect(await stateOf(referee)).toMatchObject({ epoch: 1 });
  await fenced();
  expect(await stateOf(referee)).toMatchObject({ writable: false, epoch: 1 });
  referee.close();
});

test('a snapshot that a fence closed is lost, and says so instead of reading another moment', async () => {
  const referee = await connect();
  await referee.openSnapshot();
  await fenced();
  await expect(viewOf(referee, 0)).rejects.toThrow(/The database of A closed the session of a snapshot/);
  referee.close();
});
