/** Replays the row changes of one transaction on the rows that the primary has, by keys and images alone. */
import { pick, shown, type Change } from './transaction';
import { advanceBy } from './merge';
import { overlay } from './overlay';
import { belowZero, oversoldBy } from './oversold';
import { replayRow, type Obstacle } from './replay-row';
import type { OrderIdentity, Ruling, PrimaryRows, Write } from './ruling';
import { shopTables } from './shop-tables';

const none = { writes: [], orderKey: '', orderId: '', keptOrderId: '' };
const listed = (obstacle: Obstacle): Ruling => ({ ...none, outcome: 'listed', ...obstacle });

/** Applies the changes one after the other on what the primary holds, as far as this transaction can see. */
export function replay(changes: readonly Change[], order: OrderIdentity | undefined, rows: PrimaryRows): Ruling {
  const writes: Write[] = [];
  const seen = overlay(rows);
  const about = aboutOrder(changes, order);
  for (const change of changes) {
    const verdict = replayRow(change, seen, rows.made);
    if (verdict === undefined) continue;
    if ('because' in verdict) return { ...movedTwice(changes, rows, verdict), ...about };
    writes.push(verdict);
    seen.apply(verdict);
  }
  const oversold = oversoldBy(writes, seen);
  const refused = belowZero(oversold, rows.shapes);
  if (refused)
    return {
      ...listed({ because: refused }),
      ...about,
      oversold: oversold.map((each) => ({ ...each, applied: false })),
    };
  return { ...summed(writes, order), ...about, writes, ...(oversold.length > 0 && { oversold }) };
}

function summed(
  writes: readonly Write[],
  order: OrderIdentity | undefined,
): Pick<Ruling, 'outcome' | 'because' | 'keptOrderId'> {
  const keptOrderId = '';
  const tables = [...new Set(writes.map(({ table }) => table))].join(', ');
  if (writes.length === 0) return { outcome: 'skipped', because: 'The primary already has all of it.', keptOrderId };
  if (order) return { outcome: 'order', because: `Order ${order.id} was recovered whole.`, keptOrderId };
  const isUpdate = writes.some(({ action, table }) => action !== 'insert' && table !== shopTables.outbox);
  return isUpdate
    ? {
        outcome: 'update',
        because: `The primary's rows still matched the deposed region's before-images (${tables}).`,
        keptOrderId,
      }
    : { outcome: 'copied', because: `New rows of ${tables}.`, keptOrderId };
}

/** Both sides may have moved the same order; where they agree, or one is only further, nothing is lost. */
function movedTwice(changes: readonly Change[], rows: PrimaryRows, obstacle: Obstacle): Ruling {
  const [change] = changes;
  if (changes.length !== 1 || change?.action !== 'update' || change.table !== shopTables.orders)
    return listed(obstacle);
  const header = rows.find(shopTables.orders, pick(change.before, ['id']));
  if (!header) return listed(obstacle);
  const id = shown(header['id']);
  return advanceBy(change, { id, key: '', intent: '', header }, `order ${id}`, rows.shapes);
}

function aboutOrder(
  changes: readonly Change[],
  order: OrderIdentity | undefined,
): Pick<Ruling, 'orderKey' | 'orderId'> {
  if (order) return { orderKey: order.key, orderId: order.id };
  const header = changes.find(({ table }) => table === shopTables.orders);
  if (!header) return { orderKey: '', orderId: '' };
  return { orderKey: '', orderId: shown((header.action === 'insert' ? header.after : header.before)['id']) };
}
