import type { AckLine, AttemptLine, OrderRequest } from '../shoppers/ledger-lines';
import type { Evidence } from './evidence';
import type { DatabaseView, LineRow, OrderRow } from './shop-rows';

/** More recent operations may still be under way, unless everything is settled. */
export const GRACE_MS = 15_000;

/** Maps over ledgers and snapshot, built in one pass for all findings. */
export interface EvidenceIndex {
  readonly view: DatabaseView;
  readonly byKey: ReadonlyMap<string, OrderRow>;
  readonly byId: ReadonlyMap<number, OrderRow>;
  readonly byIntent: ReadonlyMap<string, OrderRow>;
  readonly lines: ReadonlyMap<number, readonly LineRow[]>;
  readonly requests: ReadonlyMap<string, OrderRequest>;
  /** The ids under which orders of this intent were acknowledged. */
  readonly acknowledgedIds: ReadonlyMap<string, ReadonlySet<number>>;
  /** Intents that a shopper tried to pay or refund after the order, as `pay/INTENT`. */
  readonly updates: ReadonlySet<string>;
  /** When the first and the last order of each intent were sent, milliseconds since 1970. */
  readonly tries: ReadonlyMap<string, readonly [number, number]>;
  /** When the last attempt of each intent was sent, milliseconds since 1970. */
  readonly lastTry: ReadonlyMap<string, number>;
  /** When the last acknowledgement of each intent arrived, milliseconds since 1970. */
  readonly lastAck: ReadonlyMap<string, number>;
}

export function indexEvidence(evidence: Evidence, view: DatabaseView): EvidenceIndex {
  const { attempts, acks } = evidence.ledgers;
  const lines = new Map<number, LineRow[]>();
  for (const line of view.lines) {
    const of = lines.get(line.orderId);
    if (of === undefined) lines.set(line.orderId, [line]);
    else of.push(line);
  }
  const requests = new Map(attempts.filter(isOrder).map((line) => [line.key, line.request as OrderRequest]));
  const orders = view.orders.map((order) => ({ ...order, intent: requests.get(order.key)?.intent ?? '' }));
  return {
    view: { ...view, orders },
    byKey: new Map(orders.map((order) => [order.key, order])),
    byId: new Map(orders.map((order) => [order.id, order])),
    byIntent: new Map(orders.map((order) => [order.intent, order])),
    lines,
    requests,
    acknowledgedIds: acknowledgedIds(acks),
    updates: new Set(attempts.filter(isUpdate).map((line) => `${line.op}/${line.intent ?? ''}`)),
    tries: tries(attempts),
    lastTry: latest(attempts),
    lastAck: latest(acks),
  };
}

/** The order of a key. */
export function orderOf(index: EvidenceIndex, key: string): OrderRow | undefined {
  return index.byKey.get(key);
}

/** Whether an operation at `at` may have been incomplete when the database was read. */
export function underWay(evidence: Evidence, index: EvidenceIndex, intent: string, at: number): boolean {
  if (evidence.settled) return false;
  if (at > index.view.readAt - GRACE_MS) return true;
  const tried = index.lastTry.get(intent) ?? 0;
  return tried > index.view.readAt - GRACE_MS && tried > (index.lastAck.get(intent) ?? 0);
}

function tries(attempts: readonly AttemptLine[]): Map<string, [number, number]> {
  const times = new Map<string, [number, number]>();
  for (const { at, intent } of attempts.filter(isOrder)) {
    if (intent === null) continue;
    const [first, last] = times.get(intent) ?? [Infinity, -Infinity];
    times.set(intent, [Math.min(first, Date.parse(at)), Math.max(last, Date.parse(at))]);
  }
  return times;
}

function latest(lines: readonly { readonly at: string; readonly intent: string | null }[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { at, intent } of lines) {
    if (intent !== null) times.set(intent, Math.max(times.get(intent) ?? 0, Date.parse(at)));
  }
  return times;
}

function acknowledgedIds(acks: readonly AckLine[]): Map<string, Set<number>> {
  const ids = new Map<string, Set<number>>();
  for (const ack of acks) {
    if (ack.op !== 'order' || ack.intent === null) continue;
    const id = Number((ack.answer as { id?: unknown }).id);
    ids.set(ack.intent, (ids.get(ack.intent) ?? new Set()).add(id));
  }
  return ids;
}

function isOrder(line: AttemptLine): boolean {
  return line.op === 'order';
}

function isUpdate(line: AttemptLine): boolean {
  return line.op === 'pay' || line.op === 'refund';
}
