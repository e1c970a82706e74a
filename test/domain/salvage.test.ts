import {
  shown,
  type Change,
  type ErrantTransaction,
  type Row,
  type Shapes,
  type TableShape,
} from '../../src/domain/salvage/transaction';
import type { KeptOrder, Ruling, PrimaryRows } from '../../src/domain/salvage/ruling';
import { ruleOn } from '../../src/domain/salvage/rule';

const shape = (name: string, primary: string[], columns: string[], uniques: string[][] = []): TableShape => ({
  name,
  primary,
  uniques,
  columns: columns.map((column) => ({ name: column, kind: 'text', unsigned: false, charset: '' })),
});

const header = (id: string, over: Row = {}): Row => ({
  id,
  status: 'pending',
  currency: 'EUR',
  total_amount: '25.98000000',
  transaction_id: null,
  date_updated_gmt: '2026-11-23 01:00:00',
  ...over,
});
const operational = (id: string, key: string, intent: string): Row => ({
  id,
  order_id: id,
  order_key: key,
  payment_intent: intent,
});
const stock = (pieces: string): Row => ({ sku: 'sku-01', price: '7.99', stock: pieces });

const shapes: Shapes = new Map(
  [
    shape('wp_wc_orders', ['id'], Object.keys(header('1'))),
    shape('wp_wc_order_operational_data', ['id'], Object.keys(operational('1', '', '')), [
      ['order_key'],
      ['payment_intent'],
    ]),
    shape('wp_woocommerce_order_items', ['order_item_id'], ['order_item_id', 'order_id']),
    shape('wp_handover_stock', ['sku'], ['sku', 'price', 'stock']),
    shape('wp_handover_order_aliases', ['order_key'], ['order_key', 'order_id', 'because']),
    shape('wp_handover_event_outbox', ['order_id', 'kind'], ['order_id', 'kind']),
    shape('wp_options', ['option_id'], ['option_id', 'option_name', 'option_value'], [['option_name']]),
    { ...shape('wp_counted', ['id'], ['id']), unfit: 'it has triggers, which would act a second time.' },
  ].map((each) => [each.name, each]),
);

/** A primary that holds `rows`, and on which what a ruling writes can be carried out. */
class Primary {
  readonly tables = new Map<string, Row[]>();
  readonly merged = new Map<string, string>();

  constructor(rows: Record<string, Row[]> = {}) {
    for (const name of shapes.keys()) this.tables.set(name, [...(rows[name] ?? [])]);
  }

  find = (table: string, key: Row) =>
    this.tables.get(table)?.find((row) => Object.entries(key).every(([column, value]) => row[column] === value));

  kept(id: string): KeptOrder | undefined {
    const own = this.find('wp_wc_order_operational_data', { order_id: id });
    const head = this.find('wp_wc_orders', { id });
    return own && head
      ? { id, key: shown(own['order_key']), intent: shown(own['payment_intent']), header: head }
      : undefined;
  }

  rows(over: Partial<PrimaryRows> = {}): PrimaryRows {
    return {
      shapes,
      counters: new Set(['wp_handover_stock.stock']),
      tainted: () => false,
      made: () => false,
      find: this.find,
      children: (_table, { child, columns, refersTo }, row) =>
        (this.tables.get(child) ?? []).filter((each) =>
          columns.every((column, index) => each[column] === row[refersTo[index] ?? '']),
        ).length,
      referring: (table, column, id) => (this.tables.get(table) ?? []).filter((row) => row[column] === id),
      rival: ({ id, key, intent }) => {
        const rows = this.tables.get('wp_wc_order_operational_data') ?? [];
        const row = rows.find(
          (each) => each['order_id'] !== id && (each['order_key'] === key || each['payment_intent'] === intent),
        );
        return row && this.kept(shown(row['order_id']));
      },
      mergedInto: (id) => this.kept(this.merged.get(id) ?? ''),
      ...over,
    };
  }

  salvage(changes: Change[], over: Partial<ErrantTransaction> = {}): Ruling {
    const ruling = ruleOn({ gtid: '0-1-100', atMs: 0, changes, statements: [], unread: [], ...over }, this.rows());
    for (const write of ruling.writes) {
      const rows = this.tables.get(write.table) ?? [];
      if (write.action === 'insert') rows.push(write.row);
      else {
        const index = rows.indexOf(this.find(write.table, write.key) ?? {});
        const old = rows[index] ?? {};
        const added =
          write.action === 'update'
            ? Object.entries(write.add).map(([column, amount]) => [
                column,
                String(BigInt(shown(old[column])) + BigInt(amount)),
              ])
            : [];
        rows.splice(
          index,
          1,
          ...(write.action === 'update' ? [{ ...old, ...write.set, ...Object.fromEntries(added) } as Row] : []),
        );
      }
    }
    if (ruling.outcome === 'merged') this.merged.set(ruling.orderId, ruling.keptOrderId);
    return ruling;
  }
}

