import type { CrowdContext } from '../../lab/shoppers/action';
import type { Browser, Call, Reply } from '../../lab/shoppers/browser';
import type { AckLine, OrderRequest } from '../../lab/shoppers/ledger-lines';
import { Pace } from '../../lab/shoppers/pace';
import { Random } from '../../lab/shoppers/random';
import { Slots } from '../../lab/shoppers/slots';
import { StoreShopper } from '../../lab/shoppers/store-shopper';
import { Tally } from '../../lab/shoppers/tally';

const answer = (status: number, body: object, headers: Record<string, string> = {}): Reply => ({
  kind: 'answer',
  status,
  body,
  headers,
});
const gone: Reply = { kind: 'nothing', because: 'no answer', reached: true };

/** A shop that answers the checkout and the customer's return with what is given, in turn. */
function shop(given: { checkout: Reply[]; comesBack?: Reply[]; forgetful?: boolean[] }) {
  let items: { sku: string; quantity: number }[] = [];
  const calls: string[] = [];
  const of: Record<string, (call: Call) => Reply> = {
    cart: () => answer(200, { items }, { 'cart-token': 't' }),
    products: () =>
      answer(
        200,
        Array.from({ length: 20 }, (_, at) => ({
          id: 100 + at,
          sku: `sku-${String(at + 1).padStart(2, '0')}`,
          prices: { price: '599' },
        })),
      ),
    batch: (call) => {
      const { requests } = JSON.parse(String(call.body)) as { requests: { body?: { id: number; quantity: number } }[] };
      if (given.forgetful?.shift() !== true)
        items = requests.flatMap(({ body }) =>
          body ? [{ sku: `sku-${String(body.id - 99).padStart(2, '0')}`, quantity: body.quantity }] : [],
        );
      return answer(207, { responses: requests.map(() => ({ status: 201 })) });
    },
    checkout: () => given.checkout.shift() ?? gone,
    return: () => given.comesBack?.shift() ?? answer(404, {}),
  };
  const browser = {
    call: (call: Call) => {
      const name = /do=(\w+)/.exec(call.path)?.[1] ?? /v1\/(\w+)/.exec(call.path)?.[1] ?? '';
      calls.push(name);
      return Promise.resolve(of[name]?.(call) ?? answer(404, {}));
    },
    close: () => undefined,
  };
  return { calls, browser: browser as unknown as Browser };
}

function customer(browser: Browser): { shopper: StoreShopper; acks: AckLine[] } {
  const acks: AckLine[] = [];
  const context: CrowdContext = {
    place: 'A',
    attempts: { append: () => Promise.resolve() },
    acks: { append: (line) => Promise.resolve(void acks.push(line as AckLine)) },
    failures: { append: () => Promise.resolve() },
    slots: new Slots(4),
    retrySlots: new Slots(4),
    retries: new Pace(1000),
    tally: new Tally(),
    random: new Random(1),
    patienceMs: 2000,
    end: new AbortController().signal,
  };
  return { shopper: new StoreShopper('A-1', 'run', context, browser, new Map()), acks };
}

const request: OrderRequest = {
  key: 'k-A1-run-1',
  intent: 'pi-A1-run-1',
  customer: 'A-1',
  lines: [{ sku: 'sku-01', qty: 2 }],
  pay: 'now',
};
const taken = answer(200, {
  order_id: 7,
  order_key: request.key,
  status: 'processing',
  payment_result: { payment_status: 'success' },
});
const orders = (acks: AckLine[]) => acks.filter(({ op }) => op === 'order').map((line) => line.answer);

test('an order is what the shop answers, with the lines and the total that its customer saw', async () => {
  const { browser, calls } = shop({ checkout: [taken] });
  const { shopper, acks } = customer(browser);
  await shopper.order(request);
  expect(calls).toEqual(['cart', 'products', 'batch', 'cart', 'checkout']);
  expect(orders(acks)).toEqual([
    {
      ...{ id: 7, key: request.key, intent: request.intent, status: 'processing', total: '11.98', currency: 'EUR' },
      ...{ transactionId: null, lines: [{ sku: 'sku-01', qty: 2, total: '11.98' }] },
    },
  ]);
});

test('a checkout whose payment is not settled is no acknowledgement', async () => {
  const failed = answer(200, {
    order_id: 6,
    order_key: request.key,
    status: 'failed',
    payment_result: { payment_status: 'failure' },
  });
  const { browser } = shop({ checkout: [failed, taken] });
  const { shopper, acks } = customer(browser);
  await shopper.order(request);
  expect(orders(acks)).toHaveLength(1);
});

test('after an answer that never came the customer comes back for the order before filling another cart', async () => {
  const had = answer(200, { id: 7, key: request.key });
  const { browser, calls } = shop({ checkout: [gone], comesBack: [had] });
  const { shopper, acks } = customer(browser);
  await shopper.order(request);
  expect(calls).toEqual(['cart', 'products', 'batch', 'cart', 'checkout', 'return']);
  expect(orders(acks)).toEqual([{ id: 7, key: request.key }]);
});

test('a region that has no such order gets it again with the same payment', async () => {
  const { browser, calls } = shop({ checkout: [gone, taken], comesBack: [answer(404, {})] });
  const { shopper, acks } = customer(browser);
  await shopper.order(request);
  expect(calls).toEqual([
    ...['cart', 'products', 'batch', 'cart', 'checkout', 'return'],
    ...['batch', 'cart', 'checkout'],
  ]);
  expect(orders(acks)).toHaveLength(1);
});

test('a customer who is told nothing of the order waits, because another cart would be another order', async () => {
  const closed = answer(503, {}, { 'retry-after': '0' });
  const { browser, calls } = shop({ checkout: [gone], comesBack: [closed, answer(200, { id: 7 })] });
  const { shopper } = customer(browser);
  await shopper.order(request);
  expect(calls.slice(5)).toEqual(['return', 'return']);
});

test('a customer whose cart shows something else fills it again before paying', async () => {
  const { browser, calls } = shop({ checkout: [taken], forgetful: [true, false] });
  const { shopper, acks } = customer(browser);
  await shopper.order(request);
  expect(calls.filter((name) => name === 'batch')).toHaveLength(2);
  expect(orders(acks)).toHaveLength(1);
});

test('the key of an order is short enough for WooCommerce, which cuts it off after 22 characters', () => {
  const { browser } = shop({ checkout: [] });
  const { shopper } = customer(browser);
  expect(shopper.newOrder('now').key).toBe('k-A1-run-1');
});
