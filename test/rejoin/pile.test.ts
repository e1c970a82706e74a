/** What a rejoin left to a person, worked off item by item, on a real pair. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace, type Place } from '../../lab/loopback/place';
import type { DecideInput } from '../../src/ports/pile';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { runbookActivities } from '../../src/activities';
import { runbookQueue } from '../../src/contract/ids';
import { readArguments } from '../../src/starters/command';
import { salvage } from '../../src/starters/salvage/command';
import { statusOf } from '../../src/starters/status';
import { bundle } from '../workflows-live/server';
import { Stage } from '../workflows-live/stage';
import { keep } from '../workflows-live/history';
import { partWays, salvaged } from './apart';
import { rejoinPair, type RejoinPair } from './pair';
import { idIn, pay, place, refund, statusIn, stockIn } from './shop';

let at: Place;
let pair: RejoinPair;
let stage: Stage;
/** Three orders that both regions changed, and one that both made with one payment and other lines. */
beforeAll(async () => {
  at = newPlace();
  pair = await rejoinPair(at, dataDirectory(at));
  await pair.a.sql('ALTER TABLE shop.wp_wc_orders ADD UNIQUE KEY payment_intent (transaction_id)');
  await place(pair, 'A', 'old');
  for (const key of ['other', 'typed']) await place(pair, 'A', key);
  await partWays(pair);
  for (const key of ['old', 'other', 'typed']) {
    await pay(pair, 'A', key);
    await refund(pair, 'B', key, `b-${key}`);
  }
  await place(pair, 'A', 'twice', 'intent-twice', [{ sku: 'sku-02', qty: 3 }]);
  await place(pair, 'B', 'twice-b', 'intent-twice', [{ sku: 'sku-02', qty: 1 }]);
  await pay(pair, 'A', 'twice', 'charge-twice');
  await pay(pair, 'B', 'twice-b', 'charge-twice');
  expect(await pile().items()).toEqual([]);
  await salvaged(pair);
  stage = await Stage.open({ runbook: false });
  // The world's sessions live in its own time.
  const sessions = () => ({ flushCache: () => Promise.resolve() }) as ReturnType<typeof pair.ports.sessions>;
  const ports = { ...pair.ports, sessions };
  const activities = runbookActivities(() => Promise.resolve({ site: pair.site, ports, caPem: '' }));
  await stage.work({ taskQueue: runbookQueue, workflowBundle: await bundle(), activities });
});
afterAll(async () => {
  await stage.close();
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

/** What the command prints, or the sentence with which it refuses. */
async function typed(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const print = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const { client, address } = stage;
  const connection = { client, address, namespace: 'default', close: () => Promise.resolve() };
  try {
    await salvage.run(readArguments(salvage, ['lab', ...args]), () => Promise.resolve(connection));
  } catch (error) {
    lines.push((error as Error).message);
  } finally {
    print.mockRestore();
  }
  return lines.join('\n');
}

/** A site file and secrets, as a worker has them. */
function filesOfSite(): void {
  const site = parse(readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8')) as typeof pair.site;
  for (const [name, region] of Object.entries(site.regions)) {
    const { host, port } = pair.site.regions[name]!.database;
    Object.assign(region.database, { host, port });
  }
  mkdirSync(at.path('sites'));
  mkdirSync(at.path('secrets'));
  writeFileSync(at.path('sites', 'lab.yaml'), stringify(site));
  for (const user of ['runbook', 'repl']) writeFileSync(at.path('secrets', `db-${user}`), `secret-${user}`);
  mkdirSync(at.path('ca'));
  copyFileSync(at.path('ca.crt'), at.path('ca', 'ca.crt'));
  process.env.HANDOVER_SITES_DIR = at.path('sites');
  process.env.HANDOVER_SECRETS_DIR = at.path('secrets');
}

test('every item has a number, a reason and its rejoin, and its record the rows of both regions', async () => {
  const items = await pile().items();
  const known = await Promise.all(['old', 'other', 'typed'].map((key) => idIn(pair, 'B', key)));
  const things = [...known, await idIn(pair, 'A', 'twice')];
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

test('at a shell items are listed, shown with both versions and decided, and no value of a customer is in a history', async () => {
  filesOfSite();
  const number = String(await numberOf(`order ${await idIn(pair, 'B', 'typed')}`));
  const other = String(await numberOf(`order ${await idIn(pair, 'B', 'other')}`));
  expect(await typed('list')).toMatch(
    new RegExp(
      `^\\d items that a rejoin left to a person are open: .*\n(.*\n)* +${other}  order \\d+: Order \\d+ has two payments`,
    ),
  );
  expect(await typed('show', number)).toMatch(
    /wp_wc_orders, id \d+\n.* {2}transaction_id\n +deposed region: charge-typed\n +primary: +b-typed\n/s,
  );
  expect(await typed('dismiss', number)).toMatch(/^dismiss needs --because/);
  expect(await typed('apply', number, '--who', 'ines', '--because', 'the bank says so')).toMatch(
    /^Item \d+ was applied: B's order \d+ is as the deposed region had it\. The object cache of B was flushed\. \d items? (is|are) open\.$/,
  );
  expect(await statusIn(pair, 'B', 'typed')).toBe('processing');
  expect(await typed('apply', number)).toMatch(/was applied by ines at .* UTC, and an item is decided once\.$/);
  expect(await typed('dismiss', other, '--because', 'it was refunded')).toMatch(/was dismissed: .* stays as it is\./);
  expect((await statusOf(stage.client, 'lab')).join('\n')).toMatch(
    /salvage\/lab: running, .*\n +(No|\d) items? that a rejoin left to a person (is|are) open/,
  );
  const history = stage.client.workflow.getHandle('salvage/lab');
  const { events } = await history.fetchHistory();
  const said = Buffer.from(JSON.stringify(events)).toString();
  const payloads = [...said.matchAll(/"data":"([^"]+)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  expect(payloads.join()).toContain('the bank says so');
  expect(payloads.join()).not.toMatch(/charge-|b-typed|customers\.test/);
  await keep(history, 'salvage');
});

test('records of an earlier version get numbers, are shown and dismissed, and are not applied', async () => {
  await pair.b
    .sql(`USE shop; RENAME TABLE handover_shop.salvaged TO handover_salvaged; ALTER TABLE handover_salvaged DROP COLUMN number, DROP COLUMN decision, DROP COLUMN decided_by,
    DROP COLUMN decided_because, DROP COLUMN decided_at, DROP COLUMN decided_key; UPDATE handover_salvaged SET detail = '{"item":"it"}'`);
  const numbers = (await pile().items()).map(({ number }) => number);
  expect(new Set(numbers.filter((number) => number > 0)).size).toBe(4);
  const [number = 0] = numbers;
  expect(await pile().detail(number)).toMatchObject({ detail: { item: 'it' } });
  await expect(pile().decide(number, by('applied'))).rejects.toThrow(
    /its record does not hold the deposed region's rows whole/,
  );
  expect((await pile().decide(number, by('dismissed'))).decision).toMatchObject({ what: 'dismissed', by: 'ines' });
  const open = (await pile().items()).filter(({ decision }) => decision === undefined);
  expect([open.length, await pair.ports.salvage('B').open()]).toEqual([numbers.length - 1, numbers.length - 1]);
});
