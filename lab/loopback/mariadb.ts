import { type Authority, authority } from './authority';
import { addresses, realDatabase, type RealDatabase } from './mariadb-server';
import { freePort, type Place } from './place';

export interface RealPair {
  a: RealDatabase;
  b: RealDatabase;
  close: () => Promise<void>;
}

/** Two servers with the same schema; A is writable in epoch 1, B follows it. */
export async function realPair(at: Place, template: string, ca: Authority = authority(at)): Promise<RealPair> {
  const port = await freePort();
  const [a, b] = await Promise.all([
    realDatabase('A', at, template, port, ca),
    realDatabase('B', at, template, port, ca),
  ]);
  await a.sql('SET GLOBAL read_only = 0');
  await b.database.attach({ sourceHost: addresses.A, how: { kind: 'demote' } });
  return {
    a,
    b,
    close: async () => {
      await Promise.all([a, b].flatMap((each) => [each.database.close(), each.kill()]));
    },
  };
}
