import { sameAmount } from './amounts';
import type { ChargeLine, Evidence, MailLine } from './evidence';
import type { OrderRow } from './shop-rows';
import { finding, counted, type Finding } from './finding';
import { orderOf, underWay, type EvidenceIndex } from './evidence-index';
import { RANK } from './orders';

/** Every charge has a paid order with the same intent, transaction and amount, and the reverse. Repeated calls of the gateway are only counted. */
export function charges(evidence: Evidence, index: EvidenceIndex): Finding {
  const lines = evidence.ledgers.charges.filter((line) => line.kind === 'charge');
  const first = lines.filter((line) => !line.repeated);
  const problems = twice(first, 'charged');
  const counts = { charges: first.length, repeated: lines.length - first.length, paidOrders: 0, underWay: 0 };
  for (const charge of first) {
    const wrong = chargeProblem(charge, index.byIntent.get(charge.intent));
    if (wrong === undefined) continue;
    if (underWay(evidence, index, charge.intent, Date.parse(charge.at))) counts.underWay += 1;
    else problems.push(`charge ${charge.id} of ${charge.intent} at ${charge.at}: ${wrong}`);
  }
  const ids = new Set(first.map((charge) => charge.id));
  for (const order of index.view.orders.filter(isPaid)) {
    counts.paidOrders += 1;
    if (!ids.has(order.transactionId))
      problems.push(
        `order ${order.key} is ${order.status}, but the gateway has no charge ${order.transactionId || 'for it'}`,
      );
  }
  return finding({
    name: 'charges',
    counts,
    problems,
    okText: `${counted(first.length, 'charge')} and ${counted(counts.paidOrders, 'paid order')} match one to one.`,
    failText: `${counted(problems.length, 'charge or paid order', 'charges or paid orders')} without a counterpart`,
  });
}

/** Every paid order has exactly one receipt, and every receipt a paid order. */
export function mails(evidence: Evidence, index: EvidenceIndex): Finding {
  const receipts = evidence.ledgers.mails.filter((mail) => mail.key === undefined || mail.key.startsWith('receipt/'));
  const sent = receipts.filter((mail) => !mail.repeated);
  const problems = twice(sent, 'mailed');
  const chargedAt = new Map(evidence.ledgers.charges.map((line) => [line.intent, Date.parse(line.at)]));
  const mailed = new Set(sent.map((mail) => mail.intent));
  const owed = new Set(index.view.owedMails);
  const counts = { sent: sent.length, repeated: receipts.length - sent.length, owed: 0, underWay: 0 };
  for (const order of index.view.orders) {
    if (!isPaid(order) || mailed.has(order.intent)) continue;
    if (underWay(evidence, index, order.intent, chargedAt.get(order.intent) ?? 0)) counts.underWay += 1;
    else if (owed.has(order.id) && !evidence.settled) counts.owed += 1;
    else problems.push(`order ${order.key} is ${order.status}, but no receipt was sent`);
  }
  for (const mail of sent) {
    const order = index.byIntent.get(mail.intent);
    problems.push(...wrongMail(index, mail, order));
    if ((order !== undefined && isPaid(order)) || underWay(evidence, index, mail.intent, Date.parse(mail.at))) continue;
    problems.push(
      `a receipt for ${mail.intent} (order ${mail.orderKey}) was sent at ${mail.at}, but no paid order has this payment intent`,
    );
  }
  return finding({
    name: 'mails',
    counts,
    problems,
    okText: `Every paid order has exactly one receipt: ${sent.length} sent.`,
    failText: `${counted(problems.length, 'receipt')} missing, sent twice or sent without a paid order`,
  });
}

