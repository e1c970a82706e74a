import type { Evidence, OrderEvent } from '../../lab/referee/evidence';
import type { OrderRow } from '../../lab/referee/shop-rows';
import type { AckLine, AttemptLine, Op, OrderRequest, Place } from '../../lab/shoppers/ledger-lines';

type Writable<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, V>
    : T extends ReadonlySet<infer V>
      ? Set<V>
      : T extends object
        ? { -readonly [K in keyof T]: Writable<T[K]> }
        : T;

/** Evidence a test may bend. */
export type World = Writable<Omit<Evidence, 'judged' | 'tables' | 'databases' | 'sessions'>> & {
  judged: { read: Writable<Extract<Evidence['judged'], { read: unknown }>['read']> };
  databases: { read: { table: string; row: string; kind: string }[] };
  tables: { read: { items: number; differences: string[]; events: Writable<OrderEvent>[] } };
  sessions: { read: { sessions: Set<string>; carts: Set<string> } };
};

export const START = Date.parse('2026-11-23T10:00:00.000Z');

const atSecond = (second: number): string => new Date(START + second * 1000).toISOString();

/** A line about one act, sent at `second` and, for an acknowledgement, answered 100 ms later. */
export function attemptOf(
  second: number,
  op: Op,
  key: string,
  intent: string | null,
  request: unknown,
  place: Place = 'world',
): AttemptLine {
  return { at: atSecond(second), mono: second * 1000, shopper: `${place}-1`, place, op, key, intent, try: 1, request };
}

function ackOf(attempt: AttemptLine, answer: unknown, region: string, epoch: number): AckLine {
  const { at, mono, shopper, place, op, key, intent } = attempt;
  const answered = {
    at: new Date(Date.parse(at) + 100).toISOString(),
    mono: mono + 100,
    attemptAt: at,
    attemptMono: mono,
  };
  return { ...answered, shopper, place, op, key, intent, region, epoch, status: 200, answer };
}

export interface Wanted {
  readonly second: number;
  readonly name: string;
  readonly pay?: 'now' | 'later';
  readonly place?: Place;
  readonly region?: string;
  readonly epoch?: number;
}

/** An order that went well: attempt, acknowledgement, rows, stock, charge and mail. Returns its row and its answer. */
export function placeOrder(world: World, wanted: Wanted): { row: Writable<OrderRow>; answer: Record<string, unknown> } {
  const { second, name, pay = 'now', place = 'world', region = 'A', epoch = 1 } = wanted;
  const [key, intent] = [`k-${name}`, `pi-${name}`];
  const request: OrderRequest = {
    key,
    intent,
    customer: 'shopper-7',
    lines: [
      { sku: 'sku-01', qty: 2 },
      { sku: 'sku-02', qty: 1 },
    ],
    pay,
  };
  const { read: view } = world.judged;
  const id = 2 * view.orders.length + 1;
  const paid = pay === 'now';
  const row = {
    id,
    key,
    intent,
    status: paid ? 'processing' : 'on-hold',
    currency: 'EUR',
    total: '30.87000000',
    transactionId: paid ? `ch-${name}` : '',
    email: 'shopper-7@customers.test',
    customerId: 0,
    paymentMethod: paid ? 'lab-card' : 'bacs',
    createdAt: START + second * 1000,
    parts: {
      ...{ posts: 1, operational: 1, billing: 1, stockReduced: 1, salesRecorded: 1, datePaid: paid ? 1 : 0 },
      shipping: '4.90000000',
    },
  };
  view.orders.push(row);
  view.lines.push(
    { orderId: id, sku: 'sku-01', qty: 2, total: '15.98', tax: '0', reduced: 2, otherMeta: '' },
    { orderId: id, sku: 'sku-02', qty: 1, total: '9.99', tax: '0', reduced: 1, otherMeta: '' },
  );
  view.nextOrderId.value = id + 2;
  world.tables.read.events.push({ key, orderId: id, intent, status: row.status, total: '30.87' });
  for (const product of view.stock) take(product, product.sku === 'sku-01' ? 2 : 1);
  const lines = [
    { sku: 'sku-01', qty: 2, total: '15.98' },
    { sku: 'sku-02', qty: 1, total: '9.99' },
  ];
  const answer = {
    id,
    key,
    intent,
    status: row.status,
    total: '30.87',
    currency: 'EUR',
    lines,
    transactionId: row.transactionId || null,
  };
  const attempt = attemptOf(second, 'order', key, intent, request, place);
  world.ledgers.attempts.push(attempt);
  world.ledgers.acks.push(ackOf(attempt, answer, region, epoch));
  if (paid) chargeOf(world, name, second);
  return { row, answer };
}

/** Counts pieces of a product as sold, with a negative number as brought back. */
export function take(product: World['judged']['read']['stock'][number], pieces: number): void {
  product.stock -= pieces;
  product.stockLookup -= pieces;
  product.sales += pieces;
  product.salesLookup += pieces;
}

