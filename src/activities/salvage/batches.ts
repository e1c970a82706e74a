/** What is decided, locked and written at once. */
import type { Found } from '../../domain/salvage/entities/gather';

/**
 * The rows of a batch stay locked on the primary for two round trips and its writes, so it is a compromise between the shop, which waits for
 * them, and a far runbook, which waits for each round trip.
 */
const limits = { entities: 500, rows: 4_000 };

/** Kinds that are decided up to and with orders, and those whose decisions look at what became of orders and of stock. */
const upToOrders: ReadonlySet<string> = new Set(['customer', 'term', 'post', 'order']);
const last: ReadonlySet<string> = new Set(['action']);

const stage = (kind: string): number => (upToOrders.has(kind) ? 0 : last.has(kind) ? 2 : 1);

/** 0 for what is decided before all orders are. */
export const stageOf = ([first]: readonly Found[]): number => (first ? stage(first.kind) : 0);

/** Entities that follow each other; what depends on others begins a batch of its own. */
export function* batches(all: readonly Found[]): Generator<Found[]> {
  let batch: Found[] = [];
  let rows = 0;
  for (const found of all) {
    const isFull = batch.length >= limits.entities || rows + found.theirs.length > limits.rows;
    const isApart = stage(found.kind) !== stage(batch.at(-1)?.kind ?? found.kind);
    if (batch.length > 0 && (isFull || isApart)) {
      yield batch;
      [batch, rows] = [[], 0];
    }
    batch.push(found);
    rows += found.theirs.length;
  }
  if (batch.length > 0) yield batch;
}
