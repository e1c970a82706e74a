/** What only the deposed region has: found per stream, and refused where the log does not tell all of it. */
import { classificationFacts, classify } from '../../src/domain/salvage/classification';
import { shopTablesOf } from '../../src/domain/salvage/entities/tables';
import { after, lastUpTo, type Ground } from '../../src/domain/salvage/history';
import type { Change, ErrantTransaction, Row } from '../../src/domain/salvage/transaction';
import { mariadbPositions } from '../../src/providers/database/mariadb/positions';

const placeOf = (id: string) => mariadbPositions.places(id)[0]!;

/** A primary with server id 2, unless said otherwise. */
const primary = (known: string, writer = '2'): Ground => ({
  knows: (id) => mariadbPositions.contains(known, id),
  placeOf,
  known: mariadbPositions.places(known),
  writer,
});

const transaction = (gtid: string, over: Partial<ErrantTransaction> = {}): ErrantTransaction => ({
  gtid,
  atMs: 1_000,
  changes: [],
  statements: [],
  unread: [],
  unreadTables: [],
  ...over,
});

async function* logOf(transactions: readonly (string | ErrantTransaction)[]): AsyncGenerator<ErrantTransaction> {
  for (const each of transactions) yield await Promise.resolve(typeof each === 'string' ? transaction(each) : each);
}

const tables = shopTablesOf(new Map());
const found = (log: readonly (string | ErrantTransaction)[], ground: Ground) => classify(logOf(log), ground, tables);
const header = (id: string, over: Row = {}): Row => ({ id, status: 'pending', transaction_id: null, ...over });
const orderOf = (id: string, key: string): Change[] => [
  { action: 'insert', table: 'wp_wc_orders', after: header(id) },
  {
    action: 'insert',
    table: 'wp_wc_order_operational_data',
    after: { id, order_id: id, order_key: key },
  },
];
const payment = (id: string): Change => ({
  action: 'update',
  table: 'wp_wc_orders',
  before: header(id),
  after: header(id, { status: 'processing' }),
});

describe('of a log and what the primary has is found', () => {
  test.each<[string, string, string[], { points: string[]; errant: number; ends: string[] }]>([
    [
      'what stands behind the last that both have',
      '0-1-100,0-2-150',
      ['0-1-99', '0-1-100', '0-1-101', '0-1-102'],
      { points: ['0-1-100'], errant: 2, ends: ['0-1-102'] },
    ],
    [
      'nothing, where both have all of it',
      '0-1-100,0-2-150',
      ['0-1-99', '0-1-100'],
      { points: ['0-1-100'], errant: 0, ends: ['0-1-100'] },
    ],
    [
      'what one stream has more, though a known one of another stream stands behind it',
      '0-1-100,1-1-50',
      ['0-1-100', '0-1-101', '1-1-50'],
      { points: ['0-1-100', '1-1-50'], errant: 1, ends: ['0-1-101', '1-1-50'] },
    ],
    [
      'a stream that only the deposed region has',
      '0-1-100',
      ['0-1-100', '7-1-1', '7-1-2'],
      { points: ['0-1-100'], errant: 2, ends: ['0-1-100', '7-1-2'] },
    ],
    [
      'the next one of a stream whose older ones stand in a log before',
      '0-1-100,1-1-50',
      ['0-1-100', '1-1-51'],
      { points: ['0-1-100'], errant: 1, ends: ['0-1-100', '1-1-51'] },
    ],
    [
      'no more than stands behind what the primary got from another server: one that was reseeded no longer names what is older',
      '0-3-60',
      ['0-3-10', '0-2-11', '0-1-12', '0-3-13', '0-3-60', '0-3-61'],
      { points: ['0-3-60'], errant: 1, ends: ['0-3-61'] },
    ],
    [
      'no point where they parted, where they share nothing',
      '0-2-9',
      ['0-1-1'],
      { points: [], errant: 1, ends: ['0-1-1'] },
    ],
  ])('%s', async (_what, known, log, expected) => {
    const { points, errant, ends, flaw } = await found(log, primary(known));
    expect({ points, errant, ends, flaw }).toEqual({ ...expected, flaw: undefined });
  });

  test('one more that cannot be read, where the log ends within it: its end is the one before', async () => {
    for (const gtid of ['0-1-102', '']) {
      const cut = transaction(gtid, { cutOff: true, unread: ['The log ends within this transaction.'] });
      const { ends, errant, unread, flaw, cutOff } = await found(['0-1-100', '0-1-101', cut], primary('0-1-100'));
      expect({ ends, errant, unread, flaw, cutOff }).toEqual({
        ...{ ends: ['0-1-101'], errant: 2, unread: 1, flaw: undefined, cutOff: gtid },
      });
    }
  });

  test('which of them a salvage decides about, also where streams alternate', () => {
    const log = ['1-1-51', '0-1-99', '0-1-100', '0-1-101', '1-1-50', '1-1-52', '7-1-1'];
    const isErrant = after(mariadbPositions.places('0-1-100,1-1-50'), placeOf);
    expect(log.filter(isErrant)).toEqual(['0-1-101', '1-1-52', '7-1-1']);
  });

  test('which of those before them it reads, to see what the first ones go on with', () => {
    const log = ['0-1-97', '0-2-98', '1-1-50', '0-1-99', '0-1-100', '0-1-101', '7-1-1'];
    const isBefore = lastUpTo(mariadbPositions.places('0-1-100,1-1-50'), placeOf, 3);
    expect(log.filter(isBefore)).toEqual(['0-2-98', '1-1-50', '0-1-99', '0-1-100']);
  });
});

