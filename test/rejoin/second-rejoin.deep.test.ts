/** A deposed region that was written to after a rejoin had salvaged it: the next rejoin brings that too, and lists what it can't. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace } from '../../lab/loopback/place';
import { partWays } from './apart';
import { rejoinPair, type RejoinPair } from './pair';
import { breakingOff, planOf, runSteps } from './run';
import { pay, place, refund, statusIn, stockIn } from './shop';

const at = newPlace();
let pair: RejoinPair;

beforeAll(async () => {
  pair = await rejoinPair(at, dataDirectory(at));
  for (const key of ['old', 'both']) await place(pair, 'A', key);
  await partWays(pair);
  for (const key of ['first', 'cut']) await place(pair, 'A', key);
  await pay(pair, 'A', 'both');
  await refund(pair, 'B', 'both', 'b-both');
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const salvage = async (key: string, ports = pair.ports) =>
  runSteps({ ports }, await planOf(pair), { until: 'salvage-orders', key });
/** As a restart without read_only in the option file leaves it. */
const writable = () => pair.a.sql('SET GLOBAL read_only = 0');
const listed = async () => (await pair.ports.pile('B').items()).map(({ thing, because }) => `${thing}: ${because}`);
const statuses = (keys: string[]) => Promise.all(keys.map((key) => statusIn(pair, 'B', key)));

test('a rejoin that ended within its salvage is gone on with, and a payment that came meanwhile arrives', async () => {
  const cut = await salvage('first', breakingOff(pair.ports, 2, 'after')).catch((error: unknown) => String(error));
  expect(cut).toMatch(/the worker was killed/);
  await writable();
  await pay(pair, 'A', 'first');
  await salvage('second');
  expect(await statuses(['first', 'cut', 'both'])).toEqual(['processing', 'pending', 'refunded']);
  expect(await stockIn(pair, 'B')).toBe(await stockIn(pair, 'A'));
  expect(await listed()).toHaveLength(1);
});

test('orders, payments and rows that came after a whole salvage arrive, and stock is counted once', async () => {
  await writable();
  await place(pair, 'A', 'third');
  await pay(pair, 'A', 'cut');
  await pay(pair, 'A', 'old');
  const { done } = await salvage('third');
  expect(done['salvage-orders']?.because).toMatch(/^3 orders and/);
  expect(await statuses(['cut', 'old', 'third'])).toEqual(['processing', 'processing', 'pending']);
  expect(await stockIn(pair, 'B')).toBe(await stockIn(pair, 'A'));
  expect(await listed()).toHaveLength(1);
});

test('what was left to a person and changed again is a second item, and what the primary changed meanwhile is left to one', async () => {
  await writable();
  await pay(pair, 'A', 'both', 'charge-again');
  await refund(pair, 'A', 'third');
  await refund(pair, 'B', 'third', 'b-third');
  await salvage('fourth');
  const items = await listed();
  expect(items).toHaveLength(3);
  expect(items.join('\n')).toMatch(/changed in the deposed region again, after item \d+/);
  expect(await statuses(['both', 'third'])).toEqual(['refunded', 'refunded']);
});

test('a rejoin to which nothing came after the last one decides nothing again', async () => {
  const before = await pair.rows('B', 'SELECT COUNT(*) AS n FROM handover_shop.salvaged');
  const { done } = await salvage('fifth');
  expect(done['salvage-orders']?.because).toMatch(/^3 orders and/);
  expect(await pair.rows('B', 'SELECT COUNT(*) AS n FROM handover_shop.salvaged')).toEqual(before);
});

test('records of an earlier version tell no position: what changed when they were made or later is left to a person', async () => {
  await pair.b.sql(`DELETE FROM handover_shop.salvaged WHERE turn > 0;
    ALTER TABLE handover_shop.salvaged DROP COLUMN decided_up_to, DROP COLUMN turn, DROP PRIMARY KEY, ADD PRIMARY KEY (promotion_point, gtid)`);
  await writable();
  await pay(pair, 'A', 'third', 'charge-late');
  await place(pair, 'A', 'late');
  await salvage('sixth');
  expect(await statuses(['late'])).toEqual(['pending']);
  expect((await listed()).join('\n')).toMatch(/an earlier version of handover/);
});