const insert = (table: string, after: Row): Change => ({ action: 'insert', table, after });
const update = (table: string, before: Row, after: Row): Change => ({ action: 'update', table, before, after });
const remove = (table: string, before: Row): Change => ({ action: 'delete', table, before });
const order = (
  id: string,
  key: string,
  intent = `intent-${key}`,
  pieces: [string, string] = ['90', '88'],
): Change[] => [
  insert('wp_wc_orders', header(id)),
  insert('wp_wc_order_operational_data', operational(id, key, intent)),
  insert('wp_woocommerce_order_items', { order_item_id: id, order_id: id }),
  update('wp_handover_stock', stock(pieces[0]), stock(pieces[1])),
];
const paid = { status: 'processing', transaction_id: 'charge-1' };
const options = (value: string): Row => ({ option_id: '7', option_name: 'theme', option_value: value });

test('thirty orders come over whole, with their lines, and the stock adds up', () => {
  const primary = new Primary({ wp_handover_stock: [stock('1000')] });
  for (let n = 0; n < 30; n += 1) {
    const id = String(2 * n + 1);
    expect(primary.salvage(order(id, `key-${n}`, `intent-${n}`, [String(500 - n), String(499 - n)]))).toMatchObject({
      outcome: 'order',
      orderKey: `key-${n}`,
      orderId: id,
    });
  }
  expect(primary.tables.get('wp_wc_orders')).toHaveLength(30);
  expect(primary.tables.get('wp_woocommerce_order_items')).toHaveLength(30);
  expect(primary.find('wp_handover_stock', {})?.['stock']).toBe('970');
});

test('what was brought over, decided about again, has nothing left to write', () => {
  const primary = new Primary();
  const rows = [insert('wp_options', options('blue')), insert('wp_wc_orders', header('5'))];
  expect(primary.salvage(rows).writes).toHaveLength(2);
  expect(primary.salvage(rows)).toMatchObject({ outcome: 'skipped', writes: [] });
});

test('an order and its payment follow each other, and a change within one transaction sees the one before it', () => {
  const primary = new Primary({ wp_handover_stock: [stock('1000')] });
  primary.salvage(order('5', 'key'));
  expect(primary.salvage([update('wp_wc_orders', header('5'), header('5', paid))])).toMatchObject({
    outcome: 'update',
  });
  const later = [insert('wp_wc_orders', header('9')), update('wp_wc_orders', header('9'), header('9', paid))];
  expect(primary.salvage(later).writes).toHaveLength(2);
  expect(primary.find('wp_wc_orders', { id: '9' })).toMatchObject(paid);
});