/** Every refunded order has exactly one refund, and every refund a refunded order. */
export function refunds(evidence: Evidence, index: EvidenceIndex): Finding {
  const lines = evidence.ledgers.charges.filter((line) => line.kind === 'refund');
  const first = lines.filter((line) => !line.repeated);
  const problems = twice(first, 'refunded');
  const refunded = new Set(first.map((line) => line.intent));
  const counts = { refunds: first.length, repeated: lines.length - first.length, refundedOrders: 0, underWay: 0 };
  for (const order of index.view.orders.filter((row) => row.status === 'refunded')) {
    counts.refundedOrders += 1;
    if (!refunded.has(order.intent))
      problems.push(`order ${order.key} is refunded, but the gateway has no refund for it`);
  }
  problems.push(...wrongRefunds(index));
  for (const refund of first) {
    if (index.byIntent.get(refund.intent)?.status === 'refunded') continue;
    if (underWay(evidence, index, refund.intent, Date.parse(refund.at))) counts.underWay += 1;
    else problems.push(`refund ${refund.id} of ${refund.intent} at ${refund.at} has no refunded order`);
  }
  return finding({
    name: 'refunds',
    counts,
    problems,
    okText: `${counted(first.length, 'refund')} and ${counted(counts.refundedOrders, 'refunded order')} match one to one.`,
    failText: `${counted(problems.length, 'refund or refunded order', 'refunds or refunded orders')} without a counterpart`,
  });
}

/** Each refunded order has one refund of its whole total among the orders, and each refund such an order. */
function wrongRefunds({ view, byId }: EvidenceIndex): string[] {
  const refundsOf = new Map<number, string[]>();
  for (const { parentId, total } of view.refunds) refundsOf.set(parentId, [...(refundsOf.get(parentId) ?? []), total]);
  const wrong = view.orders
    .filter(({ id, status, total }) => {
      const found = refundsOf.get(id) ?? [];
      return status === 'refunded' && !(found.length === 1 && sameAmount(found[0], `-${total}`));
    })
    .map(
      ({ id }) =>
        `order ${id} is refunded, but its refund among the orders is ${refundsOf.get(id)?.join(' and ') ?? 'missing'}`,
    );
  const stray = [...refundsOf.keys()]
    .filter((id) => !byId.has(id))
    .map((id) => `a refund belongs to order ${id}, which does not exist`);
  return [...wrong, ...stray];
}

/** A receipt goes to the order's customer. The id it names leads to that order, or its key does where the order was merged into another. */
function wrongMail(index: EvidenceIndex, mail: MailLine, order: OrderRow | undefined): string[] {
  if (order === undefined) return [];
  const wrong: string[] = [];
  const receipt = `the receipt of order ${order.id}`;
  if (mail.to !== order.email) wrong.push(`${receipt} was sent to another address than the order's`);
  const id = Number(/^Your order (\d+):/.exec(mail.subject)?.[1]);
  const named = index.byId.get(id);
  if (named !== undefined && named !== order) wrong.push(`${receipt} names ${id}, which is another order`);
  if (named === undefined && orderOf(index, mail.orderKey) !== order)
    wrong.push(`${receipt} names ${id}, and neither that id nor its key leads to an order`);
  return wrong;
}

function chargeProblem(charge: ChargeLine, order: OrderRow | undefined): string | undefined {
  if (order === undefined) return 'no order has this payment intent';
  if (!isPaid(order)) return `its order ${order.key} is ${order.status}`;
  if (order.transactionId !== charge.id)
    return `its order ${order.key} has transaction ${order.transactionId || 'none'}`;
  if (!sameAmount(charge.amount, order.total))
    return `charged ${charge.amount}, but the order's total is ${order.total}`;
  return undefined;
}

function twice(lines: readonly (ChargeLine | MailLine)[], what: string): string[] {
  const seen = new Map<string, number>();
  for (const line of lines) seen.set(line.intent, (seen.get(line.intent) ?? 0) + 1);
  return [...seen].filter(([, count]) => count > 1).map(([intent, count]) => `${intent} was ${what} ${count} times`);
}

function isPaid(order: OrderRow): boolean {
  return (RANK[order.status] ?? -2) >= 1;
}