describe('a log is left to a person, who is told the transactions', () => {
  test.each<[string, string, string[], string]>([
    [
      'where the deposed region was attached by hand, and its own stand before those of the primary',
      '0-1-100,0-2-150',
      ['0-1-99', '0-1-100', '0-1-101', '0-1-102', '0-1-103', '0-2-104', '0-2-105'],
      'lacks 0-1-101, 0-1-102, 0-1-103, but has 0-2-104, which comes after them.',
    ],
    [
      'where both regions numbered alike',
      '0-1-100,0-2-150',
      ['0-1-100', '0-1-101', '0-1-102', '0-2-101', '0-2-102'],
      'lacks 0-1-101, 0-1-102, but has 0-2-101, which comes after them.',
    ],
    [
      'where the numbers do not rise',
      '0-1-100,0-2-150',
      ['0-1-100', '0-1-101', '0-3-101'],
      'lacks 0-1-101, 0-3-101, but their numbers do not rise: 0-3-101 follows 0-1-101.',
    ],
    [
      'where one comes twice',
      '0-1-100,0-2-150',
      ['0-1-100', '0-1-101', '0-1-101'],
      'lacks 0-1-101, 0-1-101, but their numbers do not rise: 0-1-101 follows 0-1-101.',
    ],
    [
      'where some are missing',
      '0-1-100,0-2-150',
      ['0-1-100', '0-1-101', '0-1-104'],
      'lacks 0-1-101, 0-1-104, but 2 transactions between 0-1-101 and 0-1-104 cannot be found in the log.',
    ],
    [
      'where one is missing',
      '0-1-100,0-2-150',
      ['0-1-100', '0-1-102'],
      'lacks 0-1-102, but 1 transaction between 0-1-100 and 0-1-102 cannot be found in the log.',
    ],
    [
      'where the older logs of a stream are gone',
      '0-1-100,1-1-50',
      ['0-1-100', '1-1-60'],
      'lacks 1-1-60, but the transactions before 1-1-60 are not in the log.',
    ],
  ])('%s', async (_where, known, log, flaw) => {
    expect((await found(log, primary(known))).flaw).toBe(flaw);
  });

  test('of whom no more are named than anyone reads', async () => {
    const log = ['0-1-100', ...Array.from({ length: 500 }, (_, index) => `0-1-${index + 101}`), '0-2-101'];
    const { flaw = '' } = await found(log, primary('0-1-100,0-2-150'));
    expect(flaw).toMatch(/^lacks 0-1-101, .*, 0-1-120 and 480 more, but has 0-2-101, which comes after them\.$/);
  });
});

