/** What a rejoin left to a person, worked off item by item, on a real pair. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace, type Place } from '../../lab/loopback/place';
import type { DecideInput } from '../../src/ports/pile';
import { partWays, salvaged } from './apart';
import { rejoinPair, type RejoinPair } from './pair';
import { idIn, pay, place, refund, statusIn, stockIn } from './shop';

let at: Place;
let pair: RejoinPair;
/** Two orders that both regions changed, and one that both made with one payment and other lines. */
beforeAll(async () => {
  at = newPlace();
  pair = await rejoinPair(at, dataDirectory(at));
  await place(pair, 'A', 'old');
  await place(pair, 'A', 'other');
  await partWays(pair);
  for (const key of ['old', 'other']) {
    await pay(pair, 'A', key);
    await refund(pair, 'B', key, `b-${key}`);
  }
  await place(pair, 'A', 'twice', 'intent-twice', [{ sku: 'sku-02', qty: 3 }]);
  await place(pair, 'B', 'twice-b', 'intent-twice', [{ sku: 'sku-02', qty: 1 }]);
  expect(await pile().items()).toEqual([]);
  await salvaged(pair);
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const pile = () => pair.ports.pile('B');
const by = (what: DecideInput['what'], key = 'first', epoch = 2): DecideInput => ({
  what,
  by: 'ines',
  because: 'the customer says so',
  epoch,
  key,
  shop: { counters: pair.site.shop.counters },
});
const numberOf = async (thing: string) => (await pile().items()).find((item) => item.thing === thing)?.number ?? 0;

test('every item has a number, a reason and its rejoin, and its record the rows of both regions', async () => {
  const items = await pile().items();
  const things = [await idIn(pair, 'B', 'old'), await idIn(pair, 'B', 'other'), await idIn(pair, 'A', 'twice')];
  expect(items.map(({ thing }) => thing).sort()).toEqual(things.map((id) => `order ${id}`).sort());
  expect(items.every(({ epoch, decision }) => epoch === 2 && decision === undefined)).toBe(true);
  expect(await pile().detail(await numberOf(`order ${things[0]}`))).toMatchObject({
    item: { thing: `order ${things[0]}` },
    detail: {
      version: {
        rows: [
          {
            table: 'wp_wc_orders',
            had: { status: 'refunded', transaction_id: 'b-old' },
            want: { status: 'processing', transaction_id: 'charge-old' },
          },
        ],
      },
    },
  });
});

test('nothing is taken where the primary changed since, in another epoch, or without an item, and nothing is changed', async () => {
  const number = await numberOf(`order ${await idIn(pair, 'B', 'other')}`);
  await expect(pile().decide(number, by('applied', 'first', 1))).rejects.toThrow(/not the writable primary of epoch 1/);
  await pay(pair, 'B', 'other', 'charge-new');
  await expect(pile().decide(number, by('applied'))).rejects.toThrow(
    /can't be applied: the primary's wc_orders\.status, wc_orders\.transaction_id changed since its record was made\./,
  );
  await expect(pile().decide(9_999, by('applied'))).rejects.toThrow(
    'There is no item 9999; see: npx handover salvage lab list',
  );
  expect((await pile().items()).every(({ decision }) => decision === undefined)).toBe(true);
});

test('an item is taken once, and its record says who took it and why', async () => {
  const number = await numberOf(`order ${await idIn(pair, 'B', 'old')}`);
  const taken = await pile().decide(number, by('applied'));
  expect(taken.decision).toMatchObject({ what: 'applied', by: 'ines', because: 'the customer says so' });
  expect(await statusIn(pair, 'B', 'old')).toBe('processing');
  // The same attempt again changes nothing; another one is refused.
  await refund(pair, 'B', 'old', 'charge-later');
  expect(await pile().decide(number, by('applied'))).toEqual(taken);
  await expect(pile().decide(number, by('dismissed', 'second'))).rejects.toThrow(
    new RegExp(`^Item ${number} was applied by ines at .* UTC, and an item is decided once\\.$`),
  );
  expect(await statusIn(pair, 'B', 'old')).toBe('refunded');
});

test('an order with a unique value that the primary has is refused by the name of its key, and closed by hand', async () => {
  const number = await numberOf(`order ${await idIn(pair, 'A', 'twice')}`);
  await expect(pile().decide(number, by('applied'))).rejects.toThrow(
    /^Item \d+ was not applied: .*unique key payment_intent \(error 1062\)\. Compare both versions: npx handover salvage lab show \d+;/,
  );
  expect(await statusIn(pair, 'B', 'twice')).toBe('absent');
  expect((await pile().decide(number, by('dismissed', 'second'))).decision?.what).toBe('dismissed');
  expect(await stockIn(pair, 'B', 'sku-02')).toBe(1);
});

test('records of an earlier version get numbers, are shown and dismissed, and are not applied', async () => {
  await pair.b
    .sql(`USE shop; RENAME TABLE handover_shop.salvaged TO handover_salvaged; ALTER TABLE handover_salvaged DROP COLUMN number, DROP COLUMN decision, DROP COLUMN decided_by,
    DROP COLUMN decided_because, DROP COLUMN decided_at, DROP COLUMN decided_key; UPDATE handover_salvaged SET detail = '{"item":"it"}'`);
  const numbers = (await pile().items()).map(({ number }) => number);
  expect(new Set(numbers.filter((number) => number > 0)).size).toBe(3);
  const [number = 0] = numbers;
  expect(await pile().detail(number)).toMatchObject({ detail: { item: 'it' } });
  await expect(pile().decide(number, by('applied'))).rejects.toThrow(
    /its record does not hold the deposed region's rows whole/,
  );
  expect((await pile().decide(number, by('dismissed'))).decision).toMatchObject({ what: 'dismissed', by: 'ines' });
  expect(await pair.ports.salvage('B').open()).toBe(2);
});
