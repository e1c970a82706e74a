/** What a browser sends to WooCommerce's Store API, and to the payment provider's address at the shop. */
import type { Answered } from './action';
import type { Call } from './browser';
import type { OrderRequest } from './ledger-lines';

const store = '/wp-json/wc/store/v1';

/** Where the customers live. */
export const address = {
  first_name: 'Ada',
  last_name: 'Example',
  address_1: 'Street 2',
  city: 'City',
  state: 'DE-BE',
  postcode: '10115',
  country: 'DE',
  phone: '030123456',
};

export const readCart: Call = { method: 'GET', path: `${store}/cart` };

/** The products of the shop by their stock numbers, asked for once. */
export const products: Call = { method: 'GET', path: `${store}/products?per_page=100` };

const post = (path: string, token: string, body: object): Call => ({
  method: 'POST',
  path: store + path,
  body: Buffer.from(JSON.stringify(body)),
  headers: { 'Cart-Token': token },
});

export const withToken = (call: Call, token: string): Call => ({ ...call, headers: { 'Cart-Token': token } });

/** Empties the cart and puts the lines into it, in one request. */
export function fillCart(token: string, lines: readonly { id: number; quantity: number }[]): Call {
  const headers = { 'Cart-Token': token };
  const empty = { method: 'DELETE', path: '/wc/store/v1/cart/items', headers };
  const adding = lines.map((body) => ({ method: 'POST', path: '/wc/store/v1/cart/add-item', headers, body }));
  return post('/batch', token, { requests: [empty, ...adding] });
}

export function checkout(token: string, { key, intent, customer, pay }: OrderRequest): Call {
  const data = Object.entries({ key, intent }).map(([name, value]) => ({ key: name, value }));
  return post('/checkout', token, {
    billing_address: { ...address, email: `${customer}@customers.test` },
    payment_method: pay === 'now' ? 'lab-card' : 'bacs',
    payment_data: data,
  });
}

/** The provider tells the shop of a payment or refund; `return` is a customer who comes back for the order of an intent. */
export function provider(verb: 'pay' | 'refund' | 'return', intent: string): Call {
  const query = new URLSearchParams({ 'wc-api': 'lab-card', do: verb, intent });
  return { method: 'POST', path: `/?${query.toString()}` };
}

/** Products by stock number. */
export type Goods = Map<string, Product>;

/** A product as its page shows it. */
interface Product {
  id: number;
  cents: number;
}

/** The order as its customer sees it: what the shop answered, and the cart that was paid. Undefined while its payment is not settled. */
export function orderIn({ body }: Answered, { key, intent, lines }: OrderRequest, goods: Goods): object | undefined {
  const { payment_result: result, ...order } = body as {
    payment_result?: { payment_status?: string };
    order_id?: number;
    order_key?: string;
    status?: string;
  };
  if (result?.payment_status !== 'success' || order.order_id === undefined || order.order_key !== key) return undefined;
  const costs = lines.map(({ sku, qty }) => ({ sku, qty, cents: qty * (goods.get(sku)?.cents ?? 0) }));
  return {
    id: order.order_id,
    key,
    intent,
    status: order.status,
    total: money(costs.reduce((sum, { cents }) => sum + cents, 0)),
    currency: 'EUR',
    transactionId: null,
    lines: costs.map(({ cents, ...line }) => ({ ...line, total: money(cents) })),
  };
}

const money = (cents: number): string => (cents / 100).toFixed(2);

/** Whether every request of a batch was done. */
export function batchIn({ body }: Answered): object | undefined {
  const { responses } = body as { responses?: { status: number }[] };
  const done = responses?.every(({ status }) => status >= 200 && status < 300) === true;
  return done ? { lines: responses.length } : undefined;
}

/** Whether the cart holds these lines and nothing else. */
export function cartIn({ body }: Answered, lines: OrderRequest['lines']): object | undefined {
  const { items } = body as { items?: { sku: string; quantity: number }[] };
  const shown = new Map(items?.map(({ sku, quantity }) => [sku, quantity]));
  const isSame = shown.size === lines.length && lines.every(({ sku, qty }) => shown.get(sku) === qty);
  return isSame ? { lines: shown.size } : undefined;
}

export function tokenIn({ headers }: Answered): object | undefined {
  const token = headers['cart-token'];
  return typeof token === 'string' ? { token } : undefined;
}

export function productsIn({ body }: Answered): Goods {
  const all = body as { id: number; sku: string; prices: { price: string } }[];
  const priced = all.map(({ sku, id, prices }) => [sku, { id, cents: Number(prices.price) }] as const);
  return new Map(priced);
}
