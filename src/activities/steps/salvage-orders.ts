import { after, beyond, covers, lastUpTo } from '../../domain/salvage/history';
import { oversoldSentences } from '../../domain/salvage/oversold';
import { keyedShapes, type TableWords } from '../../domain/salvage/entities/tables';
import { span } from '../../domain/salvage/entities/tail';
import { listCap, type SalvageFacts } from '../../domain/salvage/ruling';
import type { ErrantTransaction } from '../../domain/salvage/transaction';
import type { SalvageRecord } from '../../ports/rejoin';
import { allDecided } from '../salvage/apart';
import { salvageEntities } from '../salvage/entities';
import { earlierIn, folderOf } from '../step/earlier-reseed';
import { factOf, placeOf, requirePrimary } from '../step/rejoin-guards';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** Between two readings of the logs. */
const pauseMs = 1_000;

/** As `ShopWords.tables`; an empty key is none. */
type OwnTables = Record<string, { role: TableWords['role']; key: string[] }>;
/** Plans of earlier versions name no `idTables`. */
type Salvage = {
  from: string;
  to: string;
  folder: string;
  counters: string[];
  tables: OwnTables;
  idTables?: string[];
};

/**
 * Brings over what only the deposed region has, thing by thing: an order with all that is its own, a product, a customer, each once. Each is
 * recorded in the SQL transaction that writes it, so that a worker that dies anywhere is continued by the next. Fires no mail and no charge.
 */
export const salvageOrders = defineStep({
  name: 'salvage-orders',
  title: (p: Salvage) => `Recover the transactions that only ${p.from} has into ${p.to}`,
  patience: { attemptMs: 1_800_000, attempts: 12, everyMs: 500, heartbeatMs: 10_000 },
  async check({ from, to }, ports, ctx) {
    const errant = Number(factOf(ctx, 'classify-deposed', 'errant'));
    if (errant === 0) return done(`${from} has nothing to recover.`, tally([], 0));
    const all = await ports.salvage(to).records(factOf(ctx, 'classify-deposed', 'promotionPoint'));
    const records = all.filter(({ gtid }) => gtid !== allDecided.id);
    const { places } = ports.positions;
    const end = places(factOf(ctx, 'classify-deposed', 'lastGtid'));
    const isWhole = all.some(({ gtid, upTo }) => gtid === allDecided.id && upTo !== '' && covers(places(upTo), end));
    if (!isWhole) return no(`${records.length} things of ${from} are salvaged or listed so far.`);
    const facts = tally(records, errant);
    return done(
      `${facts.ordersSalvaged} orders and ${facts.updatesApplied} changes of ${from}'s were recovered to ${to}; ${facts.ordersMerged} orders were in both regions, ${facts.listed} ${facts.listed === 1 ? 'item is' : 'items are'} left to a person${oversoldStory(facts)}.`,
      facts,
    );
  },
  async act(p, ports, ctx) {
    const { from, to, counters, tables, idTables = [] } = p;
    const shop = { counters, idTables, tables: wordsOf(tables) };
    await requirePrimary(to, ports, ctx);
    const promotionPoint = factOf(ctx, 'classify-deposed', 'promotionPoint');
    const salvage = ports.salvage(to);
    await salvage.prepare();
    const shapes = keyedShapes(await salvage.shapes(), shop);
    const upTo = factOf(ctx, 'classify-deposed', 'lastGtid');
    const { places } = ports.positions;
    const points = places(promotionPoint);
    // The logs of a copy begin after its position, so all that is in them is errant.
    const parted = promotionPoint === earlierIn(ctx).seededAt ? [] : points;
    const isErrant = () => after(parted, (id) => placeOf(ports.positions, id));
    const isBefore = lastUpTo(parted, (id) => placeOf(ports.positions, id), span);
    const isOwn = beyond(points, (id) => placeOf(ports.positions, id));
    const { signal } = ctx;
    const logs = ports.binlogs(to);
    await salvageEntities({
      theirs: () => {
        const isMeant = isErrant();
        const wanted = (id: string) => isMeant(id) || isBefore(id);
        return those(logs.transactions(folderOf(p, ctx), { shapes, wanted, signal }), isErrant(), isBefore);
      },
      ours: () => those(logs.ownTransactions(promotionPoint, { shapes, wanted: isOwn, signal }), isOwn),
      salvage,
      promotionPoint,
      upTo,
      behind: (had) =>
        covers(places(had), places(upTo)) ? undefined : beyond(places(had), (id) => placeOf(ports.positions, id)),
      epoch: ctx.epoch,
      shop,
      signal,
      pause: () => ports.sleep(pauseMs, signal),
      onSettled: (settled) => {
        ctx.progress(`${settled.length} things more of ${from} are decided.`);
      },
    });
  },
});

/** Plans of earlier versions have no tables. */
const wordsOf = (tables: OwnTables | undefined): Record<string, TableWords> =>
  Object.fromEntries(
    Object.entries(tables ?? {}).map(([name, { role, key }]) => [name, { role, ...(key.length > 0 && { key }) }]),
  );

async function* those(
  log: AsyncIterable<ErrantTransaction>,
  isMeant: (id: string) => boolean,
  isBefore: (id: string) => boolean = () => false,
): AsyncGenerator<ErrantTransaction> {
  for await (const tx of log)
    if (tx.cutOff || isMeant(tx.gtid)) yield tx;
    else if (isBefore(tx.gtid)) yield { ...tx, shared: true };
}

/** Both regions sold the same stock: a person must find or refund what is missing. */
const oversoldStory = ({ oversold }: SalvageFacts): string =>
  oversold.length === 0
    ? ''
    : `, and stock is oversold (${oversold[0] ?? ''}${oversold.length > 1 ? `; and ${oversold.length - 1} more, see oversold in the report` : ''})`;

function tally(records: readonly SalvageRecord[], transactions: number): SalvageFacts {
  const of = (outcome: SalvageRecord['outcome']) => records.filter((record) => record.outcome === outcome);
  const sentence = ({ gtid, because }: SalvageRecord) => `${gtid}: ${because}`;
  // Money first.
  const listed = of('listed').sort((one, other) => Number(isMoney(other)) - Number(isMoney(one)));
  return {
    transactions,
    ordersSalvaged: of('order').length,
    updatesApplied: of('update').length,
    ordersMerged: new Set(of('merged').flatMap(({ orderId }) => (orderId === '' ? [] : [orderId]))).size,
    merged: of('merged').length,
    listed: listed.length,
    copied: of('copied').length,
    skipped: of('skipped').length,
    keysMerged: of('merged').slice(0, listCap).map(sentence),
    forAPerson: listed.slice(0, listCap).map(sentence),
    oversold: oversoldSentences(records).slice(0, listCap),
  };
}

const isMoney = ({ because }: SalvageRecord) => /two payments|One order is in both/.test(because);
