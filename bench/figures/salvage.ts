/** What the salvage of a shop's orders takes when the runbook is far from the region. Real servers on the loopback; no lab. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { farServer } from '../../lab/loopback/far';
import { realPair, type RealPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place, type Place } from '../../lab/loopback/place';
import { wooOrder, wooTables } from '../../lab/loopback/woo-shop';
import { attemptStep } from '../../src/activities/step/step';
import { salvageOrders } from '../../src/activities/steps/salvage-orders';
import type { Host, Ports } from '../../src/ports/ports';
import { binlogArchive } from '../../src/providers/database/mariadb/binlog/archive';
import { mariadbPositions } from '../../src/providers/database/mariadb/positions';
import { mariadbSalvage } from '../../src/providers/database/mariadb/salvage';
import { exactSeconds } from '../arithmetic';
import { checkout } from '../bench-lab';
import type { Figure, Measured } from '../figure';

const [orders, metaRows, roundTripMs, goalMs] = [100, 121, 30, 10_000];
const folder = 'kept';

const host: Host = {
  run: (command, { timeoutMs }) =>
    new Promise((resolve) => {
      const options = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
      execFile('bash', ['-c', command], options, (error, stdout, stderr) =>
        resolve({ code: error ? 1 : 0, stdout, stderr }),
      );
    }),
  close: () => Promise.resolve(),
};

/** Both have the shop; then B is promoted, and A takes the orders alone. Answers the last position that both have. */
async function partWays({ a, b }: RealPair): Promise<string> {
  const schema = readFileSync(join(checkout, 'lab/loopback/own-shop.sql'), 'utf8');
  await a.sql(`USE shop; DROP TABLE handover_epoch, handover_heartbeat; ${schema}`);
  await a.sql(wooTables);
  const { position } = await a.database.state();
  await b.database.waitFor(position, 30_000);
  await b.database.stopFetching();
  await b.database.promote({ epoch: 2, region: 'B', idGap: 1_000 });
  await b.database.openTo(2);
  const shop = await createConnection({ ...login(a.options), database: 'shop' });
  for (let n = 0; n < orders; n += 1)
    for (const statement of wooOrder(`wc_order_${n}`, metaRows)) await shop.query(statement);
  shop.destroy();
  return position;
}

const login = ({ host: address, port }: { host: string; port: number }) => ({
  host: address,
  port,
  user: 'shop',
  password: 'secret-shop',
});

/** A's logs, as `copy-binlogs` leaves them on B's host. */
function keepLogs(at: Place): void {
  mkdirSync(at.path('work', folder), { recursive: true });
  for (const name of readdirSync(at.path('A')).filter((each) => /^binlog\.\d+$/.test(each)))
    copyFileSync(at.path('A', name), at.path('work', folder, name));
}

async function salvageFrom(at: Place, pair: RealPair): Promise<Measured> {
  const promotionPoint = await partWays(pair);
  keepLogs(at);
  const { options } = pair.b;
  const far = await farServer(options.host, options.port, roundTripMs);
  const salvage = mariadbSalvage({ ...options, port: far.port });
  const files = { binlogDirectory: at.path('B'), workDirectory: at.path('work'), databaseSocket: at.path('B', 's') };
  const access = { peers: {}, peerKey: '', peerKnownHosts: '' };
  const archive = binlogArchive({ region: 'B', host, schema: 'shop', ...files, ...access });
  const ports = {
    database: () => pair.b.database,
    salvage: () => salvage,
    binlogs: () => archive,
    positions: mariadbPositions,
    now: Date.now,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  } as unknown as Ports;
  // Every statement of an order but the three that only set a variable is a transaction.
  const errant = orders * (wooOrder('', metaRows).length - 3);
  const ctx = {
    site: 'lab',
    epoch: 2,
    key: 'bench',
    facts: { 'classify-deposed': { errant, promotionPoint } },
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const params = { from: 'A', to: 'B', folder, counters: ['wp_handover_stock.stock'], tables: {} };
  const startedAt = performance.now();
  const { facts } = await attemptStep(salvageOrders, params, ports, ctx);
  const tookMs = performance.now() - startedAt;
  await salvage.close();
  await far.close();
  if (facts['ordersSalvaged'] !== orders) throw new Error(`salvaged: ${JSON.stringify(facts).slice(0, 500)}`);
  return {
    lines: [`${exactSeconds(tookMs)} for ${orders} orders in ${errant} transactions, ${far.roundTrips()} round trips`],
    reached: tookMs <= goalMs,
    values: { tookMs, orders, transactions: errant, roundTrips: far.roundTrips(), roundTripMs },
  };
}

async function measure(): Promise<Measured> {
  const at = place();
  try {
    const pair = await realPair(at, dataDirectory(at));
    return await salvageFrom(at, pair).finally(() => pair.close());
  } finally {
    at.remove();
  }
}

export const salvage: Figure = {
  name: 'salvage',
  title: 'Salvage of 100 orders, 30 ms away from the region',
  goal: 'at most 10 s',
  how: `Two MariaDB servers part ways, and one takes ${orders} orders alone, each row in a transaction of its own, as WordPress writes them. The step salvage-orders then runs on its logs and the other server, which a relay makes ${roundTripMs} ms distant.`,
  measure,
};
