/** What a log did to one option of WordPress, heard while it is folded. */
import type { Change, Row } from '../transaction';
import type { ShopTables } from './tables';

export class OptionInLog {
  /** The log changed it. Then `was` and `is` are its rows before and after all changes, undefined where it was not there. */
  isChanged = false;
  was: Row | undefined;
  is: Row | undefined;
  private readonly name: string;
  private readonly table: string;

  constructor(name: string, tables: ShopTables) {
    this.name = name;
    this.table = tables.named('options');
  }

  add(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.table !== this.table) continue;
      const before = change.action === 'insert' ? undefined : change.before;
      const after = change.action === 'delete' ? undefined : change.after;
      if ((after ?? before)?.['option_name'] !== this.name) continue;
      if (!this.isChanged) this.was = before;
      this.is = after;
      this.isChanged = true;
    }
  }
}
