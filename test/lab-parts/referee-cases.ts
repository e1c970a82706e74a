import { chargeOf, START, startOf, take, type World } from './small-world';
import { cutOff, localOrders } from './lost-region';

const row = (world: World, name: string): World['judged']['read']['orders'][number] =>
  world.judged.read.orders.find((order) => order.key === `k-${name}`)!;
const answer = (world: World, name: string): Record<string, unknown> =>
  world.ledgers.acks.find((ack) => ack.key === `k-${name}`)!.answer as Record<string, unknown>;

export function loseOrder(world: World, name: string): void {
  const { read: view } = world.judged;
  const { id } = row(world, name);
  view.orders = view.orders.filter((order) => order.id !== id);
  for (const line of view.lines.filter((one) => one.orderId === id))
    take(
      view.stock.find((product) => product.sku === line.sku)!,
      -line.qty,
    );
  view.lines = view.lines.filter((line) => line.orderId !== id);
}

/** What happened, how to bend a small world so, the finding it concerns, its answer and words of its sentence or examples. */
export type Case = [string, (world: World) => void, string, boolean | null, RegExp];

export const cases: Case[] = [
  ['a lost order', (w) => loseOrder(w, 'early'), 'acknowledged-orders', false, /k-early.*not in the database/],
  [
    'a lost order without its lines left over',
    (w) => loseOrder(w, 'early'),
    'charges',
    false,
    /ch-early.*no order has this payment intent/,
  ],
  [
    'a paid order that is pending again',
    (w) => (row(w, 'early').status = 'pending'),
    'acknowledged-orders',
    false,
    /status is pending, but was acknowledged as processing/,
  ],
  [
    'another total',
    (w) => (row(w, 'early').total = '30.88000000'),
    'acknowledged-orders',
    false,
    /total is 30.88000000/,
  ],
  ['another currency', (w) => (row(w, 'early').currency = 'USD'), 'acknowledged-orders', false, /currency is USD/],
  [
    'another transaction',
    (w) => (row(w, 'early').transactionId = 'ch-x'),
    'acknowledged-orders',
    false,
    /transaction is ch-x/,
  ],
  [
    'an order without its lines',
    (w) => (w.judged.read.lines = w.judged.read.lines.slice(2)),
    'acknowledged-orders',
    false,
    /list of lines is none/,
  ],
  ['another quantity', (w) => (w.judged.read.lines[0]!.qty = 3), 'acknowledged-orders', false, /3 sku-01/],
  ['another line total', (w) => (w.judged.read.lines[0]!.total = '1.00'), 'acknowledged-orders', false, /sku-01 1.00/],
  [
    'an id that changed',
    (w) => (answer(w, 'early').id = 99),
    'acknowledged-orders',
    false,
    /id is 1, but was acknowledged as 99/,
  ],
  [
    'a payment that is not in force',
    (w) => (row(w, 'paid').status = 'on-hold'),
    'acknowledged-updates',
    false,
    /pay of k-paid.*the order is on-hold/,
  ],
  [
    'a refund that is not in force',
    (w) => (row(w, 'back').status = 'processing'),
    'acknowledged-updates',
    false,
    /refund of k-back.*the order is processing/,
  ],
  [
    'a payment of a lost order',
    (w) => loseOrder(w, 'paid'),
    'acknowledged-updates',
    false,
    /its order is not in the database/,
  ],
  [
    'an order nobody sent',
    (w) => (w.ledgers.attempts = w.ledgers.attempts.filter((line) => line.key !== 'k-late')),
    'unattempted-rows',
    false,
    /k-late: no shopper sent this key/,
  ],
  [
    'an order with lines nobody sent',
    (w) => (w.judged.read.lines[0]!.sku = 'sku-02'),
    'unattempted-rows',
    false,
    /its lines differ from those that were sent/,
  ],
  [
    'a payment nobody made',
    (w) => (row(w, 'unpaid').status = 'processing'),
    'unattempted-rows',
    false,
    /it is processing, but no shopper paid it/,
  ],
  [
    'a refund nobody asked for',
    (w) => (row(w, 'early').status = 'refunded'),
    'unattempted-rows',
    false,
    /no shopper requested the refund/,
  ],
  [
    'two orders with one key',
    (w) => w.judged.read.orders.push({ ...row(w, 'early'), id: 99 }),
    'unattempted-rows',
    false,
    /two orders have the key k-early/,
  ],
  ['a charge twice', (w) => chargeOf(w, 'early', 9), 'charges', false, /pi-early was charged 2 times/],
  [
    'a charge repeated by a retry',
    (w) => w.ledgers.charges.push({ ...w.ledgers.charges[0]!, repeated: true }),
    'charges',
    true,
    /match one to one/,
  ],
  [
    'a charge of another amount',
    (w) => (w.ledgers.charges[0]!.amount = 26),
    'charges',
    false,
    /charged 26, but the order's total is 30.87/,
  ],
  ['a charge without a paid order', (w) => chargeOf(w, 'unpaid', 9), 'charges', false, /its order k-unpaid is on-hold/],
  [
    'a paid order without a charge',
    (w) => w.ledgers.charges.shift(),
    'charges',
    false,
    /k-early is processing, but the gateway has no charge/,
  ],
  ['a receipt twice', (w) => w.ledgers.mails.push(w.ledgers.mails[0]!), 'mails', false, /pi-early was mailed 2 times/],
  [
    'a receipt asked for again and not sent',
    (w) => w.ledgers.mails.push({ ...w.ledgers.mails[0]!, repeated: true }),
    'mails',
    true,
    /4 sent/,
  ],
  [
    'a paid order without a receipt',
    (w) => w.ledgers.mails.shift(),
    'mails',
    false,
    /k-early is processing, but no receipt/,
  ],
  [
    'a receipt the shop still owes',
    (w) => (w.ledgers.mails.shift(), (w.settled = false), w.judged.read.owedMails.push(1)),
    'mails',
    true,
    /3 sent/,
  ],
  [
    'a receipt for nothing',
    (w) => w.ledgers.mails.push({ ...w.ledgers.mails[0]!, intent: 'pi-x' }),
    'mails',
    false,
    /a receipt for pi-x/,
  ],
  [
    'a refund twice',
    (w) => w.ledgers.charges.push(w.ledgers.charges.find((line) => line.kind === 'refund')!),
    'refunds',
    false,
    /pi-back was refunded 2 times/,
  ],
  [
    'a refunded order without its refund',
    (w) => (w.ledgers.charges = w.ledgers.charges.filter((line) => line.kind === 'charge')),
    'refunds',
    false,
    /the gateway has no refund for it/,
  ],
  [
    'a refund without its order',
    (w) => (row(w, 'back').status = 'processing'),
    'refunds',
    false,
    /re-back.*no refunded order/,
  ],
  [
    'stock that was not taken',
    (w) => (w.judged.read.stock[0]!.stock += 2),
    'stock',
    false,
    /the stock of sku-01 is 992, but should be 990/,
  ],
  [
    'a lookup table that is behind',
    (w) => (w.judged.read.stock[0]!.stockLookup += 2),
    'stock',
    false,
    /the stock in the lookup table of sku-01 is 992, but should be 990/,
  ],
  [
    'sales that were counted twice',
    (w) => (w.judged.read.stock[1]!.sales += 1),
    'stock',
    false,
    /the number of sales of sku-02 is 6, but should be 5/,
  ],
  [
    'goods that are no product',
    (w) => (w.judged.read.lines[0]!.sku = 'sku-99'),
    'stock',
    false,
    /2 sku-99 were ordered/,
  ],
  [
    'an upload that is missing in the primary',
    (w) => (w.uploads.B = { read: new Map() }),
    'uploads',
    false,
    /f.bin.*missing in B/,
  ],
  [
    'an upload with another content in the standby',
    (w) => (w.uploads.A = { read: new Map([['f.bin', 'xyz']]) }),
    'uploads',
    false,
    /different content in A/,
  ],
  [
    'an upload that is not copied yet',
    (w) => ((w.uploads.A = { read: new Map() }), (w.settled = false)),
    'uploads',
    null,
    /missing in A/,
  ],
  ['an upload that was never copied', (w) => (w.uploads.A = { read: new Map() }), 'uploads', false, /missing in A/],
  ['an unreadable folder of uploads', (w) => (w.uploads.A = { because: 'ENOENT' }), 'uploads', null, /ENOENT/],
  [
    'an action that begins in the old primary',
    (w) => w.judged.read.actionStarts.push(startOf(7, 'A', 95)),
    'scheduler',
    false,
    /action 7 \(wc-admin_import_orders\) began in A at 2026-11-23T10:01:35.000Z, when it was not the turn of A/,
  ],
  [
    'an action that begins in the region that is to be the primary',
    (w) => w.judged.read.actionStarts.push(startOf(7, 'B', 30)),
    'scheduler',
    false,
    /action 49 .* began in A at .*, when it was not the turn of A/,
  ],
  [
    'an action that began in both regions while neither could know of the other',
    (w) => {
      cutOff(w, 'A');
      w.judged.read.actionStarts.push(startOf(49, 'B', 95));
    },
    'scheduler',
    true,
    /ran once and in one region at a time/,
  ],
  [
    'an action that was done in the other region already',
    (w) => w.judged.read.actionStarts.push(startOf(10, 'B', 95)),
    'scheduler',
    false,
    /action 10 began 2 times: it was done before/,
  ],
  [
    'a cut-off region with its local customers',
    (w) => {
      cutOff(w, 'A');
      localOrders(w, 'A');
    },
    'two-writers',
    true,
    /except for 1 write that a lost region acknowledged/,
  ],
  [
    'a cut-off region that is back and not fenced yet, and a customer of the world',
    (w) => {
      cutOff(w, 'A', START + 60_000);
      localOrders(w, 'world');
    },
    'two-writers',
    true,
    /except for 1 write that a lost region acknowledged/,
  ],
  [
    'a region that was healed long before it takes orders again',
    (w) => {
      cutOff(w, 'A', START + 20_000, START + 10_000);
      localOrders(w, 'world');
    },
    'two-writers',
    false,
    /A acknowledged k-zombie to world-1/,
  ],
  [
    'an old primary that serves the world',
    (w) => localOrders(w, 'world'),
    'two-writers',
    false,
    /A acknowledged k-zombie to world-1/,
  ],
  [
    'one epoch with two regions',
    (w) => (w.ledgers.acks[0]!.region = 'B'),
    'two-writers',
    false,
    /both acknowledged orders in epoch 1/,
  ],
  [
    'two writable databases',
    (w) => (w.states.A = { read: { region: 'A', writable: true, epoch: 1, primary: 'A' } }),
    'two-writers',
    false,
    /both databases are writable now/,
  ],
  [
    'an unreachable region',
    (w) => (w.states.A = { because: 'MariaDB in A does not answer' }),
    'two-writers',
    null,
    /MariaDB in A does not answer/,
  ],
  [
    'a row that differs',
    (w) => w.databases.read.push({ table: 'wp_wc_orders', row: '7', kind: 'only in A' }),
    'databases-equal',
    false,
    /wp_wc_orders 7: only in A/,
  ],
  [
    'an unreachable database',
    (w) => Object.assign(w, { databases: { because: 'B is away' } }),
    'databases-equal',
    null,
    /B is away/,
  ],
  [
    'an item that differs',
    (w) => w.tables.read.differences.push('order#k: A has x, B has nothing'),
    'tables-equal',
    false,
    /order#k/,
  ],
  [
    'an overwrite',
    (w) =>
      (w.overwrites.A = {
        read: [{ seenBy: 'A', pk: 'order#k', kept: 'processing', lost: 'pending', text: 'order#k kept mine' }],
      }),
    'tables-equal',
    true,
    /1 overwrite by the last writer/,
  ],
  [
    'an unreadable list of overwrites',
    (w) => (w.overwrites.A = { because: 'ECONNREFUSED' }),
    'tables-equal',
    null,
    /ECONNREFUSED/,
  ],
  [
    'an unreachable Redis',
    (w) => Object.assign(w, { sessions: { because: 'Redis is away' } }),
    'carts-and-logins',
    null,
    /Redis is away/,
  ],
];