export function chargeOf(world: World, name: string, second: number): void {
  const [orderKey, intent, at] = [`k-${name}`, `pi-${name}`, atSecond(second)];
  world.ledgers.charges.push({
    at,
    kind: 'charge',
    id: `ch-${name}`,
    intent,
    amount: '30.87',
    orderKey,
    repeated: false,
  });
  const order = world.judged.read.orders.find((row) => row.key === orderKey);
  const subject = `Your order ${order?.id ?? 0}: 30.87 EUR`;
  const to = order?.email ?? '';
  world.ledgers.mails.push({ at, key: `receipt/${intent}`, intent, orderKey, to, subject, repeated: false });
}

/** The start of a scheduled action at `second`. */
export const startOf = (action: number, region: 'A' | 'B', second: number) => ({
  action,
  hook: 'wc-admin_import_orders',
  region,
  at: START + second * 1000,
});

/**
 * A shop that was moved from A (epoch 1) to B (epoch 2) at second 50: orders `early` and `late`, `unpaid` (pay later), `paid` (later, then
 * paid), `back` (refunded); an upload, a login with a cart. Read at second 100, settled, and everything is well.
 */
export function smallWorld(): World {
  const world: World = {
    now: START + 101_000,
    settled: true,
    shop: 'full',
    ledgers: { attempts: [], acks: [], charges: [], mails: [], faults: [] },
    states: {
      A: { read: { region: 'A', writable: false, epoch: 2, primary: 'B' } },
      B: { read: { region: 'B', writable: true, epoch: 2, primary: 'B' } },
    },
    judged: {
      read: {
        region: 'B',
        readAt: START + 100_000,
        orders: [],
        lines: [],
        drafts: 0,
        refunds: [],
        owedMails: [],
        owedEvents: [],
        nextOrderId: { value: 1, increment: 2, offset: 1 },
        stock: ['sku-01', 'sku-02'].map((sku) => ({
          ...{ sku, initial: 1000, stock: 1000, stockLookup: 1000, sales: 0, salesLookup: 0 },
        })),
        actionStarts: [10, 49, 51, 90].map((second) => startOf(second, second < 50 ? 'A' : 'B', second)),
      },
    },
    databases: { read: [] },
    objects: {
      A: { read: { triggers: [], events: ['tidy: 1'], accounts: ['shop@localhost: 2'], enabledEvents: [] } },
      B: { read: { triggers: [], events: ['tidy: 1'], accounts: ['shop@localhost: 2'], enabledEvents: ['tidy'] } },
    },
    tables: { read: { items: 5, differences: [], events: [] } },
    overwrites: { A: { read: [] }, B: { read: [] } },
    sessions: { read: { sessions: new Set(['t']), carts: new Set(['t']) } },
    uploads: { A: { read: new Map([['f.bin', 'abc']]) }, B: { read: new Map([['f.bin', 'abc']]) } },
  };
  placeOrder(world, { second: 1, name: 'early' });
  placeOrder(world, { second: 2, name: 'unpaid', pay: 'later' });
  const paid = placeOrder(world, { second: 3, name: 'paid', pay: 'later' });
  const back = placeOrder(world, { second: 4, name: 'back' });
  placeOrder(world, { second: 60, name: 'late', region: 'B', epoch: 2 });
  updateOrder(world, paid, 'pay', 'paid', 20);
  updateOrder(world, back, 'refund', 'back', 21);
  const others = [
    { attempt: attemptOf(5, 'upload', 'f.bin', null, { name: 'f.bin', sha256: 'abc', bytes: 3 }), answer: {} },
    { attempt: attemptOf(6, 'login', 'world-1', null, {}), answer: { token: 't' } },
    { attempt: attemptOf(7, 'cart', 'world-1', null, {}), answer: { token: 't', lines: [] } },
  ];
  for (const { attempt, answer } of others) {
    world.ledgers.attempts.push(attempt);
    world.ledgers.acks.push(ackOf(attempt, answer, 'A', 1));
  }
  return world;
}

/** Pays or refunds an order, with everything that belongs to it. */
function updateOrder(
  world: World,
  order: ReturnType<typeof placeOrder>,
  op: 'pay' | 'refund',
  name: string,
  second: number,
): void {
  const [key, intent] = [`k-${name}`, `pi-${name}`];
  const attempt = attemptOf(second, op, key, intent, {});
  if (op === 'pay') chargeOf(world, name, second);
  else {
    const refund = {
      at: atSecond(second),
      kind: 'refund' as const,
      id: `re-${name}`,
      intent,
      amount: '30.87',
      orderKey: key,
      repeated: false,
    };
    world.ledgers.charges.push(refund);
    const { id, total } = order.row;
    world.judged.read.refunds.push({ id: id + 1000, parentId: id, total: `-${total}` });
  }
  order.row.status = op === 'pay' ? 'processing' : 'refunded';
  order.row.transactionId = `ch-${name}`;
  order.row.parts.datePaid = 1;
  world.tables.read.events.find((event) => event.key === key)!.status = order.row.status;
  const answer = { ...order.answer, status: order.row.status, transactionId: order.row.transactionId };
  world.ledgers.attempts.push(attempt);
  world.ledgers.acks.push(ackOf(attempt, answer, 'A', 1));
}
