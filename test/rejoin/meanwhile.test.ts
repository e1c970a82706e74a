/** The shop goes on while the salvage reads: what customers send to the primary then is in no log that was read. */
import type { Salvage } from '../../src/ports/rejoin';
import { freshPairs, partWays } from './apart';
import { planOf, runSteps, settlingBy } from './run';
import { pay, place, stockIn } from './shop';
import type { RejoinPair } from './pair';

const pair = freshPairs();

/** The ports, with something that happens in the primary between the reading of its log and the first decision. */
function meanwhile({ ports }: RejoinPair, happens: () => Promise<void>): Pick<RejoinPair, 'ports'> {
  let isOver = false;
  const settle = async (real: Salvage, ...given: Parameters<Salvage['settle']>) => {
    if (!isOver) await happens();
    isOver = true;
    return real.settle(...given);
  };
  return { ports: settlingBy(ports, settle) };
}

test('an order that a customer sends to the primary again after its log was read is merged, and its stock is taken once', async () => {
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await place(pair(), 'A', 'a-2');
  await pay(pair(), 'A', 'a-2');
  const again = () => place(pair(), 'B', 'a-1');
  const { done } = await runSteps(meanwhile(pair(), again), await planOf(pair()), { until: 'salvage-orders' });
  expect(done['salvage-orders']?.facts).toMatchObject({ ordersSalvaged: 1, merged: 1, listed: 0 });
  const orders = await pair().rows('B', 'SELECT order_key FROM wp_wc_order_operational_data ORDER BY order_key');
  expect(orders).toEqual([{ order_key: 'a-1' }, { order_key: 'a-2' }]);
  expect(await stockIn(pair(), 'B')).toBe(2 * 2);
});

test('an order that the primary changes after its log was read keeps what both regions did to it', async () => {
  await place(pair(), 'A', 'old-1');
  await partWays(pair());
  await pay(pair(), 'A', 'old-1', 'charge-a');
  const paysHere = () => pay(pair(), 'B', 'old-1', 'charge-b');
  const { done } = await runSteps(meanwhile(pair(), paysHere), await planOf(pair()), { until: 'salvage-orders' });
  expect(JSON.stringify(done['salvage-orders']?.facts['forAPerson'])).toMatch(/has two payments, one in each region/);
});

test('what is in the way of an order at every reading is left to a person, and the rest is recovered', async () => {
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await place(pair(), 'A', 'a-2', 'intent-a-2');
  // Not an order of the log's: a row that only this server has, and no log.
  await pair().b.sql(
    "SET sql_log_bin = 0; INSERT INTO shop.wp_wc_order_operational_data (order_id, order_key, created_region, created_epoch) VALUES (999999, 'a-1', 'B', 2)",
  );
  const { done } = await runSteps(pair(), await planOf(pair()), { until: 'salvage-orders' });
  expect(done['salvage-orders']?.facts).toMatchObject({ ordersSalvaged: 1, listed: 1 });
});
