/** One transaction while its events are read: what it has changed so far, and to where it may be rolled back. */
import type { Change, ErrantTransaction, Shapes } from '../../../../domain/salvage/transaction';
import { gtidOf, shownBy, type BinlogEvent } from './events';
import { RowTally } from './row-tally';

/** A transaction with more rows is a bulk change, which a person should look at anyway. */
const rowLimit = 20_000;

/** What a transaction changes, without its name and time. */
export type Content = Omit<ErrantTransaction, 'gtid' | 'atMs'>;

interface Statement {
  told: string;
  /** How to show it. */
  shown: string;
  /** Undefined where it may change any table. */
  touched: string[] | undefined;
  isUndone: boolean;
}

interface Unread {
  because: string;
  tables: readonly string[];
}

/** A place to which a transaction may be rolled back. */
interface Mark {
  tally: RowTally;
  unread: number;
  statements: number;
}

export class OpenTransaction {
  readonly gtid: string;
  readonly atMs: number;
  /** Its first statement is all of it. */
  readonly alone: boolean;
  readonly wanted: boolean;
  readonly start: number;
  /** The event that describes a table, by the number that row events use for it. */
  readonly tables = new Map<number, BinlogEvent>();
  /** It holds a record of the runbook's. */
  isRecorded = false;
  private readonly changes: Change[] = [];
  private readonly statements: Statement[] = [];
  private readonly unread: Unread[] = [];
  private readonly savepoints = new Map<string, Mark>();
  private readonly begin: Mark = { tally: new RowTally(), unread: 0, statements: 0 };
  private readonly shapes: Shapes;
  private tally = new RowTally();
  private isUnclear = false;

  constructor(event: BinlogEvent, wanted: (gtid: string) => boolean, shapes: Shapes) {
    const { gtid, alone } = gtidOf(event);
    this.gtid = gtid;
    this.atMs = event.at * 1000;
    this.alone = alone;
    this.wanted = wanted(gtid);
    this.start = event.start;
    this.shapes = shapes;
  }

  /** Above the limit they are only counted. */
  addChange(change: Change): void {
    this.tally.add(change, this.shapes);
    if (this.tally.rows <= rowLimit) this.changes.push(change);
  }

  /** @param tables those of the shop's whose rows can't be read */
  addUnread(because: string, tables: readonly string[] = []): void {
    if (!this.unread.some((each) => each.because === because)) this.unread.push({ because, tables });
  }

  addStatement(told: string, shown: string, touched: string[] | undefined): void {
    this.statements.push({ told, shown, touched, isUndone: false });
  }

  /** One of an earlier name goes: a server keeps the last. */
  mark(name: string): void {
    this.savepoints.delete(name);
    const [unread, statements] = [this.unread.length, this.statements.length];
    this.savepoints.set(name, { tally: this.tally.copy(), unread, statements });
  }

  rollBackTo(name: string): void {
    const mark = this.savepoints.get(name);
    if (!mark) {
      this.isUnclear = true;
      return;
    }
    const names = [...this.savepoints.keys()];
    for (const later of names.slice(names.indexOf(name) + 1)) this.savepoints.delete(later);
    this.undo(mark);
  }

  rollBack(): void {
    this.undo(this.begin);
    this.isUnclear = false;
    this.isRecorded = false;
  }

  /**
   * A server logs rows of tables without transactions in transactions of their own, which it does not roll back. Its statements may have
   * written to such a table.
   */
  private undo({ tally, unread, statements }: Mark): void {
    this.tally = tally.copy();
    this.changes.length = Math.min(this.changes.length, tally.rows);
    this.unread.length = unread;
    for (const statement of this.statements.slice(statements)) statement.isUndone = true;
  }

  /** @param end the event that ends it */
  content(end: BinlogEvent): Content {
    const { statements, unread, tally } = this;
    const whole = this.held(end);
    const touched = statements.flatMap((each) => each.touched ?? []);
    return {
      changes: this.changes,
      statements: statements.map(
        ({ told, shown, isUndone }) =>
          `${told}${isUndone ? ', rolled back except in tables without transactions' : ''} (${shown})`,
      ),
      ...(statements.every((each) => each.touched !== undefined) && { touched }),
      unread: [...unread.map(({ because }) => because), ...(whole === undefined ? [] : [whole])],
      unreadTables: [...unread.flatMap(({ tables }) => tables), ...(whole === undefined ? [] : tally.tables)],
      ...(whole !== undefined && { withheld: true }),
      ...(this.isRecorded && { recorded: true }),
    };
  }

  /** Why none of its rows may be applied, if so: some of them are not known. */
  private held(end: BinlogEvent): string | undefined {
    const { tally } = this;
    if (this.isUnclear)
      return `It was rolled back to a savepoint that its log does not hold, so none of it was applied: ${this.told(end)}`;
    if (tally.rows <= rowLimit) return undefined;
    return `It changes ${tally.rows} rows, more than ${rowLimit}, so none of them was applied: ${this.told(end)}`;
  }

  /** Its tables, and the command that shows it. */
  told({ file, end }: BinlogEvent): string {
    return `${this.tally.told || 'no row'}. Show it on ${file.region}'s host: ${shownBy(file, this.start, end)}`;
  }

  get changedTables(): string[] {
    return this.tally.tables;
  }
}
