/** An order that both regions have is merged only where nothing but how far it has come would be left out. */
import { ruleOn } from '../../src/domain/salvage/rule';
import { shown, type Change, type Row, type Shapes } from '../../src/domain/salvage/transaction';
import type { KeptOrder, PrimaryRows, Ruling } from '../../src/domain/salvage/ruling';

const header = (id: string, over: Row = {}): Row => ({
  id,
  status: 'pending',
  currency: 'EUR',
  total_amount: '25.98000000',
  customer_id: '17',
  billing_email: 'anna@customers.test',
  payment_method: 'card',
  transaction_id: null,
  date_updated_gmt: '2026-11-23 01:00:00',
  ...over,
});
const paid = { status: 'processing', transaction_id: 'charge-1' };
const ids: Record<string, string> = {
  wp_wc_orders: 'id',
  wp_wc_order_operational_data: 'id',
  wp_woocommerce_order_items: 'order_item_id',
  wp_woocommerce_order_itemmeta: 'meta_id',
  wp_handover_stock: 'sku',
  wp_handover_order_aliases: 'order_key',
  wp_handover_event_outbox: 'order_id',
  wp_users: 'ID',
};
const shapes: Shapes = new Map(
  Object.entries(ids).map(([name, key]) => [name, { name, primary: [key], uniques: [], columns: [] }]),
);

/** The lines of the deposed region's order, under the ids of the primary's. */
const sameLines = (changes: Change[]): Insert[] =>
  changes.flatMap((change) =>
    change.action === 'insert' && change.table.startsWith('wp_woocommerce_order_item')
      ? [
          {
            ...change,
            after: { ...change.after, order_id: '1002', order_item_id: `9${shown(change.after['order_item_id'])}` },
          },
        ]
      : [],
  );

/**
 * What is ruled where the primary has order 1002 with this header and these lines, and order 5 was merged into it or is about to be.
 */
function rule(changes: Change[], primary: Row = {}, isMerged = false, lines = sameLines(changes)): Ruling {
  const kept: KeptOrder = { id: '1002', key: 'key', intent: 'intent', header: header('1002', primary) };
  const rows: PrimaryRows = {
    shapes,
    counters: new Set(['wp_handover_stock.stock']),
    tainted: () => false,
    made: () => false,
    find: (table, key) => (table === 'wp_wc_orders' && shown(key['id']) === '1002' ? kept.header : undefined),
    children: () => 0,
    referring: (table, column, id) =>
      lines.flatMap((line) => (line.table === table && line.after[column] === id ? [line.after] : [])),
    rival: () => kept,
    mergedInto: (id) => (isMerged && id === '5' ? kept : undefined),
  };
  return ruleOn({ gtid: '0-1-100', atMs: 0, changes, statements: [], unread: [] }, rows);
}

type Insert = Extract<Change, { action: 'insert' }>;
const insert = (table: string, after: Row): Insert => ({ action: 'insert', table, after });
const update = (table: string, before: Row, after: Row): Change => ({ action: 'update', table, before, after });
const take = update('wp_handover_stock', { sku: 'sku-01', stock: '90' }, { sku: 'sku-01', stock: '88' });
const item = insert('wp_woocommerce_order_items', { order_item_id: '7', order_id: '5' });
const meta = (id: string) => insert('wp_woocommerce_order_itemmeta', { meta_id: '1', order_item_id: id });
const order = (over: Row = {}): Change[] => [
  insert('wp_wc_orders', header('5', over)),
  insert('wp_wc_order_operational_data', { id: '5', order_id: '5', order_key: 'key', payment_intent: 'intent' }),
];

describe('an update of a header that both regions changed', () => {
  const primary = { ...paid, date_updated_gmt: '2026-11-23 02:00:00' };
  const change = (id: string, over: Row) => [
    update('wp_wc_orders', header(id, paid), header(id, { ...paid, ...over })),
  ];
  const address = { billing_email: 'corrected@customers.test', customer_id: '99' };

  test.each([
    ['of the same order', '1002', false],
    ['of an order that was merged', '5', true],
  ])('%s is listed with the names of the columns that would be lost', (_title, id, isMerged) => {
    const ruling = rule(change(id, address), primary, isMerged);
    expect(ruling).toMatchObject({ outcome: 'listed', writes: [] });
    expect(ruling.because).toMatch(/changed customer_id, billing_email/);
    expect(ruling.because).not.toMatch(/customers\.test|99/);
    expect(ruling.detail).toMatchObject({ 'billing_email in deposed': 'corrected@customers.test' });
  });

  test('is listed also where the primary would be moved on', () => {
    const change = [update('wp_wc_orders', header('1002'), header('1002', { ...paid, ...address }))];
    expect(rule(change, { date_updated_gmt: '2026-11-23 02:00:00' }).outcome).toBe('listed');
  });

  test('is merged where the primary made the same change, or only the state differs', () => {
    expect(rule(change('1002', address), { ...primary, ...address }).outcome).toBe('merged');
    expect(rule(change('1002', { date_updated_gmt: '2026-11-23 03:00:00' }), primary).outcome).toBe('merged');
  });
});

