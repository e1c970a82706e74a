import type { AckLine } from '../shoppers/ledger-lines';
import { sameAmount } from './amounts';
import type { LineRow, OrderRow } from './shop-rows';
import { finding, counted, type Finding } from './finding';
import { orderOf, type EvidenceIndex } from './evidence-index';

interface AnsweredOrder {
  readonly id: number;
  readonly key: string;
  readonly intent: string;
  readonly status: string;
  readonly total: unknown;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly qty: number; readonly total: unknown }[];
  readonly transactionId: string | null;
}

/** The order of statuses. An order may have a later status than was acknowledged, never an earlier one. */
export const RANK: Readonly<Record<string, number>> = {
  cancelled: -1,
  pending: 0,
  'on-hold': 0,
  processing: 1,
  completed: 1,
  refunded: 2,
};

/** Every acknowledged order is in the database as it was acknowledged: header, lines, status, total and transaction id. */
export function acknowledgedOrders(index: EvidenceIndex, acks: readonly AckLine[]): Finding {
  const problems: string[] = [];
  const counts = { acknowledged: 0, missing: 0, altered: 0, renumbered: 0 };
  for (const ack of acks.filter((line) => line.op === 'order')) {
    counts.acknowledged += 1;
    const answer = ack.answer as AnsweredOrder;
    const order = orderOf(index, ack.key);
    if (order === undefined) {
      counts.missing += 1;
      problems.push(`order ${ack.key}, acknowledged by ${by(ack)} at ${ack.at}, is not in the database`);
      continue;
    }
    const wrong = [...differences(index, order, answer), ...identity(index, order, answer, counts)];
    if (wrong.length === 0) continue;
    counts.altered += 1;
    problems.push(`order ${ack.key}, acknowledged by ${by(ack)} at ${ack.at}: ${wrong.join(', ')}`);
  }
  return finding({
    name: 'acknowledged-orders',
    counts,
    problems,
    okText: `All ${counts.acknowledged} acknowledged orders are in ${index.view.region}, none altered.`,
    failText: `${counted(counts.missing, 'acknowledged order')} missing and ${counts.altered} altered in ${index.view.region}`,
  });
}

/** Every acknowledged payment and refund of an existing order is applied. */
export function acknowledgedUpdates(index: EvidenceIndex, acks: readonly AckLine[]): Finding {
  const problems: string[] = [];
  const updates = acks.filter((ack) => ack.op === 'pay' || ack.op === 'refund');
  for (const ack of updates) {
    const order = orderOf(index, ack.key);
    const wanted = ack.op === 'pay' ? 'processing' : 'refunded';
    const what = `${ack.op} of ${ack.key}, acknowledged by ${by(ack)} at ${ack.at}`;
    if (order === undefined) problems.push(`${what}: its order is not in the database`);
    else if (rank(order.status) < rank(wanted)) problems.push(`${what}: the order is ${order.status}`);
    else if (order.transactionId !== ((ack.answer as AnsweredOrder).transactionId ?? '')) {
      problems.push(`${what}: the transaction is ${order.transactionId || 'none'}`);
    }
  }
  return finding({
    name: 'acknowledged-updates',
    counts: { acknowledged: updates.length, notInForce: problems.length },
    problems,
    okText: `All ${updates.length} acknowledged payments and refunds are applied in ${index.view.region}.`,
    failText: `${counted(problems.length, 'acknowledged update')} not applied in ${index.view.region}`,
  });
}

/** Every order, line, payment and refund in the database was requested by a shopper. */
export function unattemptedRows(index: EvidenceIndex): Finding {
  const { view } = index;
  const problems = view.orders.flatMap((order) =>
    unrequested(index, order).map((what) => `order ${order.key || order.id}: ${what}`),
  );
  for (const id of index.lines.keys())
    if (!index.byId.has(id)) problems.push(`lines of order ${id}, which has no header row`);
  for (const key of twice(view.orders.map((order) => order.key))) problems.push(`two orders have the key ${key}`);
  return finding({
    name: 'unattempted-rows',
    counts: {
      orders: view.orders.length,
      lines: view.lines.length,
      drafts: view.drafts,
      unattempted: problems.length,
    },
    problems,
    okText: `A shopper requested each of the ${view.orders.length} orders in ${view.region}, with its lines and its status.`,
    failText: `${counted(problems.length, 'row')} in ${view.region} without a shopper's request`,
  });
}

