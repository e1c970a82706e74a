import { counted, finding, type Finding } from './finding';
import type { OrderRow } from './evidence';
import { GRACE_MS, type EvidenceIndex } from './evidence-index';
import type { RegionTally } from './epochs';

/** Every order of the lab is paid by this method. */
const PAYMENT_METHOD = 'lab-gateway';
/** The shop's clock has whole seconds. */
const SECOND_MS = 1000;

/** Every order has the customer, the payment method, the date, the region and the epoch that the shoppers' ledgers give it. */
export function orderDetails(index: EvidenceIndex, tallies: readonly RegionTally[]): Finding {
  const places = new Set(tallies.map(({ region, epoch }) => `${region} ${epoch}`));
  const problems = index.view.orders.flatMap((order) =>
    wrongDetails(index, order, places).map((what) => `order ${order.id}: ${what}`),
  );
  return finding({
    name: 'order-details',
    counts: { orders: index.view.orders.length, wrong: problems.length },
    problems,
    okText: `Customer, payment method, date, region and epoch of all ${index.view.orders.length} orders are right.`,
    failText: `${counted(problems.length, 'detail')} of orders in ${index.view.region} wrong`,
  });
}

function wrongDetails(index: EvidenceIndex, order: OrderRow, places: ReadonlySet<string>): string[] {
  const request = index.requests.get(order.key);
  if (request === undefined) return [];
  const wrong: string[] = [];
  if (order.email !== emailOf(request.customer)) wrong.push('its e-mail address is another than the shopper sent');
  if (order.customerId !== customerIdOf(request.customer))
    wrong.push(`its customer is ${order.customerId}, but ${customerIdOf(request.customer)} ordered`);
  if (order.paymentMethod !== PAYMENT_METHOD) wrong.push(`its payment method is ${order.paymentMethod || 'none'}`);
  const [first, last] = index.tries.get(order.intent) ?? [Infinity, -Infinity];
  if (order.createdAt < first - SECOND_MS || order.createdAt > last + GRACE_MS)
    wrong.push(`it was created at ${new Date(order.createdAt).toISOString()}, when no shopper sent it`);
  if (!places.has(`${order.createdRegion} ${order.createdEpoch}`))
    wrong.push(
      `it was created in ${order.createdRegion} in epoch ${order.createdEpoch}, where no order was acknowledged`,
    );
  return wrong;
}

/** The shop's rule, stated again: a customer without an address has one of the lab's. */
function emailOf(customer: string): string {
  return customer.includes('@') ? customer : `${customer}@customers.test`;
}

/** The shop's rule, stated again: the number at the end of the name, 0 for a guest. */
function customerIdOf(customer: string): number {
  return Number(/\d{1,9}$/.exec(customer)?.[0] ?? '0');
}
