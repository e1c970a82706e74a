/** A pair of regions that part ways: B is promoted while A, unseen, goes on taking writes. */
import { createConnection } from 'mysql2/promise';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace, type Place } from '../../lab/loopback/place';
import { rejoinPair, type Region, type RejoinPair } from './pair';
import { planOf, runSteps, type Journal } from './run';

/** A fresh pair for each test of a file. */
export function freshPairs(): () => RejoinPair {
  const shared: Place = newPlace();
  const template = dataDirectory(shared);
  afterAll(() => shared.remove());
  let at: Place;
  let pair: RejoinPair;
  beforeEach(async () => {
    at = newPlace();
    pair = await rejoinPair(at, template);
  });
  afterEach(async () => {
    await pair.close();
    at.remove();
  });
  return () => pair;
}

export async function partWays(pair: RejoinPair): Promise<void> {
  await pair.b.database.waitFor((await pair.a.database.state()).position, 10_000);
  await pair.b.database.stopFetching();
  await pair.b.database.promote({ epoch: 2, region: 'B', idGap: 1000 });
  await pair.b.database.openTo(2);
}

/** As a plugin of WordPress writes: every statement is a transaction of its own. */
export async function autocommitted(pair: RejoinPair, region: Region, statements: readonly string[]): Promise<void> {
  const { host, port } = (region === 'A' ? pair.a : pair.b).options;
  const login = { host, port, user: 'shop', password: 'secret-shop', database: 'shop' };
  const connection = await createConnection(login);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    connection.destroy();
  }
}

/** The rejoin up to and with the salvage, in a first attempt. */
export const salvaged = async (pair: RejoinPair): Promise<Journal> =>
  runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
