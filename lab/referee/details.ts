import { counted, finding, type Finding } from './finding';
import type { OrderRow } from './shop-rows';
import { GRACE_MS, type EvidenceIndex } from './evidence-index';

/** How orders of the lab are paid, by when. */
const PAYMENT_METHODS = { now: 'lab-card', later: 'bacs' } as const;
/** The shop's clock has whole seconds. */
const SECOND_MS = 1000;

/** Every order has the customer, the payment method and the date that the shoppers' ledgers give it. */
export function orderDetails(index: EvidenceIndex): Finding {
  const problems = index.view.orders.flatMap((order) =>
    wrongDetails(index, order).map((what) => `order ${order.id}: ${what}`),
  );
  return finding({
    name: 'order-details',
    counts: { orders: index.view.orders.length, wrong: problems.length },
    problems,
    okText: `Customer, payment method and date of all ${index.view.orders.length} orders are right.`,
    failText: `${counted(problems.length, 'detail')} of orders in ${index.view.region} wrong`,
  });
}

function wrongDetails(index: EvidenceIndex, order: OrderRow): string[] {
  const request = index.requests.get(order.key);
  if (request === undefined) return [];
  const wrong: string[] = [];
  if (order.email !== emailOf(request.customer)) wrong.push('its e-mail address is another than the shopper sent');
  if (order.customerId !== 0) wrong.push(`its customer is ${order.customerId}, but a guest ordered`);
  if (order.paymentMethod !== PAYMENT_METHODS[request.pay])
    wrong.push(`its payment method is ${order.paymentMethod || 'none'}`);
  const [first, last] = index.tries.get(order.intent) ?? [Infinity, -Infinity];
  if (order.createdAt < first - SECOND_MS || order.createdAt > last + GRACE_MS)
    wrong.push(`it was created at ${new Date(order.createdAt).toISOString()}, when no shopper sent it`);
  return wrong;
}

/** The shop's rule, stated again: a customer without an address has one of the lab's. */
function emailOf(customer: string): string {
  return customer.includes('@') ? customer : `${customer}@customers.test`;
}
