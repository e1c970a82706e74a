/** What only the deposed region has, gathered from its log one transaction at a time; memory is bounded by the number of new orders. */
import type { ShopTables } from './entities/tables';
import type { ErrantTransaction } from './transaction';
import { flawIn, newStream, takeErrant, takeKnown, type Ground, type Stream } from './history';
import { isDraft, orderEvents, type OrderEvent } from './orders-in';
import { listCap, type ClassificationFacts, type OrderIdentity } from './ruling';

/** The content of the transactions that the primary lacks. */
interface Errant {
  count: number;
  /** How many of them can't be read in full: statements, or rows that can't be decoded. */
  unread: number;
  /** Ids of those that were prepared in two phases and that the log does not decide; they can't be read either. */
  undecided: Set<string>;
  firstAtMs: number;
  lastAtMs: number;
  /** New orders by their ids, with the last status of each. */
  made: Map<string, OrderIdentity & { status: string }>;
  /** Ids of orders that were there before and were paid or refunded since. */
  paymentsOf: Set<string>;
  statements: string[];
}

export interface Classified extends Omit<Errant, 'count' | 'made' | 'undecided'> {
  orders: OrderIdentity[];
  /** The last transaction of each stream that the primary has too; none of a stream where it has none. */
  points: string[];
  /** The last one of each stream. */
  ends: string[];
  errant: number;
  /** The log ends within a transaction that is not among `ends`: its id, empty where that can't be read. */
  cutOff?: string;
  /** Why the log does not tell all that only the deposed region has, as the end of a sentence that begins with the primary. */
  flaw?: string;
}

const nothing = (): Errant => ({
  count: 0,
  unread: 0,
  undecided: new Set<string>(),
  firstAtMs: 0,
  lastAtMs: 0,
  made: new Map<string, OrderIdentity & { status: string }>(),
  paymentsOf: new Set<string>(),
  statements: [],
});

/** A stream of the log, and what it has after the point where the regions diverged. */
type Part = Stream & { errant: Errant };

/** Reads the log to its end. */
export async function classify(
  log: AsyncIterable<ErrantTransaction>,
  ground: Ground,
  tables: ShopTables,
): Promise<Classified> {
  const parts = new Map<string, Part>();
  const cut = nothing();
  let cutOff: string | undefined;
  for await (const tx of log) {
    if (tx.cutOff) {
      add(cut, tx, tables);
      cutOff = tx.gtid;
      continue;
    }
    const { stream } = ground.placeOf(tx.gtid);
    const part = parts.get(stream) ?? { ...newStream(), errant: nothing() };
    parts.set(stream, part);
    if (ground.knows(tx.gtid)) {
      if (takeKnown(part, tx.gtid, ground)) part.errant = nothing();
    } else {
      takeErrant(part, tx.gtid, ground);
      add(part.errant, tx, tables);
    }
  }
  return { ...summed([...parts.values()], cut), ...(cutOff !== undefined && { cutOff }) };
}

function add(found: Errant, tx: ErrantTransaction, tables: ShopTables): void {
  found.count += 1;
  if (tx.statements.length + tx.unread.length > 0) found.unread += 1;
  if (tx.prepared) found.undecided.add(tx.prepared.id);
  if (tx.decides !== undefined) found.undecided.delete(tx.decides);
  found.firstAtMs ||= tx.atMs;
  found.lastAtMs = tx.atMs;
  found.statements.push(...tx.statements.slice(0, listCap - found.statements.length));
  for (const change of tx.changes) for (const event of orderEvents(change, tables)) note(found, event);
}

function note({ made, paymentsOf }: Errant, event: OrderEvent): void {
  const order = made.get(event.id);
  switch (event.what) {
    case 'new':
      if (!order) made.set(event.id, { id: event.id, key: '', payment: '', status: '' });
      break;
    case 'gone':
      made.delete(event.id);
      break;
    case 'status':
      if (order) made.set(event.id, { ...order, status: event.status });
      break;
    case 'identity':
      if (order) made.set(event.id, { ...order, key: event.key ?? order.key, payment: event.payment ?? order.payment });
      break;
    case 'payment':
      if (!order) paymentsOf.add(event.id);
  }
}

function summed(parts: readonly Part[], cut: Errant): Classified {
  const all = [...parts.map(({ errant }) => errant), cut].filter(({ count }) => count > 0);
  const made = all.flatMap((each) => [...each.made.values()]);
  const newIds = new Set(made.map(({ id }) => id));
  const paid = all.flatMap(({ paymentsOf }) => [...paymentsOf]).filter((id) => !newIds.has(id));
  const flaw = flawIn(parts);
  return {
    points: parts.map(({ point }) => point).filter(Boolean),
    ends: parts.map(({ last }) => last),
    errant: all.reduce((sum, { count }) => sum + count, 0),
    unread: all.reduce((sum, { unread, undecided }) => sum + unread + undecided.size, 0),
    firstAtMs: all.length === 0 ? 0 : Math.min(...all.map(({ firstAtMs }) => firstAtMs)),
    lastAtMs: Math.max(0, ...all.map(({ lastAtMs }) => lastAtMs)),
    orders: made.filter(({ status }) => !isDraft(status)).map(({ id, key, payment }) => ({ id, key, payment })),
    paymentsOf: new Set(paid),
    statements: all.flatMap(({ statements }) => statements).slice(0, listCap),
    ...(flaw !== undefined && { flaw }),
  };
}

/**
 * `known` are the orders whose key or payment both sides have; the two positions are of the deposed region's log. The facts name orders by their ids: who has the key
 * of an order can look at it.
 */
export function classificationFacts(
  found: Classified,
  positions: Pick<ClassificationFacts, 'promotionPoint' | 'lastGtid' | 'known'>,
  known: readonly OrderIdentity[],
): ClassificationFacts {
  const { orders, paymentsOf, errant, unread, firstAtMs, lastAtMs, statements } = found;
  const both = new Set(known.map(({ id }) => id));
  const only = orders.filter(({ id }) => !both.has(id));
  const ids = (some: readonly OrderIdentity[]) => some.slice(0, listCap).map(({ id }) => id);
  return {
    ...positions,
    errant,
    unread,
    firstAtMs,
    lastAtMs,
    statements,
    ordersOnlyThere: only.length,
    orderKeysOnlyThere: ids(only),
    paymentUpdatesOnlyThere: paymentsOf.size,
    paymentUpdates: [...paymentsOf].slice(0, listCap),
    keysOnBothSides: both.size,
    keysKnownToBoth: ids(orders.filter(({ id }) => both.has(id))),
  };
}
