/** Transactions that are decided together: on one look at the primary, each as the ones before it leave the rows. */
import type { ErrantTransaction, Row } from './transaction';
import { overlay } from './overlay';
import { ordersIn, type KnownRows, type PrimaryRows, type Ruling } from './ruling';

export interface Errant {
  tx: ErrantTransaction;
  /** True for a table that a statement of the deposed region may have changed before this transaction. */
  tainted: PrimaryRows['tainted'];
  made: PrimaryRows['made'];
}

export type Decide = (tx: ErrantTransaction, rows: PrimaryRows) => Ruling;

/** One ruling a transaction, in their order: the same as if each had been carried out before the next was decided. */
export function decideAll(batch: readonly Errant[], rows: KnownRows, decide: Decide): Ruling[] {
  const seen = overlay(rows);
  return batch.map(({ tx, tainted, made }) => {
    const ruling = decide(tx, { ...seen, tainted, made });
    if (ruling.outcome === 'merged') {
      const [order] = ordersIn(tx);
      const kept = (order && seen.rival(order)) ?? seen.mergedInto(ruling.orderId);
      if (kept) seen.merge(ruling.orderId, kept);
    }
    ruling.writes.forEach(seen.apply);
    return ruling;
  });
}

/**
 * How much is decided at once. The rows of a batch stay locked on the primary for two round trips and its writes, so it is a compromise
 * between the shop, which waits for them, and a far runbook, which waits for each round trip.
 */
const batchLimits = { transactions: 500, characters: 1_000_000 };

/** Groups what follows each other; one that is larger than the limits is a batch of its own. */
export async function* inBatches(
  log: AsyncIterable<Errant>,
  { transactions, characters } = batchLimits,
): AsyncGenerator<Errant[]> {
  let batch: Errant[] = [];
  let held = 0;
  for await (const errant of log) {
    const size = sizeOf(errant.tx);
    if (batch.length > 0 && (batch.length >= transactions || held + size > characters)) {
      yield batch;
      [batch, held] = [[], 0];
    }
    batch.push(errant);
    held += size;
  }
  if (batch.length > 0) yield batch;
}

/** Of a column's name and quotes. */
const besideValue = 20;

function sizeOf({ changes }: ErrantTransaction): number {
  const ofRow = (row: Row) =>
    Object.values(row).reduce<number>(
      (size, value) => size + besideValue + (typeof value === 'string' ? value.length : (value?.hex.length ?? 0)),
      0,
    );
  return changes.reduce((size, change) => size + ofRow(change.action === 'delete' ? change.before : change.after), 0);
}
