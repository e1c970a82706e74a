/** What statements do to rows, by a binary log: table, action, changed columns, and the name in tables of names and values. */
import { execFileSync } from 'node:child_process';

export interface Shape {
  /** Without the prefix. */
  table: string;
  action: 'insert' | 'update' | 'delete';
  before: Record<string, string>;
  after: Record<string, string>;
}

/** Columns of each table, in order, by the statements that make the tables. */
export function columnsIn(sql: string): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const [, name = '', body = ''] of sql.matchAll(/CREATE TABLE `?(\w+)`? \((.*?)\n\)/gs)) {
    const parts = body.split(/,\s+(?![^(]*\))/).map((part) => part.trim());
    const columns = parts.filter((part) => !/^(PRIMARY|UNIQUE|KEY)\b/.test(part));
    tables.set(
      name,
      columns.map((column) => /^`?(\w+)`?/.exec(column)?.[1] ?? ''),
    );
  }
  return tables;
}

/** The changes of rows in a log, in order. */
export function shapesIn(file: string, columns: ReadonlyMap<string, readonly string[]>): Shape[] {
  const text = execFileSync('mariadb-binlog', ['-v', '--base64-output=decode-rows', file], {
    encoding: 'latin1',
    maxBuffer: 1024 * 1024 * 1024,
  });
  const shapes: Shape[] = [];
  let into: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const started = /^### (INSERT INTO|UPDATE|DELETE FROM) `\w+`\.`(\w+)`/.exec(line);
    const current = shapes.at(-1);
    if (started) {
      const action = (started[1] ?? '').split(' ')[0]?.toLowerCase() as Shape['action'];
      shapes.push({ table: started[2] ?? '', action, before: {}, after: {} });
    } else if (line.startsWith('### WHERE')) into = current?.before ?? {};
    else if (line.startsWith('### SET')) into = current?.after ?? {};
    else {
      const value = /^### {3}@(\d+)=(.*)$/.exec(line);
      const column = value && columns.get(current?.table ?? '')?.[Number(value[1]) - 1];
      if (value && column !== undefined && column !== null) into[column] = (value[2] ?? '').replace(/^'|'$/g, '');
    }
  }
  return shapes.map((shape) => ({ ...shape, table: shape.table.replace(/^wp_/, '') }));
}

/** Change with the second in which a statement runs. */
const passing = ['date_updated_gmt', 'post_modified', 'post_modified_gmt', 'last_attempt_gmt', 'last_attempt_local'];
/** What WooCommerce writes only when nobody has a moment before, or for taxes, which the lab's shop has not. */
const leftOut = (shape: Shape): boolean =>
  shape.table === 'options' ||
  shape.table === 'woocommerce_sessions' ||
  shape.table === 'wc_order_tax_lookup' ||
  (shape.after['hook'] ?? '').startsWith('wc_schedule_') ||
  shape.after['order_item_type'] === 'tax' ||
  /^(rate_id|label|compound|tax_amount|shipping_tax_amount|rate_percent)$/.test(shape.after['meta_key'] ?? '');

/** One line for each change that counts, such as `update wc_orders status`. */
export function described(shapes: readonly Shape[]): string[] {
  return shapes
    .filter((shape) => !leftOut(shape))
    .flatMap(({ table, action, before, after }) => {
      const row = action === 'delete' ? before : after;
      const name = [
        row['meta_key'],
        row['hook'],
        row['order_item_type'],
        row['address_type'],
        row['comment_type'],
      ].find((each) => each !== undefined);
      const changed = Object.keys(after).filter(
        (column) => before[column] !== after[column] && !passing.includes(column),
      );
      // A row of which nothing but the time changed.
      if (action === 'update' && changed.length === 0) return [];
      const columns = action === 'update' ? ` ${changed.join(' ')}` : '';
      return [`${action} ${table}${columns}${name === undefined ? '' : ` (${name})`}`];
    });
}
