/** Both logs, folded: the deposed region's whole, and once more behind each place where an earlier salvage of it ended. */
import { importedUpTo } from '../../domain/salvage/entities/analytics';
import { Fold, type Arena } from '../../domain/salvage/entities/fold';
import { OptionInLog } from '../../domain/salvage/entities/option-in-log';
import { storageOption } from '../../domain/salvage/entities/order-storage';
import type { ShopTables } from '../../domain/salvage/entities/tables';
import { LogEnd, type Tail } from '../../domain/salvage/entities/tail';
import { TakenByOrders } from '../../domain/salvage/entities/taken';
import type { ErrantTransaction } from '../../domain/salvage/transaction';
import { PortError } from '../../ports/errors';
import type { SalvageRecord } from '../../ports/rejoin';
import { ApartInLog, type Unfolded } from './apart';

/** Where an earlier salvage ended. */
interface Ended {
  /** `SalvageRecord.upTo` */
  recordedUpTo: string;
  isLater: (tx: ErrantTransaction) => boolean;
}

/** A question to ask of each id of the log: is it behind this position? Undefined where the log has nothing behind it. */
export type Behind = (upTo: string) => ((id: string) => boolean) | undefined;

/** By so much the clocks of two regions may differ. */
const clocksMs = 300_000;

/** Each once. Records of earlier versions tell only when they were made. */
export function endsIn(records: readonly SalvageRecord[], behind: Behind): Ended[] {
  const undated = records.filter(({ upTo }) => upTo === '').map(({ atMs }) => atMs);
  const since = undated.reduce((least, atMs) => Math.min(least, atMs), Infinity) - clocksMs;
  return [...new Set(records.map(({ upTo }) => upTo))].flatMap((recordedUpTo): Ended[] => {
    if (recordedUpTo === '') return [{ recordedUpTo, isLater: (tx) => tx.cutOff === true || tx.atMs >= since }];
    const isBehind = behind(recordedUpTo);
    return isBehind ? [{ recordedUpTo, isLater: (tx) => tx.cutOff === true || isBehind(tx.gtid) }] : [];
  });
}

/** A log as far as it was read. */
export class Reading {
  readonly fold: Fold;
  readonly taken: TakenByOrders;
  /** Where orders are stored, and up to when analytics have imported them. */
  readonly storage: OptionInLog;
  readonly imported: OptionInLog;
  readonly apart = new ApartInLog();
  /** The last of it, from before the regions parted on. */
  readonly end: LogEnd;
  private readonly touched = new Set<string>();
  private isAny = false;

  constructor(tables: ShopTables, arena: Arena) {
    this.fold = new Fold(tables.shapes, arena, tables.wanted);
    this.taken = new TakenByOrders(tables);
    this.end = new LogEnd(tables);
    this.storage = new OptionInLog(storageOption, tables);
    this.imported = new OptionInLog(importedUpTo, tables);
  }

  add(tx: ErrantTransaction): void {
    if (tx.withheld === undefined) this.addRows(tx);
    this.apart.add(tx);
    if (tx.statements.length > 0 && tx.touched === undefined) this.isAny = true;
    for (const table of tx.touched ?? []) this.touched.add(table);
  }

  private addRows({ changes }: ErrantTransaction): void {
    for (const change of changes) this.fold.add(change);
    this.storage.add(changes);
    this.imported.add(changes);
  }

  get unfolded(): Unfolded {
    return { touched: this.touched, isAny: this.isAny, unread: this.apart.unreadTables };
  }
}

/** What of the deposed region's log is behind an earlier salvage. */
export interface Later extends Ended {
  reading: Reading;
  /** What the primary changed by itself since. */
  own: Fold;
  /** How the log ended for that salvage; undefined where nothing was read behind it. */
  then?: Tail;
}

const told = ({ changes, withheld }: ErrantTransaction) => (withheld === undefined ? changes : []);

/** `ours` has the end of what both regions did, too: an order that the primary goes on with may have been begun in it. */
export async function readTheirs(
  log: AsyncIterable<ErrantTransaction>,
  { whole, ours }: { whole: Reading; ours: Reading },
  later: readonly Later[],
): Promise<void> {
  const take = (reading: Reading, tx: ErrantTransaction) => {
    reading.add(tx);
    reading.taken.add(told(tx));
  };
  for await (const tx of log) {
    const behind = tx.shared ? [] : later.filter(({ isLater }) => isLater(tx));
    for (const end of behind) end.then ??= whole.end.tail;
    whole.end.add(told(tx), tx.atMs);
    if (tx.shared) {
      ours.end.add(told(tx), tx.atMs);
      continue;
    }
    take(whole, tx);
    for (const { reading } of behind) take(reading, tx);
  }
  ours.end.part();
}

/**
 * Without what the runbook brought over: nothing of that is the shop's own, but for the marks of orders. True where the primary threw its oldest logs away, so that nothing is
 * known of what it changed.
 */
export async function readOwn(log: AsyncIterable<ErrantTransaction>, into: Reading): Promise<boolean> {
  try {
    for await (const tx of log) {
      if (tx.recorded) {
        into.end.addBrought(told(tx), tx.atMs);
        continue;
      }
      into.end.add(told(tx), tx.atMs);
      into.add(tx);
    }
    return false;
  } catch (error) {
    if (error instanceof PortError && error.kind === 'absent') return true;
    throw error;
  }
}
