/** What is decided, locked and written at once. */
import type { Found } from '../../domain/entities/gather';

/**
 * The rows of a batch stay locked on the primary for two round trips and its writes, so it is a compromise between the shop, which waits for
 * them, and a far runbook, which waits for each round trip.
 */
const limits = { entities: 500, rows: 4_000 };

/** Kinds whose decisions look at what became of orders. */
const last = new Set(['action']);

/** Entities that follow each other; what depends on others begins a batch of its own. */
export function* batches(all: readonly Found[]): Generator<Found[]> {
  let batch: Found[] = [];
  let rows = 0;
  for (const found of all) {
    const isFull = batch.length >= limits.entities || rows + found.theirs.length > limits.rows;
    const isApart = last.has(found.kind) && !last.has(batch.at(-1)?.kind ?? '');
    if (batch.length > 0 && (isFull || isApart)) {
      yield batch;
      [batch, rows] = [[], 0];
    }
    batch.push(found);
    rows += found.theirs.length;
  }
  if (batch.length > 0) yield batch;
}
