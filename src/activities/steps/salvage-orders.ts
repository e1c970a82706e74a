import { after } from '../../domain/salvage/history';
import { inBatches, type Errant } from '../../domain/salvage/batch';
import { oversoldSentences } from '../../domain/salvage/oversold';
import { listCap, type SalvageFacts } from '../../domain/salvage/ruling';
import { ruleOn } from '../../domain/salvage/rule';
import { newTrail } from '../../domain/salvage/trail';
import type { ErrantTransaction, Shapes } from '../../domain/salvage/transaction';
import type { SalvageRecord } from '../../ports/rejoin';
import { factOf, placeOf, requirePrimary } from '../step/rejoin-guards';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

type Salvage = { from: string; to: string; folder: string; counters: string[] };

/**
 * Brings over what only the deposed region has: whole transactions, each once, in order and with the same ids. Each is recorded in the
 * transaction that writes it, so that a worker that dies anywhere is continued by the next. Fires no mail and no charge.
 */
export const salvageOrders = defineStep({
  name: 'salvage-orders',
  title: (p: Salvage) => `Recover the transactions that only ${p.from} has into ${p.to}`,
  patience: { attemptMs: 1_800_000, attempts: 12, everyMs: 500, heartbeatMs: 10_000 },
  async check({ from, to }, ports, ctx) {
    const errant = Number(factOf(ctx, 'classify-deposed', 'errant'));
    if (errant === 0) return done(`${from} has nothing to recover.`, tally([]));
    const records = await ports.salvage(to).records(factOf(ctx, 'classify-deposed', 'promotionPoint'));
    if (records.length < errant)
      return no(`${records.length} of ${errant} transactions of ${from} are salvaged or listed.`);
    const facts = tally(records);
    return done(
      `${facts.ordersSalvaged} orders and ${facts.updatesApplied} changes of ${from}'s were recovered to ${to}; ${facts.ordersMerged} orders were in both regions, ${facts.listed} transactions are left to a person${oversoldStory(facts)}.`,
      facts,
    );
  },
  async act({ from, to, folder, counters }, ports, ctx) {
    await requirePrimary(to, ports, ctx);
    const promotionPoint = factOf(ctx, 'classify-deposed', 'promotionPoint');
    const salvage = ports.salvage(to);
    await salvage.prepare();
    const [shapes, records] = [await salvage.shapes(), await salvage.records(promotionPoint)];
    const input = { promotionPoint, epoch: ctx.epoch, counters: new Set(counters), shapes, decide: ruleOn };
    const isErrant = () => after(ports.positions.places(promotionPoint), (id) => placeOf(ports.positions, id));
    const log = ports.binlogs(to).transactions(folder, { shapes, wanted: isErrant(), signal: ctx.signal });
    const undecided = errantOf(log, isErrant(), new Set(records.map(({ gtid }) => gtid)), shapes);
    for await (const batch of inBatches(undecided)) {
      if (ctx.signal.aborted) return;
      await salvage.salvage(batch, input);
      ctx.progress(`${from}'s transactions up to ${batch.at(-1)?.tx.gtid ?? ''} are decided.`);
    }
  },
});

/** The errant transactions of the log without a record, each with what those before it did. */
async function* errantOf(
  log: AsyncIterable<ErrantTransaction>,
  isErrant: (id: string) => boolean,
  decided: ReadonlySet<string>,
  shapes: Shapes,
): AsyncGenerator<Errant> {
  const follow = newTrail(shapes);
  for await (const tx of log) {
    if (!isErrant(tx.gtid)) continue;
    const errant = follow(tx);
    if (!decided.has(tx.gtid)) yield errant;
  }
}

/** Both regions sold the same stock: a person must find or refund what is missing. */
const oversoldStory = ({ oversold }: SalvageFacts): string =>
  oversold.length === 0
    ? ''
    : `, and stock is oversold (${oversold[0] ?? ''}${oversold.length > 1 ? `; and ${oversold.length - 1} more, see oversold in the report` : ''})`;

function tally(records: readonly SalvageRecord[]): SalvageFacts {
  const of = (outcome: SalvageRecord['outcome']) => records.filter((record) => record.outcome === outcome);
  const sentence = ({ gtid, because }: SalvageRecord) => `${gtid}: ${because}`;
  return {
    transactions: records.length,
    ordersSalvaged: of('order').length,
    updatesApplied: of('update').length,
    ordersMerged: new Set(of('merged').map(({ orderId }) => orderId)).size,
    merged: of('merged').length,
    listed: of('listed').length,
    copied: of('copied').length,
    skipped: of('skipped').length,
    keysMerged: of('merged').slice(0, listCap).map(sentence),
    forAPerson: of('listed').slice(0, listCap).map(sentence),
    oversold: oversoldSentences(records).slice(0, listCap),
  };
}