function unrequested(index: EvidenceIndex, order: OrderRow): string[] {
  const request = index.requests.get(order.key);
  if (request === undefined) return ['no shopper sent this key'];
  const wrong: string[] = [];
  if (!sameLines(index.lines.get(order.id) ?? [], request.lines, false))
    wrong.push('its lines differ from those that were sent');
  const paid = request.pay === 'now' || index.updates.has(`pay/${order.intent}`);
  if (rank(order.status) >= 1 && !paid) wrong.push(`it is ${order.status}, but no shopper paid it`);
  if (order.status === 'refunded' && !index.updates.has(`refund/${order.intent}`))
    wrong.push('no shopper requested the refund');
  return wrong;
}

function differences(index: EvidenceIndex, order: OrderRow, answer: AnsweredOrder): string[] {
  const wrong: string[] = [];
  const differ = (name: string, here: string, acknowledged: string): void => {
    wrong.push(`${name} is ${here || 'none'}, but was acknowledged as ${acknowledged || 'none'}`);
  };
  if (order.intent !== answer.intent) differ('payment intent', order.intent, answer.intent);
  // pending and on-hold are equally early, but not the same: the one waits for the gateway, the other for the customer.
  const other = rank(order.status) === rank(answer.status) && order.status !== answer.status;
  if (other || rank(order.status) < rank(answer.status)) differ('status', order.status, answer.status);
  if (!sameAmount(order.total, answer.total)) differ('total', order.total, String(answer.total));
  if (order.currency !== answer.currency) differ('currency', order.currency, answer.currency);
  const transaction = answer.transactionId ?? '';
  if (transaction !== '' && order.transactionId !== transaction)
    differ('transaction', order.transactionId, transaction);
  const lines = index.lines.get(order.id) ?? [];
  if (!sameLines(lines, answer.lines, true)) differ('list of lines', text(lines), text(answer.lines));
  for (const line of lines) if (line.otherMeta !== '') wrong.push(`line ${line.sku} has the meta ${line.otherMeta}`);
  return wrong;
}

/** The id may change only if that id was acknowledged too. */
function identity(
  index: EvidenceIndex,
  order: OrderRow,
  answer: AnsweredOrder,
  counts: { renumbered: number },
): string[] {
  const wrong: string[] = [];
  if (orderOf(index, answer.key) !== order) wrong.push(`its key ${answer.key} belongs to another order`);
  if (order.id === answer.id) return wrong;
  counts.renumbered += 1;
  const known = index.acknowledgedIds.get(order.intent)?.has(order.id) === true;
  return known ? wrong : [...wrong, `its id is ${order.id}, but was acknowledged as ${answer.id}`];
}

type Line = Pick<LineRow, 'sku' | 'qty'> & { readonly total?: unknown };

function sameLines(rows: readonly LineRow[], wanted: readonly Line[], withTotals: boolean): boolean {
  if (rows.length !== wanted.length) return false;
  const inOrder = <T extends Line>(lines: readonly T[]): T[] =>
    [...lines].sort((a, b) => (a.sku === b.sku ? a.qty - b.qty : a.sku < b.sku ? -1 : 1));
  const sorted = inOrder(wanted);
  return inOrder(rows).every((row, place) => {
    const line = sorted[place];
    return row.sku === line?.sku && row.qty === line.qty && (!withTotals || sameAmount(row.total, line.total));
  });
}

function text(lines: readonly Line[]): string {
  return lines.map((line) => `${line.qty} ${line.sku} ${String(line.total)}`).join(' + ');
}

function twice(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}

function rank(status: string): number {
  return RANK[status] ?? -2;
}

function by(ack: AckLine): string {
  return `${ack.region ?? 'an unnamed region'} to ${ack.shopper}`;
}
