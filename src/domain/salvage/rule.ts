/**
 * What becomes of a transaction that only the deposed region has: the rule by which it is brought to the present primary, merged,
 * left to a person, or left out. A transaction is never torn: either all of it counts, or a person decides about all of it.
 */
import { type Change, type ErrantTransaction } from './transaction';
import { advanceBy, mergeOrder } from './merge';
import { replay } from './replay';
import { passing, shopTables } from './shop-tables';
import { type Ruling, type PrimaryRows, orderOf, ordersIn } from './ruling';

const plain = { writes: [], orderKey: '', orderId: '', keptOrderId: '' };
const listed = (because: string, detail?: Ruling['detail']): Ruling => ({
  ...plain,
  outcome: 'listed',
  because,
  ...(detail && { detail }),
});

/** Decides about one transaction. Pure; deciding again about what was carried out finds nothing left to write. */
export function ruleOn(tx: ErrantTransaction, rows: PrimaryRows): Ruling {
  const changes = tx.changes.filter(({ table }) => !passing.has(table));
  const [statement] = tx.statements;
  if (statement !== undefined) return listed(`It is a statement, not a row change: ${statement}.`, { statement });
  const obstacle = obstacleIn(tx, changes, rows);
  if (obstacle !== undefined) return listed(obstacle);
  if (changes.length === 0)
    return { ...plain, outcome: 'skipped', because: 'It contains only heartbeats, epochs or canary orders.' };
  const orders = ordersIn({ changes });
  const [order] = orders;
  const rival = order && rows.rival(order);
  if (order && rival && orders.length === 1) return mergeOrder(order, rival, changes, rows);
  if (rival) return listed(`It contains several orders, one of which has the key or payment of order ${rival.id}.`);
  const merged = mergedChange(changes, rows);
  return merged ?? replay(changes, order, rows);
}

function obstacleIn(tx: ErrantTransaction, changes: readonly Change[], rows: PrimaryRows): string | undefined {
  if (tx.unread[0] !== undefined) return tx.unread[0];
  for (const { table } of changes) {
    const shape = rows.shapes.get(table);
    if (!shape) return `The primary has no table ${table}.`;
    if (shape.unfit !== undefined) return `${table} is left to a person: ${shape.unfit}`;
    if (rows.tainted(table))
      return `A statement of the deposed region, listed before, may have changed ${table}, so its rows are left to a person.`;
  }
  return undefined;
}

/** A change of an order that was merged in this rejoin, or of a row that belongs to it: the kept order replaces it. */
function mergedChange(changes: readonly Change[], rows: PrimaryRows): Ruling | undefined {
  for (const change of changes) {
    const orderId = orderOf(change);
    const kept = orderId === undefined ? undefined : rows.mergedInto(orderId);
    if (orderId === undefined || !kept) continue;
    const about = { orderKey: kept.key, orderId, keptOrderId: kept.id };
    if (change.table !== shopTables.orders)
      return {
        ...listed(`A row of ${change.table} belongs to order ${orderId}, which was merged into order ${kept.id}.`),
        ...about,
      };
    if (change.action !== 'update' || changes.length > 1)
      return { ...listed(`It changes order ${orderId}, which was merged into order ${kept.id}.`), ...about };
    return { ...advanceBy(change, kept, `order ${orderId}, merged into ${kept.id},`, rows.shapes), ...about };
  }
  return undefined;
}
