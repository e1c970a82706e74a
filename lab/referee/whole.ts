import { parseAmount } from './amounts';
import { counted, finding, type Finding } from './finding';
import type { OrderRow } from './shop-rows';
import { type EvidenceIndex } from './evidence-index';
import { RANK } from './orders';

/**
 * WooCommerce writes an order row by row, so a fence can cut one in half. Every order that was acknowledged has all its rows and marks; one that
 * was not may lack some, and is named.
 */
export function wholeOrders(index: EvidenceIndex): Finding {
  const acknowledged = new Set([...index.acknowledgedIds.values()].flatMap((ids) => [...ids]));
  const problems: string[] = [];
  const notes: string[] = [];
  for (const order of index.view.orders) {
    const lacks = lacking(index, order);
    if (lacks.length === 0) continue;
    const sentence = `order ${order.id} (${order.key || 'without a key'}) is ${order.status} and ${lacks.join(', ')}`;
    if (acknowledged.has(order.id)) problems.push(sentence);
    else notes.push(`not acknowledged: ${sentence}`);
  }
  return finding({
    name: 'whole-orders',
    counts: {
      orders: index.view.orders.length,
      halfUnacknowledged: notes.length,
      drafts: index.view.drafts,
      wrong: problems.length,
    },
    problems,
    notes,
    okText: `Every acknowledged order has all its rows and marks${notes.length === 0 ? '' : `; ${counted(notes.length, 'order')} that nobody was told of ${notes.length === 1 ? 'is' : 'are'} not whole`}.`,
    failText: `${counted(problems.length, 'acknowledged order')} not whole`,
  });
}

function lacking(index: EvidenceIndex, order: OrderRow): string[] {
  const { posts, operational, billing, stockReduced, salesRecorded, datePaid, shipping } = order.parts;
  const lines = index.lines.get(order.id) ?? [];
  const lacks: string[] = [];
  if (posts !== 1) lacks.push('has no row among the posts');
  if (operational !== 1) lacks.push(`has ${operational} rows of operational data`);
  if (billing !== 1) lacks.push('has no billing address');
  if (lines.length === 0) lacks.push('has no lines');
  const sum = [shipping, ...lines.flatMap(({ total, tax }) => [total, tax])].reduce(
    (all, each) => all + (parseAmount(each) ?? 0n),
    0n,
  );
  if (sum !== parseAmount(order.total)) lacks.push('has a total that is not the sum of its lines and shipping');
  if (order.status === 'cancelled') return lacks;
  if (order.status === 'pending') return [...lacks, 'is a checkout that did not end'];
  if (stockReduced !== 1) lacks.push('is not marked as taken from the stock');
  for (const { sku, qty, reduced } of lines)
    if (reduced !== qty) lacks.push(`has ${reduced} of ${qty} ${sku} marked as taken from the stock`);
  if (salesRecorded !== 1) lacks.push('is not marked as counted among the sales');
  if ((RANK[order.status] ?? 0) >= 1 && datePaid !== 1) lacks.push('has no date of its payment');
  return lacks;
}
