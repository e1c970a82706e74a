import { prefixFlaw, shopTablesOf, type ShopTables } from '../../domain/salvage/entities/tables';
import { classificationFacts, classify } from '../../domain/salvage/classification';
import type { ClassificationFacts, OrderIdentity } from '../../domain/salvage/ruling';
import type { Ground } from '../../domain/salvage/history';
import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import type { Salvage } from '../../ports/rejoin';
import { earlierIn, folderOf } from '../step/earlier-reseed';
import { placeOf, requirePrimary } from '../step/rejoin-guards';
import { done } from '../step/finding';
import { requireReadToEnd, requireWholeLog, type ReadUpTo } from '../step/log-end';
import { defineStep, type StepContext } from '../step/step';

/** Plans of earlier versions name no `idTables`. */
type Classify = { from: string; to: string; folder: string; serviceCommand?: string; idTables?: string[] };

/** Reads the copied logs and queries the primary; the deposed server is only asked where it is, since even a refused attach changes it. */
export const classifyDeposed = defineStep({
  name: 'classify-deposed',
  title: (p: Classify) => `Find the transactions that only ${p.from} has`,
  patience: { attemptMs: 900_000, attempts: 5, everyMs: 2_000, heartbeatMs: 10_000 },
  async check(p, ports, ctx) {
    const { serverId } = await requirePrimary(p.to, ports, ctx);
    const salvage = ports.salvage(p.to);
    const known = await salvage.known();
    const tables = await tablesOf(salvage, p.idTables);
    const found = await read(p, groundOf(known, serverId, ports), tables, ports, ctx);
    const { union } = ports.positions;
    const join = (ids: readonly string[]) => ids.reduce(union, '');
    const positions = {
      promotionPoint: join(found.points) || earlierIn(ctx).seededAt,
      lastGtid: join(found.ends),
      known,
    };
    const end = await requireEnd(p, { last: positions.lastGtid, known }, ports, ctx);
    const orders = await knownOrders(found.orders, tables, salvage);
    const facts = classificationFacts(found, positions, orders);
    return done(sentence(p, facts) + within(found.cutOff) + end, facts);
  },
  act: () => Promise.resolve(),
});

/** @throws PortError(refused) where it is not known which tables are the shop's */
async function tablesOf(salvage: Salvage, idTables: readonly string[] = []): Promise<ShopTables> {
  const shapes = await salvage.shapes();
  const flaw = prefixFlaw(shapes, idTables);
  if (flaw !== undefined) throw new PortError('refused', flaw);
  return shopTablesOf(shapes, { counters: [], idTables });
}

function groundOf(known: string, serverId: number, { positions }: Ports): Ground {
  return {
    knows: (id) => positions.contains(known, id),
    placeOf: (id) => placeOf(positions, id),
    known: positions.places(known),
    writer: String(serverId),
  };
}

/** Where an order's key and payment are, and the column of its number there. */
const identities = [
  { bare: 'wc_order_operational_data', column: 'order_key', what: 'key', id: 'order_id' },
  { bare: 'wc_orders', column: 'transaction_id', what: 'payment', id: 'id' },
] as const;

/** Those whose key or payment the primary has under another number. */
async function knownOrders(orders: readonly OrderIdentity[], tables: ShopTables, salvage: Salvage) {
  const asked = orders.flatMap((order) =>
    identities
      .filter(({ bare, column, what }) => order[what] !== '' && hasColumn(tables, tables.named(bare), column))
      .map(({ bare, column, what, id }) => ({
        order,
        id,
        look: { table: tables.named(bare), where: { [column]: order[what] } },
      })),
  );
  const found = await salvage.look(
    asked.map(({ look }) => look),
    tables.shapes,
  );
  const known = asked.filter(({ order, id }, index) => found[index]?.some((row) => row[id] !== order.id));
  return [...new Map(known.map(({ order }) => [order.id, order])).values()];
}

const hasColumn = ({ shapes }: ShopTables, table: string, column: string) =>
  shapes.get(table)?.columns.some(({ name }) => name === column) === true;

/** @throws PortError(refused) when the log may lack transactions of the deposed region */
async function read(p: Classify, ground: Ground, tables: ShopTables, ports: Ports, ctx: StepContext) {
  const { from, to } = p;
  const { earlierRun, seededAt } = earlierIn(ctx);
  const log = ports.binlogs(to).transactions(folderOf(p, ctx), {
    shapes: tables.shapes,
    signal: ctx.signal,
    onProgress: ctx.progress,
    wanted: (id) => !ground.knows(id),
  });
  const found = await classify(log, ground, tables);
  // A copy of the primary's data begins new logs: they part where the copy was made.
  const isFromCopy = seededAt !== '' && earlierRun === '';
  if (found.points.length === 0 && !isFromCopy)
    throw new PortError(
      'refused',
      `${to} has no transaction of ${from}'s binary logs, so the point where they diverged is unknown; compare the two databases by hand.`,
    );
  if (found.flaw === undefined) return found;
  throw new PortError(
    'refused',
    `${from}'s binary logs do not show all that only ${from} has: ${to} ${found.flaw} Recover it by hand: see "A log that cannot be read" in docs/operating.md.`,
  );
}

/** An earlier run asked before it moved the logs. @throws PortError(refused) when the log may have lost its end */
async function requireEnd(p: Classify, read: ReadUpTo, ports: Ports, ctx: StepContext): Promise<string> {
  const { earlierRun } = earlierIn(ctx);
  if (earlierRun !== '') return ` The rejoin ${earlierRun} read this log to its end before it moved the data.`;
  const position = await positionOf(p.from, ports);
  if (position === undefined) return requireWholeLog(p, read, ports, ctx);
  await requireReadToEnd(p, read, position, ports, ctx);
  return '';
}

/** Undefined while its server does not answer. */
async function positionOf(region: string, ports: Ports): Promise<string | undefined> {
  try {
    return (await ports.database(region).state()).position;
  } catch (error) {
    if (error instanceof PortError && error.kind === 'unavailable') return undefined;
    throw error;
  }
}

const within = (id: string | undefined): string =>
  id === undefined ? '' : ` The log ends within ${id || 'one of them'}, and nobody knows whether that was committed.`;

function sentence({ from, to }: Classify, facts: ClassificationFacts): string {
  const { errant, unread, promotionPoint, ordersOnlyThere, paymentUpdatesOnlyThere, keysOnBothSides } = facts;
  if (errant === 0) return `${to} has everything that ${from} committed: ${from}'s log ends at ${facts.lastGtid}.`;
  const least = unread > 0 ? 'at least ' : '';
  const cannot = unread > 0 ? ` ${unread} of them are statements or cannot be read.` : '';
  return `After ${promotionPoint} ${from} committed ${errant} transactions that ${to} never received: ${least}${ordersOnlyThere} orders, ${least}${paymentUpdatesOnlyThere} payments of older orders, ${least}${keysOnBothSides} orders that both regions have.${cannot}`;
}
