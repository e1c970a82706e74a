/** What a change says of orders and their payments, wherever the shop keeps them: in the order tables, as posts, or in both. */
import { identitiesIn } from './entities/progress';
import type { ShopTables } from './entities/tables';
import { sameValue, shown, type Change, type Row } from './transaction';

export type OrderEvent =
  | { what: 'new' | 'gone'; id: string }
  | { what: 'status'; id: string; status: string; isNew: boolean }
  /** An order of before, or one of these, was paid or got another status. */
  | { what: 'payment'; id: string }
  | { what: 'identity'; id: string; key?: string; payment?: string };

/** A cart that became an order only as far as its form. */
export const isDraft = (status: string): boolean => /^(wc-)?checkout-draft$|^auto-draft$/.test(status);

export function orderEvents(change: Change, tables: ShopTables): OrderEvent[] {
  const bare = tables.bare(change.table);
  const row = change.action === 'delete' ? change.before : change.after;
  if (bare === 'wc_orders') {
    const isOrder = row['type'] === undefined || row['type'] === 'shop_order';
    return [...headerEvents(change, row, 'id', 'status', isOrder), ...identityEvents(bare, row, row['id'])];
  }
  if (bare === 'posts') return headerEvents(change, row, 'ID', 'post_status', row['post_type'] === 'shop_order');
  if (change.action === 'delete') return [];
  const id = row['order_id'] ?? row['post_id'];
  const events = identityEvents(bare, row, id);
  const isPayment = bare === 'postmeta' && events.some((event) => 'payment' in event);
  return isPayment ? [...events, { what: 'payment', id: shown(id) }] : events;
}

/** The order's key and its payment, where the row has them. */
function identityEvents(bare: string, row: Row, id: Row[string] | undefined): OrderEvent[] {
  const said = identitiesIn(bare, row);
  const of = (what: string) => said.find((each) => each.what === what)?.value;
  const [key, payment] = [of('keys'), of('payments')];
  if (key === undefined && payment === undefined) return [];
  return [
    { what: 'identity', id: shown(id), ...(key !== undefined && { key }), ...(payment !== undefined && { payment }) },
  ];
}

function headerEvents(change: Change, row: Row, key: string, status: string, isOrder: boolean): OrderEvent[] {
  if (!isOrder) return [];
  const id = shown(row[key]);
  if (change.action === 'delete') return [{ what: 'gone', id }];
  const told = { what: 'status', id, status: shown(row[status]), isNew: change.action === 'insert' } as const;
  if (change.action === 'insert') return [{ what: 'new', id }, told];
  const { before, after } = change;
  const isPaid = [status, 'transaction_id'].some((column) => !sameValue(before[column], after[column]));
  return isPaid ? [told, { what: 'payment', id }] : [];
}