test('of the errant transactions are told orders, payments of older orders, times, and how many nobody can read', async () => {
  const log = [
    transaction('0-1-100', { changes: orderOf('1', 'shared') }),
    transaction('0-1-101', { atMs: 2_000, changes: orderOf('5', 'fifth') }),
    transaction('0-1-102', { changes: [...orderOf('7', 'both'), payment('5')] }),
    transaction('0-1-103', { changes: [payment('3')] }),
    transaction('0-1-104', { statements: ['in shop: INSERT INTO wp_wc_orders'] }),
    transaction('0-1-105', { prepared: { id: 'decided', because: 'It is prepared.', tables: [] } }),
    transaction('0-1-106', { prepared: { id: 'undecided', because: 'It is prepared.', tables: [] } }),
    transaction('0-1-107', { atMs: 9_000, decides: 'decided' }),
  ];
  const positions = { promotionPoint: '0-1-100', lastGtid: '0-1-107', known: '0-1-100,0-2-150' };
  const classified = await found(log, primary(positions.known));
  expect(classificationFacts(classified, positions, [{ id: '7', key: 'both', payment: '' }])).toEqual({
    ...positions,
    errant: 7,
    unread: 2,
    firstAtMs: 2_000,
    lastAtMs: 9_000,
    ordersOnlyThere: 1,
    orderKeysOnlyThere: ['5'],
    paymentUpdatesOnlyThere: 1,
    paymentUpdates: ['3'],
    keysOnBothSides: 1,
    keysKnownToBoth: ['7'],
    statements: ['in shop: INSERT INTO wp_wc_orders'],
  });
});

test.each<[string, Change[], string[], string[]]>([
  [
    'an order that is a post, and not its refund',
    [
      {
        action: 'insert',
        table: 'wp_posts',
        after: { ID: '5', post_type: 'shop_order', post_status: 'wc-processing' },
      },
      {
        action: 'insert',
        table: 'wp_posts',
        after: { ID: '6', post_type: 'shop_order_refund', post_status: 'wc-completed' },
      },
    ],
    ['5'],
    [],
  ],
  [
    'an order once, where the shop keeps it in both places',
    [
      {
        action: 'insert',
        table: 'wp_posts',
        after: { ID: '5', post_type: 'shop_order', post_status: 'wc-processing' },
      },
      { action: 'insert', table: 'wp_wc_orders', after: { id: '5', type: 'shop_order', status: 'wc-processing' } },
    ],
    ['5'],
    [],
  ],
  [
    'no draft of a checkout, and none that was deleted',
    [
      { action: 'insert', table: 'wp_wc_orders', after: { id: '5', type: 'shop_order', status: 'wc-checkout-draft' } },
      { action: 'insert', table: 'wp_wc_orders', after: { id: '7', type: 'shop_order', status: 'wc-processing' } },
      { action: 'delete', table: 'wp_wc_orders', before: { id: '7', type: 'shop_order', status: 'wc-processing' } },
    ],
    [],
    [],
  ],
  [
    'a payment of an order of before, wherever it stands',
    [
      {
        action: 'update',
        table: 'wp_posts',
        before: { ID: '3', post_type: 'shop_order', post_status: 'wc-on-hold' },
        after: { ID: '3', post_type: 'shop_order', post_status: 'wc-processing' },
      },
      {
        action: 'insert',
        table: 'wp_postmeta',
        after: { post_id: '3', meta_key: '_transaction_id', meta_value: 'T1' },
      },
    ],
    [],
    ['3'],
  ],
])('is found: %s', async (_what, changes, orders, payments) => {
  const log = ['0-1-100', transaction('0-1-101', { changes })];
  const classified = await found(log, primary('0-1-100,0-2-150'));
  expect(classified.orders.map(({ id }) => id)).toEqual(orders);
  expect([...classified.paymentsOf]).toEqual(payments);
});
