/** One order on both sides: the primary's is kept, and moved on only where that is certain to be the same payment. */
import { pick, sameValue, shown, type Change, type Row, type Shapes } from './transaction';
import type { OrderIdentity, Ruling, PrimaryRows, KeptOrder, Write } from './ruling';
import { shopTables } from './shop-tables';

/** How far an order has come. What is not listed has no place on this way. */
const ranks: Readonly<Record<string, number>> = { pending: 0, 'on-hold': 0, processing: 1, refunded: 2 };

const moving = ['status', 'transaction_id', 'date_updated_gmt'];

type Judged = Pick<Ruling, 'outcome' | 'because' | 'detail' | 'writes' | 'orderKey' | 'orderId' | 'keptOrderId'>;

/** `errant` has the key or the payment of `kept`: its rows are left out, and its key leads to the kept order. */
export function mergeOrder(
  errant: OrderIdentity,
  kept: KeptOrder,
  changes: readonly Change[],
  rows: PrimaryRows,
): Ruling {
  const about = { orderKey: errant.key, orderId: errant.id, keptOrderId: kept.id };
  const both = `One order is in both regions, as ${errant.id} in the deposed region and as ${kept.id} on the primary`;
  if (errant.intent !== kept.intent) {
    const because = `${both}, with two payments: the customer may have paid twice.`;
    return left({ because, detail: { onPrimary: kept.intent, inDeposed: errant.intent } }, about);
  }
  const header = changes.find(({ table }) => table === shopTables.orders);
  if (header?.action !== 'insert')
    return left({ because: `${both}, but the deposed region's transaction has no order header.` }, about);
  const moved = advance(kept, header.after, `order ${kept.id}`, rows.shapes);
  if (moved.outcome === 'listed') return { ...moved, ...about };
  const { aliases: table } = shopTables;
  const alias = {
    order_key: errant.key,
    order_id: kept.id,
    because: `the same payment intent arrived in a deposed region under this key, as order ${errant.id}`,
  };
  // Also under the same key: customers may have been given the other id, and somebody must be able to look it up.
  const needsAlias = !rows.find(table, pick(alias, ['order_key']));
  return {
    outcome: 'merged',
    because: `${both}; the primary's order is kept.`,
    writes: [
      ...(needsAlias ? [{ action: 'insert' as const, table, row: alias }] : []),
      ...(moved.writes.length > 0 ? moved.writes : eventOwed(kept, header.after, rows.shapes)),
    ],
    ...about,
  };
}

const left = (
  obstacle: Pick<Ruling, 'because' | 'detail'>,
  about: Pick<Ruling, 'orderKey' | 'orderId' | 'keptOrderId'>,
): Ruling => ({ outcome: 'listed', ...obstacle, writes: [], ...about });

/**
 * The deposed region told the DynamoDB table its own state of the order, and the last writer wins there: so the primary must tell it again. Its
 * shop sends the order as it is then.
 */
function eventOwed({ id }: KeptOrder, errant: Row, shapes: Shapes): Write[] {
  const { outbox: table } = shopTables;
  if (!shapes.has(table)) return [];
  const because = 'the deposed region wrote its own state of this order to the table';
  const row = { order_id: id, kind: 'event', tries: '0', because, created_at: errant['date_updated_gmt'] ?? null };
  return [{ action: 'insert', table, row, ifAbsent: true }];
}

/** Moves the kept order on to what `errant` says of it, where the primary is only behind. `who` begins the sentence. */
export function advance(kept: KeptOrder, errant: Row, who: string, shapes: Shapes): Judged {
  const { header } = kept;
  const about = { orderKey: kept.key, orderId: shown(errant['id']), keptOrderId: '', writes: [] };
  const [here, there] = [shown(header['status']), shown(errant['status'])];
  const [rank, target] = [ranks[here], ranks[there]];
  const payments = [header['transaction_id'], errant['transaction_id']];
  const [paidHere, paidThere] = payments.map((each) => each ?? null);
  const detail = { column: 'transaction_id', onPrimary: paidHere, inDeposed: paidThere };
  const paid = (payment: unknown) => (payment === null ? 'without a payment' : 'with a payment');
  const story = `On the primary ${who} is ${here} ${paid(paidHere)}, in the deposed region ${there} ${paid(paidThere)}`;
  const listed = (because: string): Judged => ({ ...about, outcome: 'listed', because, detail });
  if (!sameValue(header['total_amount'], errant['total_amount']) || !sameValue(header['currency'], errant['currency']))
    return listed(`${story}, and their totals differ.`);
  if (rank === undefined || target === undefined) return listed(`${story}: decide by hand which one is right.`);
  if (paidHere !== null && paidThere !== null && !sameValue(paidHere, paidThere))
    return listed(`${story}: two payments of one order.`);
  if (rank > target || (rank === target && (paidHere !== null || paidThere === null)))
    return { ...about, outcome: 'merged', because: `${story}; the primary's status is as recent.` };
  return {
    ...about,
    outcome: 'update',
    because: `${story}, so the primary's order was updated.`,
    writes: [
      { action: 'update', table: shopTables.orders, key: pick(header, ['id']), set: pick(errant, moving), add: {} },
      ...eventOwed(kept, errant, shapes),
    ],
  };
}
