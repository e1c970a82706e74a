/** Two attempts of a salvage, and two decisions about items, at once in one worker: each has a transaction of its own. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace } from '../../lab/loopback/place';
import type { DecideInput } from '../../src/ports/pile';
import { autocommitted, partWays, salvaged } from './apart';
import { rejoinPair, type RejoinPair } from './pair';
import { planOf, runSteps, settlingBy } from './run';
import { idIn, pay, place, refund, statusIn } from './shop';

const at = newPlace();
let pair: RejoinPair;
const rows = 60;

beforeAll(async () => {
  pair = await rejoinPair(at, dataDirectory(at));
  await pair.a.sql(
    'USE shop; CREATE TABLE wp_plugin (id bigint unsigned PRIMARY KEY, v longtext) DEFAULT CHARSET utf8mb4',
  );
  for (const key of ['x', 'y']) await place(pair, 'A', key);
  await partWays(pair);
  for (const key of ['x', 'y']) {
    await pay(pair, 'A', key);
    await refund(pair, 'B', key, `b-${key}`);
  }
  const values = Array.from({ length: rows }, (_, id) => `(${id}, REPEAT('x', 60000))`);
  await autocommitted(pair, 'A', [`INSERT INTO wp_plugin VALUES ${values.join()}`]);
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const countIn = async (from: string) => Number((await pair.rows('B', `SELECT COUNT(*) AS n FROM ${from}`))[0]?.['n']);

test('of two decisions about one item at once one is carried out, and the other one is refused', async () => {
  const pile = () => pair.ports.pile('B');
  const shop = { counters: pair.site.shop.counters };
  const by = (what: DecideInput['what'], key: string) => ({ what, by: 'ines', because: 'x', epoch: 2, key, shop });
  await salvaged(pair);
  const items = await pile().items();
  const numberOf = async (key: string) => {
    const thing = `order ${await idIn(pair, 'B', key)}`;
    return items.find((item) => item.thing === thing)!.number;
  };
  const [x, y] = [await numberOf('x'), await numberOf('y')];
  const wrong: string[] = [];
  for (let round = 0; round < 24; round += 1) {
    await pair.b.sql('UPDATE handover_shop.salvaged SET decision = NULL, decided_by = NULL, decided_key = NULL');
    for (const key of ['x', 'y']) await refund(pair, 'B', key, `b-${key}`);
    const decide = async (number: number, what: DecideInput['what'], ms: number) => {
      await pause(ms);
      return pile().decide(number, by(what, `${what} ${number} ${round}`));
    };
    const [dismissed, applied] = await Promise.allSettled([
      decide(x, 'dismissed', 0),
      decide(x, 'applied', 0),
      decide(y, 'applied', round / 2),
    ]);
    const decision = (await pile().items()).find(({ number }) => number === x)?.decision?.what ?? 'open';
    const told = `${dismissed.status} and ${applied.status}, ${decision}, ${await statusIn(pair, 'B', 'x')}`;
    if (!['fulfilled and rejected, dismissed, refunded', 'rejected and fulfilled, applied, processing'].includes(told))
      wrong.push(told);
  }
  expect(wrong).toEqual([]);
});

test('an attempt that begins while another one writes loses no row whose record says that it is there', async () => {
  const lost: string[] = [];
  let rounds = 0;
  const ports = settlingBy(pair.ports, async (real, batch, input) => {
    if (batch.length < rows) return real.settle(batch, input);
    const settleFromNothing = async (second?: number) => {
      await pair.b.sql('DELETE FROM shop.wp_plugin; DELETE FROM handover_shop.salvaged');
      const began = performance.now();
      const first = real.settle(batch, input);
      if (second !== undefined) await pause(second);
      await Promise.allSettled([first, ...(second === undefined ? [] : [real.settle(batch, input)])]);
      return performance.now() - began;
    };
    await settleFromNothing();
    const tookMs = await settleFromNothing();
    for (; rounds < 10; rounds += 1) {
      await settleFromNothing(tookMs * (0.3 + 0.06 * rounds));
      const counts = [
        await countIn('shop.wp_plugin'),
        await countIn("handover_shop.salvaged WHERE outcome = 'copied'"),
      ];
      if (counts[0] !== counts[1]) lost.push(counts.join(' of '));
    }
    return real.settle(batch, input);
  });
  await pair.b.sql('DELETE FROM handover_shop.salvaged');
  await runSteps({ ports }, await planOf(pair), { until: 'salvage-orders', key: 'again' });
  expect([rounds, lost]).toEqual([10, []]);
});
