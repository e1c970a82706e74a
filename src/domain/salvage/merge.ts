/** One order on both sides: the primary's is kept, and moved on only where that is certain to be the same payment. */
import { pick, sameValue, shown, type Change, type Row, type Shapes } from './transaction';
import type { OrderIdentity, Ruling, PrimaryRows, KeptOrder, Write } from './ruling';
import { linesIn, linesOf } from './lines';
import { foreignTable } from './own-rows';
import { shopTables } from './shop-tables';

/** How far an order has come. What is not listed has no place on this way. */
const ranks: Readonly<Record<string, number>> = { pending: 0, 'on-hold': 0, processing: 1, refunded: 2 };

const moving = ['status', 'transaction_id', 'date_updated_gmt'];

/** Whose order it is, and how it is paid: equal in two copies of one order, where the shop has these columns. */
const identifying = ['customer_id', 'billing_email', 'payment_method'];

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
  const foreign = foreignTable(errant, changes, rows);
  if (foreign !== undefined)
    return left({ because: `${both}, and its transaction also wrote to ${foreign}: enter that by hand.` }, about);
  const last = lastHeader(changes) ?? header.after;
  const difference = differenceIn(kept.header, last, both) ?? differentLines(kept, changes, rows, both);
  if (difference) return left(difference, about);
  const moved = advance(kept, last, `order ${kept.id}`, rows.shapes);
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
      ...(moved.writes.length > 0 ? moved.writes : eventOwed(kept, last, rows.shapes)),
    ],
    ...about,
  };
}

/** The order's header as the transaction leaves it. */
const lastHeader = (changes: readonly Change[]): Row | undefined =>
  changes.flatMap((each) => (each.table === shopTables.orders && each.action !== 'delete' ? [each.after] : [])).at(-1);

const changedColumns = (one: Row, other: Row, columns: readonly string[]): string[] =>
  columns.filter((column) => column in other && !sameValue(one[column], other[column]));

/** Why two copies of one order can't be merged by a program, if they name another customer or way to pay. */
function differenceIn(here: Row, there: Row, both: string): Pick<Ruling, 'because' | 'detail'> | undefined {
  const columns = changedColumns(here, there, identifying);
  if (columns.length === 0) return undefined;
  const because = `${both}, and the two differ in ${columns.join(', ')}: decide by hand which one is right.`;
  return { because, detail: bothSides(here, there, columns) };
}

function differentLines(
  kept: KeptOrder,
  changes: readonly Change[],
  rows: PrimaryRows,
  both: string,
): Pick<Ruling, 'because' | 'detail'> | undefined {
  const [here, there] = [linesOf(kept.id, rows).join('\n'), linesIn(changes).join('\n')];
  if (here === there) return undefined;
  const because = `${both}, and their lines differ: decide by hand which one is right.`;
  return { because, detail: { 'lines on primary': here, 'lines in deposed': there } };
}

/** Both values of each column, for `detail`. */
const bothSides = (here: Row, there: Row, columns: readonly string[]): NonNullable<Ruling['detail']> =>
  Object.fromEntries(
    columns.flatMap((column) => [
      [`${column} on primary`, here[column]],
      [`${column} in deposed`, there[column]],
    ]),
  );

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

/**
 * As `advance`, by an update of the header in the deposed region. A column that says more than how far the order has come would be
 * lost, so such an update is listed.
 */
export function advanceBy(
  { before, after }: Extract<Change, { action: 'update' }>,
  kept: KeptOrder,
  who: string,
  shapes: Shapes,
): Judged {
  const others = Object.keys(after).filter((column) => !moving.includes(column));
  const lost = changedColumns(kept.header, after, changedColumns(before, after, others));
  if (lost.length === 0) return advance(kept, after, who, shapes);
  const because = `Of ${who} the deposed region changed ${lost.join(', ')}, and the primary has another version: decide by hand.`;
  const about = { orderKey: kept.key, orderId: shown(after['id']), keptOrderId: '', writes: [] };
  return { ...about, outcome: 'listed', because, detail: bothSides(kept.header, after, lost) };
}

/** Moves the kept order on to what `errant` says of it, where the primary is only behind. `who` begins the sentence. */
function advance(kept: KeptOrder, errant: Row, who: string, shapes: Shapes): Judged {
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
