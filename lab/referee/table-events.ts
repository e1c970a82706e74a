import { sameAmount } from './amounts';
import { REGIONS, type Evidence, type OrderEvent } from './evidence';
import type { OrderRow } from './shop-rows';
import { counted, finding, unknown, type Finding } from './finding';
import { orderOf, underWay, type EvidenceIndex } from './evidence-index';
import { RANK } from './orders';

/** Every order has one event in the DynamoDB table that says what the order is now, and every event has an order. */
export function tableEvents(evidence: Evidence, index: EvidenceIndex): Finding {
  const name = 'table-events';
  const reading = evidence.tables;
  if ('because' in reading) return unknown(name, reading.because);
  const { events } = reading.read;
  const owed = new Set(index.view.owedEvents);
  const counts = { events: events.length, owed: 0, underWay: 0 };
  const problems: string[] = [];
  const note = (intent: string, id: number | undefined, problem: string): void => {
    if (underWay(evidence, index, intent, index.lastTry.get(intent) ?? 0)) counts.underWay += 1;
    else if (id !== undefined && owed.has(id) && !evidence.settled) counts.owed += 1;
    else problems.push(problem);
  };
  for (const event of events) {
    const order = orderOf(index, event.key);
    const wrong = order === undefined ? 'no order has this key' : differs(event, order);
    if (wrong !== undefined) note(event.intent, order?.id, `event of order ${event.orderId}: ${wrong}`);
  }
  const told = new Set(events.map(({ key }) => key));
  for (const order of index.view.orders)
    if (!told.has(order.key)) note(order.intent, order.id, `order ${order.id} has no event in the table`);
  return finding({
    name,
    counts,
    problems,
    okText: `Every order has its event in the table: ${events.length}.`,
    failText: `${counted(problems.length, 'event')} missing or different from the order`,
  });
}

/** The event of a key that was merged into another order keeps what was true of the order it names. */
function differs(event: OrderEvent, order: OrderRow): string | undefined {
  if (order.key !== event.key) return undefined;
  if (event.orderId !== order.id) return `the order of its key is ${order.id}`;
  if (event.status !== order.status) return `it says ${event.status}, but the order is ${order.status}`;
  if (!sameAmount(event.total, order.total)) return `it says ${event.total}, but the order's total is ${order.total}`;
  return undefined;
}

/** Where both regions wrote one item, the write of the later status was kept. */
export function overwrites(evidence: Evidence): Finding {
  const name = 'overwrites';
  const unread = REGIONS.flatMap((region) => {
    const listed = evidence.overwrites[region];
    return 'because' in listed ? [`the overwrites in ${region} can't be read: ${listed.because}`] : [];
  });
  if (unread[0] !== undefined) return unknown(name, unread[0]);
  const all = REGIONS.flatMap((region) => {
    const listed = evidence.overwrites[region];
    return 'read' in listed ? listed.read : [];
  });
  // An item that was written again since says what is true; then the event itself was compared with its order.
  const now =
    'read' in evidence.tables
      ? new Map(evidence.tables.read.events.map((each) => [each.key, each]))
      : new Map<string, OrderEvent>();
  const problems = all
    .filter(({ kept, lost }) => rank(kept) < rank(lost))
    .filter(({ pk, lost }) => rank(now.get(pk.replace(/^order#/, ''))?.status ?? '') < rank(lost))
    .map(({ pk, kept, lost, seenBy }) => `${pk} in ${seenBy}: ${lost} was overwritten by the older ${kept}`);
  return finding({
    name,
    counts: { overwrites: all.length, olderKept: problems.length },
    problems,
    okText: `${counted(all.length, 'overwrite')} by the last writer, none by an older status.`,
    failText: `${counted(problems.length, 'item')} of the table overwritten by an older status`,
  });
}

const rank = (status: string): number => RANK[status] ?? -2;
