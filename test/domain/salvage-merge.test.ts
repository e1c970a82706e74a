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

/** What is ruled where the primary has order 1002 with this header, and order 5 was merged into it or is about to be. */
function rule(changes: Change[], primary: Row = {}, isMerged = false): Ruling {
  const kept: KeptOrder = { id: '1002', key: 'key', intent: 'intent', header: header('1002', primary) };
  const rows: PrimaryRows = {
    shapes,
    counters: new Set(['wp_handover_stock.stock']),
    tainted: () => false,
    made: () => false,
    find: (table, key) => (table === 'wp_wc_orders' && shown(key['id']) === '1002' ? kept.header : undefined),
    children: () => 0,
    rival: () => kept,
    mergedInto: (id) => (isMerged && id === '5' ? kept : undefined),
  };
  return ruleOn({ gtid: '0-1-100', atMs: 0, changes, statements: [], unread: [] }, rows);
}

const insert = (table: string, after: Row): Change => ({ action: 'insert', table, after });
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
