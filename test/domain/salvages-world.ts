/** Salvages of one deposed region that follow each other, each of which reads its log further: the product's whole way, over a primary in memory. */
import { salvageEntities } from '../../src/activities/salvage/entities';
import { decide } from '../../src/domain/salvage/entities/decide';
import { nameOf } from '../../src/domain/salvage/entities/gather';
import { inSafeOrder } from '../../src/domain/salvage/entities/write-order';
import type { Change, ErrantTransaction } from '../../src/domain/salvage/transaction';
import type { Salvage, SalvageRecord } from '../../src/ports/rejoin';
import { rowsAfter } from './checkout-world';
import { carryOut, lookingAt, shapesWith, Side, type Rows } from './entities-world';

type Kept = SalvageRecord & { turn: number };

const numberIn = (id: string): number => Number(id.split('-')[2]);

/** Each change is a transaction; what a salvage writes has its record with it. */
export class Salvages {
  readonly primary: Side;
  readonly listed: string[] = [];
  private readonly shapes = shapesWith('wp_');
  private readonly records = new Map<string, Kept>();
  private readonly recorded = new Set<Change>();
  private readonly log: readonly Change[];
  private readonly parted: number;

  /** @param past what both had before `log`, the deposed region's changes, of which the primary has the first `parted` too */
  constructor(past: Rows, log: readonly Change[], parted: number) {
    this.primary = new Side(this.shapes, 'wp_', rowsAfter(past, log.slice(0, parted)));
    this.log = log;
    this.parted = parted;
  }

  /** Reads the first `end` changes of the deposed region's log; `meanwhile` is what the primary does before it is read once more. */
  async salvage(end: number, meanwhile: () => void = () => undefined): Promise<void> {
    const upTo = `0-1-${end}`;
    this.listed.length = 0;
    await salvageEntities({
      theirs: () => transactions(this.log.slice(0, end), (_, at) => at < this.parted && { shared: true }),
      ours: () => transactions(this.primary.changes, (change) => this.recorded.has(change) && { recorded: true }),
      salvage: this.port(),
      promotionPoint: `0-1-${this.parted}`,
      upTo,
      behind: (had) => (numberIn(had) >= end ? undefined : (id) => numberIn(id) > numberIn(had)),
      epoch: 1,
      shop: { counters: [] },
      signal: new AbortController().signal,
      pause: () => {
        meanwhile();
        return Promise.resolve();
      },
      onSettled: () => undefined,
    });
  }

  private port(): Salvage {
    const rows = lookingAt(this.primary, 'wp_');
    const port: Pick<Salvage, 'shapes' | 'records' | 'look' | 'settle'> = {
      shapes: () => Promise.resolve(this.shapes),
      records: () => Promise.resolve([...this.records.values()]),
      look: (looks) => Promise.resolve(looks.map(rows)),
      settle: (batch, { scene, obstacle, upTo, again, isLast }) => {
        const decided = batch.flatMap((found) => {
          const record = this.records.get(nameOf(found));
          if (record ? again?.recordedUpTo !== record.upTo : again !== undefined) return [];
          const sight = { ...scene, rows };
          const earlier = record && { outcome: record.outcome, number: '1' };
          const because = obstacle(found);
          if (because !== undefined) throw new Error(because);
          return [{ found, ruling: (earlier && again?.rule(found, sight, earlier)) ?? decide(found, sight) }];
        });
        const settled = decided.filter(({ ruling }) => isLast || !ruling.again);
        const before = this.primary.changes.length;
        const writes = settled.flatMap(({ ruling }) => ruling.writes);
        for (const write of inSafeOrder(writes, this.shapes)) carryOut(write, this.primary, 'wp_');
        for (const change of this.primary.changes.slice(before)) this.recorded.add(change);
        for (const { found, ruling } of settled) {
          const { outcome, because, orderId } = ruling;
          const turn = (this.records.get(nameOf(found))?.turn ?? -1) + 1;
          if (outcome === 'listed') this.listed.push(because);
          const gtid = nameOf(found);
          this.records.set(gtid, { gtid, outcome, because, oversold: [], orderId, upTo, atMs: 0, turn });
        }
        return Promise.resolve(decided);
      },
    };
    return port as Salvage;
  }
}

async function* transactions(
  changes: readonly Change[],
  more: (change: Change, at: number) => Partial<ErrantTransaction> | false,
): AsyncGenerator<ErrantTransaction> {
  const rest = { atMs: 0, statements: [], unread: [], unreadTables: [] };
  for (const [at, change] of [...changes].entries())
    yield await Promise.resolve({ gtid: `0-1-${at + 1}`, changes: [change], ...rest, ...more(change, at) });
}
