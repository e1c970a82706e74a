/** Which entity a row belongs to. Rows of other tables are asked for where the row alone does not say it. */
import { shown, type Row } from '../transaction';
import { mayBeOrder, postKinds, type Kind } from './roles';
import type { ShopTables } from './tables';

export interface Entity {
  kind: Kind;
  id: string;
}

/** `part` is the id of the order or refund itself that a row belongs to; the entity is the order with all of its refunds. */
export interface Owned extends Entity {
  part: string;
}

/** A row that must be known first, by the text of its primary key; with a column, any row of the primary that has the key there. */
export interface Needed {
  table: string;
  key: string;
  column?: string;
}

/** The row as either region last had it; null where neither has it, undefined where nobody looked yet. */
export type Find = (needed: Needed) => Row | null | undefined;

const text = (row: Row, column: string): string => {
  const value = row[column];
  return value == null ? '' : shown(value);
};

class Unknown extends Error {
  readonly needed: Needed;
  constructor(needed: Needed) {
    super('A row must be known first.');
    this.needed = needed;
  }
}

/** Finds owners of rows. `orders` are the posts that are orders of a type which is not known; each that a row shows to be one is added. */
export function ownerOf(
  table: string,
  key: string,
  row: Row,
  tables: ShopTables,
  find: Find,
  orders = new Set<string>(),
): Owned | Needed {
  try {
    return new Search(tables, find, orders).of(table, key, row);
  } catch (error) {
    if (error instanceof Unknown) return error.needed;
    throw error;
  }
}

class Search {
  private readonly tables: ShopTables;
  private readonly find: Find;
  private readonly orders: Set<string>;

  constructor(tables: ShopTables, find: Find, orders: Set<string>) {
    this.tables = tables;
    this.find = find;
    this.orders = orders;
  }

  of(table: string, key: string, row: Row): Owned {
    const { owner } = this.tables.roleOf(table);
    const alone = { kind: 'rows' as const, id: `${table} ${key}`, part: '' };
    switch (owner.by) {
      case 'itself':
        return { ...alone, kind: owner.kind };
      case 'id': {
        // Of a row that can't be read in full, a table and a key are all that can be named.
        const id = text(row, owner.column);
        return id === '' ? alone : { kind: owner.kind, id, part: '' };
      }
      case 'order':
        return this.order(text(row, owner.column));
      case 'post':
        return row['meta_key'] === '_order_key'
          ? this.order(text(row, owner.column))
          : this.post(text(row, owner.column));
      case 'row': {
        const parent = this.known(this.tables.named(owner.table), text(row, owner.column));
        return parent ? this.of(this.tables.named(owner.table), text(row, owner.column), parent) : alone;
      }
      case 'posts':
        return this.postRow(row);
      case 'orders':
        return this.orderRow(row);
      case 'comments':
        return this.comment(row);
      case 'lookups': {
        const user = text(row, 'user_id');
        return user === '' || user === '0'
          ? { kind: 'customer', id: `guest ${key}`, part: '' }
          : { kind: 'customer', id: user, part: '' };
      }
    }
  }

  private known(table: string, key: string, column?: string): Row | undefined {
    if (!this.tables.shapes.has(table)) return undefined;
    const needed = { table, key, ...(column !== undefined && { column }) };
    const row = this.find(needed);
    if (row === undefined) throw new Unknown(needed);
    return row ?? undefined;
  }

  private order(id: string): Owned {
    const row = this.known(this.tables.named('wc_orders'), id);
    if (row) return this.orderRow(row);
    const legacy = this.known(this.tables.named('posts'), id);
    if (legacy && mayBeOrder(text(legacy, 'post_type'))) this.orders.add(id);
    const parent = legacy && postKinds[text(legacy, 'post_type')]?.parent ? text(legacy, 'post_parent') : id;
    return { kind: 'order', id: parent, part: id };
  }

  private orderRow(row: Row): Owned {
    const id = text(row, 'id');
    const isRefund = text(row, 'type') === 'shop_order_refund';
    return { kind: 'order', id: isRefund ? text(row, 'parent_order_id') : id, part: id };
  }

  private post(id: string): Owned {
    const row = this.known(this.tables.named('posts'), id);
    if (row) return this.postRow(row);
    const isOrder = this.known(this.tables.named('wc_orders'), id) !== undefined;
    return isOrder ? this.order(id) : { kind: 'post', id, part: '' };
  }

  private postRow(row: Row): Owned {
    const id = text(row, 'ID');
    const type = text(row, 'post_type');
    if (mayBeOrder(type) && this.isOrder(id)) return this.order(id);
    const { kind = 'post', parent } = Object.hasOwn(postKinds, type) ? (postKinds[type] ?? {}) : {};
    if (kind !== 'order') return { kind, id: parent ? text(row, 'post_parent') : id, part: '' };
    return parent ? { kind, id: text(row, 'post_parent'), part: id } : this.order(id);
  }

  private isOrder(id: string): boolean {
    const { named } = this.tables;
    return (
      this.orders.has(id) ||
      this.known(named('wc_orders'), id) !== undefined ||
      this.known(named('woocommerce_order_items'), id, 'order_id') !== undefined
    );
  }

  private comment(row: Row): Owned {
    const post = text(row, 'comment_post_ID');
    if (text(row, 'comment_type') === 'order_note') return this.order(post);
    const owned = this.post(post);
    return owned.kind === 'order' ? owned : { kind: 'comment', id: text(row, 'comment_ID'), part: '' };
  }
}
