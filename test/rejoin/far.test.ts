/** A runbook far from the region waits for each round trip: salvage needs few of them, however many transactions there are. */
import { farServer } from '../../lab/loopback/far';
import { wooOrder, wooTables } from '../../lab/loopback/woo-shop';
import { autocommitted, freshPairs, partWays } from './apart';
import { planOf, runSteps } from './run';
import { stockIn } from './shop';

const pair = freshPairs();

test('1,200 transactions of a shop that commits each row by itself are salvaged in 24 round trips at most', async () => {
  const { a, b, site } = pair();
  await a.sql(wooTables);
  await partWays(pair());
  for (let n = 0; n < 30; n += 1) await autocommitted(pair(), 'A', wooOrder(`wc_order_${n}`, 31));
  const far = await farServer(b.options.host, b.options.port, 30);
  const { database } = site.regions['B']!;
  site.regions['B']!.database = { ...database, port: far.port };
  const plan = await planOf(pair());
  const journal = await runSteps(pair(), plan, { until: 'classify-deposed' });
  const before = far.roundTrips();
  await runSteps(pair(), plan, { journal, until: 'salvage-orders' });
  const used = far.roundTrips() - before;
  await far.close();
  expect(journal.facts['salvage-orders']).toMatchObject({ transactions: 1_200, ordersSalvaged: 30, listed: 0 });
  expect(await stockIn(pair(), 'B')).toBe(60);
  expect(used).toBeGreaterThan(0);
  expect(used).toBeLessThanOrEqual(24);
});