test.each(['customer_id', 'billing_email', 'payment_method'])('an order is not merged where %s differs', (column) => {
  const ruling = rule(order({ [column]: 'another' }));
  expect(ruling).toMatchObject({ outcome: 'listed', writes: [], detail: { [`${column} in deposed`]: 'another' } });
  expect(ruling.because).toContain(`the two differ in ${column}:`);
});

test.each<[string, Change[], string]>([
  ['its own rows alone', [item, meta('7'), take], 'merged'],
  ['its own outbox row', [item, insert('wp_handover_event_outbox', { order_id: '5', kind: 'event' })], 'merged'],
  ['a new user', [item, insert('wp_users', { ID: '3' })], 'listed'],
  ['a line of another order', [insert('wp_woocommerce_order_items', { order_item_id: '8', order_id: '6' })], 'listed'],
  ['a detail of a line of another order', [item, meta('8')], 'listed'],
  ['stock without a line', [take], 'listed'],
  [
    'stock that came in',
    [item, update('wp_handover_stock', { sku: 'x', stock: '1' }, { sku: 'x', stock: '9' })],
    'listed',
  ],
])('an order of both regions whose transaction holds %s', (_title, more, outcome) => {
  expect(rule([...order(), ...more]).outcome).toBe(outcome);
});

describe('an order of both regions', () => {
  const line = (id: string, name: string, meta: Record<string, string>): Insert[] => [
    insert('wp_woocommerce_order_items', {
      order_item_id: id,
      order_id: '5',
      order_item_type: 'line_item',
      order_item_name: name,
    }),
    ...Object.entries(meta).map(([key, value], index) =>
      insert('wp_woocommerce_order_itemmeta', {
        meta_id: `${id}${index}`,
        order_item_id: id,
        meta_key: key,
        meta_value: value,
      }),
    ),
  ];
  const shirt = { _product_id: '40', _variation_id: '41', _qty: '2', _line_total: '19.98' };
  const two = [...line('7', 'shirt', shirt), ...line('8', 'cup', { _product_id: '50', _qty: '1', _line_total: '6' })];
  const reversed = [
    ...line('1', 'cup', { _product_id: '50', _qty: '1', _line_total: '6' }),
    ...line('2', 'shirt', shirt),
  ];
  const against = (changes: Change[], kept: Change[]) => rule([...order(), ...changes], {}, false, sameLines(kept));

  test('is merged where the lines agree, in whatever order they lie, and whatever else is noted with them', () => {
    expect(against(two, reversed).outcome).toBe('merged');
    expect(against(line('7', 'shirt', { ...shirt, _reduced_stock: '2' }), line('7', 'shirt', shirt)).outcome).toBe(
      'merged',
    );
  });

  test.each<[string, Change[], Change[]]>([
    ['product', line('7', 'shirt', { ...shirt, _product_id: '60' }), line('7', 'shirt', shirt)],
    ['variation', line('7', 'shirt', { ...shirt, _variation_id: '42' }), line('7', 'shirt', shirt)],
    ['quantity', line('7', 'shirt', { ...shirt, _qty: '3' }), line('7', 'shirt', shirt)],
    ['total of a line', line('7', 'shirt', { ...shirt, _line_total: '9.98' }), line('7', 'shirt', shirt)],
    ['name', line('7', 'mail anna', shirt), line('7', 'shirt', shirt)],
    ['number of lines', two, line('7', 'shirt', shirt)],
    ['presence of lines', [], line('7', 'shirt', shirt)],
  ])('is listed where the %s differs', (_what, changes, kept) => {
    const ruling = against(changes, kept);
    expect(ruling).toMatchObject({ outcome: 'listed', writes: [] });
    expect(ruling.because).toMatch(/on the primary, and their lines differ: decide by hand which one is right\.$/);
    expect(ruling.because).not.toContain('anna');
    expect(JSON.stringify(ruling.detail)).toContain('shirt');
  });

  test('counts the lines as its transaction leaves them', () => {
    const [shirtRow] = line('7', 'shirt', shirt);
    const removed: Change = { action: 'delete', table: 'wp_woocommerce_order_items', before: shirtRow!.after };
    expect(
      against([...two, removed], line('8', 'cup', { _product_id: '50', _qty: '1', _line_total: '6' })).outcome,
    ).toBe('merged');
  });
});

test('the payment that an order got within its own transaction moves the kept order on', () => {
  const payment = update('wp_wc_orders', header('5'), header('5', paid));
  expect(rule([...order(), payment]).writes).toContainEqual(expect.objectContaining({ action: 'update' }));
});

test('a later row of a merged order is listed, not left without its order', () => {
  const ruling = rule([item], {}, true);
  expect(ruling).toMatchObject({ outcome: 'listed', writes: [], orderId: '5', keptOrderId: '1002' });
  expect(ruling.because).toMatch(/belongs to order 5, which was merged into order 1002/);
  expect(rule([item]).outcome).toBe('copied');
});
