/** What only the deposed region has, gathered from its log one transaction at a time; memory is bounded by the number of new orders. */
import { sameValue, shown, type Change, type ErrantTransaction } from './transaction';
import { listCap, ordersIn, type ClassificationFacts, type OrderIdentity } from './ruling';
import { shopTables } from './shop-tables';

export interface Classified {
  /** The last transaction that the primary has, too; empty while none was seen. */
  promotionPoint: string;
  lastGtid: string;
  errant: number;
  firstAtMs: number;
  lastAtMs: number;
  orders: OrderIdentity[];
  newIds: Set<string>;
  /** Ids of orders that were there before and were paid or refunded since. */
  paymentsOf: Set<string>;
  statements: string[];
}

const nothing = (): Classified => ({
  promotionPoint: '',
  lastGtid: '',
  errant: 0,
  firstAtMs: 0,
  lastAtMs: 0,
  orders: [],
  newIds: new Set<string>(),
  paymentsOf: new Set<string>(),
  statements: [],
});

/**
 * Reads the log to its end; `knows` says whether the primary has the transaction of that id. What stands before the last that it has is
 * shared history, also where the primary, being laid anew, no longer names it.
 */
export async function classify(
  log: AsyncIterable<ErrantTransaction>,
  knows: (id: string) => boolean,
): Promise<Classified> {
  let found = nothing();
  for await (const tx of log) {
    if (knows(tx.gtid)) found = { ...nothing(), promotionPoint: tx.gtid };
    else add(found, tx);
    found.lastGtid = tx.gtid;
  }
  return found;
}

function add(found: Classified, tx: ErrantTransaction): void {
  found.errant += 1;
  found.firstAtMs ||= tx.atMs;
  found.lastAtMs = tx.atMs;
  found.orders.push(...ordersIn(tx));
  found.statements.push(...tx.statements.slice(0, listCap - found.statements.length));
  for (const order of ordersIn(tx)) found.newIds.add(order.id);
  for (const change of tx.changes) {
    const id = paidOrder(change);
    if (id !== undefined && !found.newIds.has(id)) found.paymentsOf.add(id);
  }
}

function paidOrder(change: Change): string | undefined {
  if (change.action !== 'update' || change.table !== shopTables.orders) return undefined;
  const { before, after } = change;
  const paid =
    !sameValue(before['transaction_id'], after['transaction_id']) || !sameValue(before['status'], after['status']);
  return paid ? shown(after['id']) : undefined;
}

/** `known` are keys that both sides have, `keys` those of orders that were paid. */
export function classificationFacts(
  found: Classified,
  known: readonly { askedKey: string }[],
  keys: Readonly<Record<string, string>>,
): ClassificationFacts {
  const { orders, paymentsOf, promotionPoint, lastGtid, errant, firstAtMs, lastAtMs, statements } = found;
  const both = new Set(known.map(({ askedKey }) => askedKey));
  const only = orders.filter(({ key }) => !both.has(key));
  return {
    promotionPoint,
    lastGtid,
    errant,
    firstAtMs,
    lastAtMs,
    statements,
    ordersOnlyThere: only.length,
    orderKeysOnlyThere: only.slice(0, listCap).map(({ key }) => key),
    paymentUpdatesOnlyThere: paymentsOf.size,
    paymentUpdates: [...paymentsOf].slice(0, listCap).map((id) => keys[id] ?? `order ${id}`),
    keysOnBothSides: both.size,
    keysKnownToBoth: [...both].slice(0, listCap),
  };
}
