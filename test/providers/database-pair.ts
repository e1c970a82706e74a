/** A real pair of servers, as the contract of a database asks it. */
import type { Database } from '../../src/ports/ports';
import type { Place } from '../../lab/loopback/place';
import type { DatabasePair } from './database.contract';

interface Server {
  database: Database;
  sql: (statement: string, user?: 'shop') => Promise<Record<string, unknown>[]>;
}

interface Pair {
  a: Server;
  b: Server;
  close: () => Promise<void>;
}

type Rest = Pick<DatabasePair, 'positions' | 'hostA' | 'hostB'>;

/** `close` also removes `at`, where the servers are. */
export const contractPair = (pair: Pair, at: Place, rest: Rest): DatabasePair => {
  const { a, b } = pair;
  const ids = (server: Server) => server.sql('SELECT id FROM shop.orders ORDER BY id');
  const of = (region: 'A' | 'B') => (region === 'A' ? a : b);
  return {
    ...rest,
    a: a.database,
    b: b.database,
    order: async (region) => {
      await of(region).sql(`INSERT INTO shop.orders (note) VALUES ('x')`, 'shop');
      return Number((await ids(of(region))).at(-1)?.['id']);
    },
    orders: async (region) => (await ids(of(region))).map((row) => Number(row['id'])),
    applier: async (running) => {
      await b.sql(`${running ? 'START' : 'STOP'} REPLICA SQL_THREAD`);
    },
    close: async () => {
      await pair.close();
      at.remove();
    },
  };
};
