import { cutOff } from './lost-region';
import type { Case } from './referee-cases';
import { START, startOf, type World } from './small-world';

const order = (world: World, name: string): World['judged']['read']['orders'][number] =>
  world.judged.read.orders.find(({ key }) => key === `k-${name}`)!;
const receipt = (world: World, name: string): World['ledgers']['mails'][number] =>
  world.ledgers.mails.find(({ intent }) => intent === `pi-${name}`)!;
const event = (world: World, name: string): World['tables']['read']['events'][number] =>
  world.tables.read.events.find(({ key }) => key === `k-${name}`)!;
const overwrite = (kept: string, lost: string, name: string): World['overwrites']['A'] => ({
  read: [{ seenBy: 'A', pk: `order#k-${name}`, kept, lost, text: 'two writers' }],
});
const objects = (world: World): Extract<World['objects']['A'], { read: unknown }>['read'] =>
  (world.objects.A as Extract<World['objects']['A'], { read: unknown }>).read;

/** What a look at headers, totals and lines alone would miss. */
export const detailCases: Case[] = [
  [
    'an action that began in both regions, in one of them in the second in which that was cut off',
    (w) => {
      cutOff(w, 'A', undefined, START + 49_100);
      w.judged.read.actionStarts.push(startOf(49, 'B', 95));
    },
    'scheduler',
    true,
    /ran once and in one region at a time/,
  ],
  [
    'an action that began in both regions, in one of them in the second before that was cut off',
    (w) => {
      cutOff(w, 'A', undefined, START + 50_000);
      w.judged.read.actionStarts.push(startOf(49, 'B', 95));
    },
    'scheduler',
    false,
    /action 49 began 2 times: it was done before/,
  ],
  [
    'a refunded order without a refund among the orders',
    (w) => (w.judged.read.refunds = []),
    'refunds',
    false,
    /order 7 is refunded, but its refund among the orders is missing/,
  ],
  [
    'a refund of another amount',
    (w) => (w.judged.read.refunds[0]!.total = '-1.00'),
    'refunds',
    false,
    /its refund among the orders is -1.00/,
  ],
  [
    'a refund of an order that is not there',
    (w) => (w.judged.read.refunds[0]!.parentId = 77),
    'refunds',
    false,
    /a refund belongs to order 77, which does not exist/,
  ],
  [
    'lines without their order',
    (w) =>
      w.judged.read.lines.push({ orderId: 77, sku: 'sku-01', qty: 1, total: '1', tax: '0', reduced: 0, otherMeta: '' }),
    'unattempted-rows',
    false,
    /lines of order 77/,
  ],
  [
    'an order of another e-mail address',
    (w) => (order(w, 'early').email = 'other@customers.test'),
    'order-details',
    false,
    /order 1: its e-mail address is another than the shopper sent/,
  ],
  [
    'an order of another customer',
    (w) => (order(w, 'early').customerId = 8),
    'order-details',
    false,
    /its customer is 8, but a guest ordered/,
  ],
  [
    'an order with another payment method',
    (w) => (order(w, 'early').paymentMethod = ''),
    'order-details',
    false,
    /its payment method is none/,
  ],
  [
    'an order that is older than its request',
    (w) => (order(w, 'early').createdAt = START - 60_000),
    'order-details',
    false,
    /created at 2026-11-23T09:59:00.000Z, when no shopper sent it/,
  ],
  ...(
    [
      ['has no row among the posts', (part) => (part.posts = 0)],
      ['has no billing address', (part) => (part.billing = 0)],
      ['is not marked as taken from the stock', (part) => (part.stockReduced = 0)],
      ['is not marked as counted among the sales', (part) => (part.salesRecorded = 0)],
      ['has no date of its payment', (part) => (part.datePaid = 0)],
      ['has a total that is not the sum of its lines and shipping', (part) => (part.shipping = '0')],
    ] as [string, (part: World['judged']['read']['orders'][number]['parts']) => unknown][]
  ).map(([words, bend]): Case => [
    `an order that ${words}`,
    (w) => bend(order(w, 'early').parts),
    'whole-orders',
    false,
    new RegExp(`order 1 \\(k-early\\) is processing and ${words}`),
  ]),
  [
    'an order of which a line was not taken from the stock',
    (w) => (w.judged.read.lines[0]!.reduced = 0),
    'whole-orders',
    false,
    /has 0 of 2 sku-01 marked as taken from the stock/,
  ],
  [
    'half an order that nobody was told of',
    (w) => {
      w.ledgers.acks = w.ledgers.acks.filter(({ key }) => key !== 'k-unpaid');
      order(w, 'unpaid').parts.stockReduced = 0;
    },
    'whole-orders',
    true,
    /1 order that nobody was told of is not whole/,
  ],
  [
    'an order on hold that is pending now',
    (w) => (order(w, 'unpaid').status = 'pending'),
    'acknowledged-orders',
    false,
    /status is pending, but was acknowledged as on-hold/,
  ],
  [
    'a line with meta nobody wrote',
    (w) => (w.judged.read.lines[0]!.otherMeta = '_engraving'),
    'acknowledged-orders',
    false,
    /line sku-01 has the meta _engraving/,
  ],
  [
    'an id that a customer knows and the shop would issue again',
    (w) => (w.judged.read.nextOrderId.value = 3),
    'next-ids',
    false,
    /order id 9 was acknowledged, and B would issue it again: its next id is 3/,
  ],
  [
    'an id of the other region, which this one never issues',
    (w) => (w.judged.read.nextOrderId = { value: 2, increment: 2, offset: 2 }),
    'next-ids',
    true,
    /issues no acknowledged order id again/,
  ],
  [
    'a receipt that names another order',
    (w) => (receipt(w, 'early').subject = 'Your order 3: 30.87 EUR'),
    'mails',
    false,
    /the receipt of order 1 names 3, which is another order/,
  ],
  [
    'a receipt that names an order nobody has',
    (w) => Object.assign(receipt(w, 'early'), { subject: 'Your order 77: 30.87 EUR', orderKey: 'k-gone' }),
    'mails',
    false,
    /names 77, and neither that id nor its key leads to an order/,
  ],
  [
    'a receipt that names the id of a merged order, whose key still leads to it',
    (w) => (receipt(w, 'early').subject = 'Your order 77: 30.87 EUR'),
    'mails',
    true,
    /exactly one receipt/,
  ],
  [
    'a receipt to somebody else',
    (w) => (receipt(w, 'early').to = 'other@customers.test'),
    'mails',
    false,
    /sent to another address than the order's/,
  ],
  [
    'stock below zero',
    (w) => (w.judged.read.stock[0]!.stock = -1),
    'stock',
    false,
    /sku-01 is oversold: its stock is -1/,
  ],
  [
    'an event that is behind its order',
    (w) => (event(w, 'paid').status = 'on-hold'),
    'table-events',
    false,
    /event of order 5: it says on-hold, but the order is processing/,
  ],
  [
    'an event of another total',
    (w) => (event(w, 'paid').total = '1.00'),
    'table-events',
    false,
    /it says 1.00, but the order's total is/,
  ],
  [
    'an event of an order that is not there',
    (w) => (event(w, 'paid').key = 'k-x'),
    'table-events',
    false,
    /no order has this key/,
  ],
  [
    'an order without an event',
    (w) => w.tables.read.events.shift(),
    'table-events',
    false,
    /order 1 has no event in the table/,
  ],
  [
    'an event that is still owed while shoppers go on',
    (w) => {
      w.settled = false;
      w.tables.read.events.shift();
      w.judged.read.owedEvents = [1];
    },
    'table-events',
    true,
    /Every order has its event/,
  ],
  [
    'events that cannot be read',
    (w) => Object.assign(w, { tables: { because: 'A is away' } }),
    'table-events',
    null,
    /A is away/,
  ],
  [
    'an item that an older status has overwritten',
    (w) => {
      w.overwrites.A = overwrite('pending', 'processing', 'early');
      event(w, 'early').status = 'pending';
    },
    'overwrites',
    false,
    /order#k-early in A: processing was overwritten by the older pending/,
  ],
  [
    'an item that was overwritten, and written again since',
    (w) => (w.overwrites.A = overwrite('pending', 'processing', 'early')),
    'overwrites',
    true,
    /1 overwrite by the last writer, none by an older status/,
  ],
  [
    'overwrites that cannot be read',
    (w) => (w.overwrites.B = { because: 'ECONNREFUSED' }),
    'overwrites',
    null,
    /the overwrites in B can't be read: ECONNREFUSED/,
  ],
  [
    'a trigger of one region only',
    (w) => objects(w).triggers.push('audit: 1'),
    'database-objects',
    false,
    /triggers: audit of A is missing or different in the other region/,
  ],
  [
    'an account with other rights in one region',
    (w) => (objects(w).accounts = ['shop@localhost: 3']),
    'database-objects',
    false,
    /accounts: shop@localhost of A is missing or different/,
  ],
  [
    'a standby that runs the events of the primary',
    (w) => objects(w).enabledEvents.push('tidy'),
    'database-objects',
    false,
    /A is read-only and runs the events tidy/,
  ],
  ['triggers that cannot be read', (w) => (w.objects.B = { because: 'denied' }), 'database-objects', null, /denied/],
];