describe('an order known to both sides', () => {
  const primaryWith = (over: Row = {}) =>
    new Primary({
      wp_handover_stock: [stock('1000')],
      wp_wc_orders: [header('1002', over)],
      wp_wc_order_operational_data: [operational('1002', 'key-b', 'intent')],
      wp_woocommerce_order_items: [{ order_item_id: '1002', order_id: '1002' }],
    });

  test("keeps the primary's, and the deposed region's key leads to it", () => {
    const primary = primaryWith();
    expect(primary.salvage(order('5', 'key-a', 'intent'))).toMatchObject({
      outcome: 'merged',
      keptOrderId: '1002',
      because:
        "One order is in both regions, as 5 in the deposed region and as 1002 on the primary; the primary's order is kept.",
    });
    expect(primary.find('wp_handover_order_aliases', { order_key: 'key-a' })).toMatchObject({ order_id: '1002' });
    expect(primary.find('wp_handover_stock', {})?.['stock']).toBe('1000');
    expect(primary.find('wp_wc_orders', { id: '5' })).toBeUndefined();
  });

  test('under one key stays findable by the id that the deposed region gave it', () => {
    const primary = primaryWith();
    expect(primary.salvage(order('5', 'key-b', 'intent')).outcome).toBe('merged');
    expect(primary.find('wp_handover_order_aliases', { order_key: 'key-b' })).toMatchObject({
      order_id: '1002',
      because: 'the same payment intent arrived in a deposed region under this key, as order 5',
    });
  });

  test.each([
    ['is moved on where the primary was behind', {}, paid, 'update', 'processing'],
    ['stays where both have the same payment', paid, paid, 'merged', 'processing'],
    ['stays where the primary has come further', { ...paid, status: 'refunded' }, paid, 'merged', 'refunded'],
    [
      'is left to a person where it was paid twice',
      { ...paid, transaction_id: 'charge-2' },
      paid,
      'listed',
      'processing',
    ],
    ['is left to a person where the totals differ', { total_amount: '1.00000000' }, paid, 'listed', 'pending'],
    ['is left to a person where one side cancelled it', { status: 'cancelled' }, paid, 'listed', 'cancelled'],
  ])('%s', (_title, here, there, outcome, status) => {
    const primary = primaryWith();
    primary.salvage(order('5', 'key-a', 'intent'));
    primary.tables.set('wp_wc_orders', [header('1002', here)]);
    expect(primary.salvage([update('wp_wc_orders', header('5'), header('5', there))]).outcome).toBe(outcome);
    expect(primary.find('wp_wc_orders', { id: '1002' })?.['status']).toBe(status);
  });

  test('is left to a person where the same key came with two payments', () => {
    const primary = primaryWith();
    const ruling = primary.salvage(order('5', 'key-b', 'another'));
    expect(ruling).toMatchObject({ outcome: 'listed', writes: [] });
    expect(ruling.because).toMatch(
      /as 5 in the deposed region and as 1002 on the primary, with two payments: the customer may have paid twice/,
    );
  });

  test('is told to the table again, because the deposed region told its own state of it, also under the same key', () => {
    for (const [key, there] of [
      ['key-a', {}],
      ['key-b', paid],
    ] as const) {
      const primary = primaryWith();
      const changes = order('5', key, 'intent').map((change) =>
        change.table === 'wp_wc_orders' ? insert('wp_wc_orders', header('5', there)) : change,
      );
      expect(primary.salvage(changes).writes).toContainEqual(
        expect.objectContaining({
          table: 'wp_handover_event_outbox',
          row: expect.objectContaining({ order_id: '1002', kind: 'event' }) as Row,
          ifAbsent: true,
        }),
      );
    }
  });

  test('gets what the other one is owed, once it is paid', () => {
    const primary = primaryWith(paid);
    primary.salvage(order('5', 'key-a', 'intent'));
    expect(primary.salvage([insert('wp_handover_event_outbox', { order_id: '5', kind: 'mail' })]).writes).toMatchObject(
      [{ row: { order_id: '1002' }, ifAbsent: true }],
    );
    expect(primaryWith().salvage([insert('wp_handover_event_outbox', { order_id: '5', kind: 'mail' })]).outcome).toBe(
      'copied',
    );
  });
});

test.each<[string, Change[], Partial<ErrantTransaction>, RegExp]>([
  [
    'an update of a row that changed meanwhile',
    [update('wp_options', options('blue'), options('green'))],
    {},
    /wp_options 7: the deposed region changed option_value, and the primary has another value of it/,
  ],
  [
    'a deletion of a row that changed meanwhile',
    [remove('wp_options', options('blue'))],
    {},
    /was changed on the primary too/,
  ],
  [
    'an update of a row that is gone',
    [update('wp_wc_orders', header('77'), header('77', paid))],
    {},
    /wp_wc_orders 77 is not on the primary/,
  ],
  [
    'a new row whose unique key is taken',
    [insert('wp_options', { ...options('x'), option_id: '9' })],
    {},
    /another row with this option_name/,
  ],
  [
    'a price that moved beside the count',
    [update('wp_handover_stock', { ...stock('9'), price: '6.99' }, stock('8'))],
    {},
    /wp_handover_stock sku-01: the deposed region changed price, and the primary has another value of it/,
  ],
  [
    'a change of the schema',
    [],
    { statements: ['in shop: ALTER TABLE wp_options ADD x int'] },
    /ALTER TABLE wp_options/,
  ],
  ["what can't be read", [], { unread: ['It is part of a distributed (XA) transaction.'] }, /distributed/],
  ['a table that is unfit', [insert('wp_counted', { id: '1' })], {}, /wp_counted is left to a person: it has triggers/],
  ['a table that the primary lacks', [insert('wp_new', { id: '1' })], {}, /The primary has no table wp_new/],
  [
    'an alias that leads nowhere',
    [insert('wp_handover_order_aliases', { order_key: 'k', order_id: '404', because: '' })],
    {},
    /which is not on the primary/,
  ],
])('%s is left to a person, and nothing of its transaction is written', (_title, changes, over, because) => {
  const primary = new Primary({ wp_options: [options('red')], wp_handover_stock: [stock('9')] });
  const ruling = primary.salvage(
    [insert('wp_woocommerce_order_items', { order_item_id: '1', order_id: '1' }), ...changes],
    over,
  );
  expect(ruling).toMatchObject({ outcome: 'listed', writes: [] });
  expect(ruling.because).toMatch(because);
});
