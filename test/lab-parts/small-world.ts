import type { Evidence, OrderEvent, OrderRow } from '../../lab/referee/evidence';
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

export function ackOf(attempt: AttemptLine, answer: unknown, region: string, epoch: number): AckLine {
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
    total: '25.97000000',
    transactionId: paid ? `ch-${name}` : '',
    email: 'shopper-7@customers.test',
    customerId: 7,
    paymentMethod: 'lab-gateway',
    createdAt: START + second * 1000,
    createdRegion: region,
    createdEpoch: epoch,
  };
  view.orders.push(row);
  view.lines.push(
    { orderId: id, sku: 'sku-01', qty: 2, total: '15.98', otherMeta: '' },
    { orderId: id, sku: 'sku-02', qty: 1, total: '9.99', otherMeta: '' },
  );
  view.nextOrderId.value = id + 2;
  world.tables.read.events.push({ key, orderId: id, intent, status: row.status, total: '25.97' });
  for (const product of view.stock) product.stock -= product.sku === 'sku-01' ? 2 : 1;
  const lines = [
    { sku: 'sku-01', qty: 2, total: '15.98' },
    { sku: 'sku-02', qty: 1, total: '9.99' },
  ];
  const answer = {
    id,
    key,
    intent,
    status: row.status,
    total: '25.97',
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

export function chargeOf(world: World, name: string, second: number): void {
  const [orderKey, intent, at] = [`k-${name}`, `pi-${name}`, atSecond(second)];
  world.ledgers.charges.push({
    at,
    kind: 'charge',
    id: `ch-${name}`,
    intent,
    amount: '25.97',
    orderKey,
    repeated: false,
  });
  const order = world.judged.read.orders.find((row) => row.key === orderKey);
  const subject = `Your order ${order?.id ?? 0}: 25.97 EUR`;
  const to = order?.email ?? '';
  world.ledgers.mails.push({ at, key: `receipt/${intent}`, intent, orderKey, to, subject, repeated: false });
}

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
        aliases: [],
        owedMails: [],
        owedEvents: [],
        nextOrderId: { value: 1, increment: 2, offset: 1 },
        stock: ['sku-01', 'sku-02'].map((sku) => ({ sku, initial: 1000, stock: 1000 })),
        schedulerRuns: [10, 49, 51, 90].map((second) => ({
          ...(second < 50 ? { region: 'A', epoch: 1 } : { region: 'B', epoch: 2 }),
          at: START + second * 1000,
        })),
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
      amount: '25.97',
      orderKey: key,
      repeated: false,
    };
    world.ledgers.charges.push(refund);
  }
  order.row.status = op === 'pay' ? 'processing' : 'refunded';
  order.row.transactionId = `ch-${name}`;
  world.tables.read.events.find((event) => event.key === key)!.status = order.row.status;
  const answer = { ...order.answer, status: order.row.status, transactionId: order.row.transactionId };
  world.ledgers.attempts.push(attempt);
  world.ledgers.acks.push(ackOf(attempt, answer, 'A', 1));
}
