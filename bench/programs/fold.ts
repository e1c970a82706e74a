/**
 * Folds a log of a thousand million bytes as a shop would write it, puts it together by entity, and prints the largest resident set: one
 * JSON object. In a process of its own, whose memory is nobody else's.
 */
import { Fold } from '../../src/domain/salvage/entities/fold';
import { gather } from '../../src/domain/salvage/entities/gather';
import { shopTablesOf } from '../../src/domain/salvage/entities/tables';
import type { Row, Shapes } from '../../src/domain/salvage/transaction';
import { scratchFile } from '../../src/providers/kit/scratch-file';

export interface Folded {
  rows: number;
  bytes: number;
  entities: number;
  peakMb: number;
}

const columns = (names: readonly string[]) =>
  names.map((name) => ({ name, kind: 'text' as const, unsigned: false, charset: '' }));
const shapes: Shapes = new Map(
  Object.entries({
    wp_wc_orders: ['id', 'type', 'status', 'parent_order_id'],
    wp_woocommerce_order_items: ['order_item_id', 'order_id'],
    wp_woocommerce_order_itemmeta: ['meta_id', 'order_item_id', 'meta_key', 'meta_value'],
  }).map(([name, all]) => [name, { name, columns: columns(all), primary: all.slice(0, 1), uniques: [] }]),
);

const [goal, lines, details] = [1e9, 3, 9];
/** What a log has for each row beside its values. */
const eventBytes = 80;
const value = 'x'.repeat(700);

async function main(): Promise<Folded> {
  const scratch = scratchFile();
  const tables = shopTablesOf(shapes);
  const folds = {
    theirs: new Fold(shapes, scratch, tables.wanted),
    ours: new Fold(shapes, scratch, tables.wanted),
  };
  let [rows, bytes] = [0, 0];
  const add = (table: string, after: Row) => {
    folds.theirs.add({ action: 'insert', table, after });
    bytes += JSON.stringify(after).length + eventBytes;
    rows += 1;
  };
  for (let order = 1; bytes < goal; order += 1) {
    const made = { id: String(order), type: 'shop_order', status: 'wc-pending', parent_order_id: '0' };
    add('wp_wc_orders', made);
    for (let line = order * lines; line < (order + 1) * lines; line += 1) {
      add('wp_woocommerce_order_items', { order_item_id: String(line), order_id: String(order) });
      for (let at = line * details; at < (line + 1) * details; at += 1)
        add('wp_woocommerce_order_itemmeta', {
          meta_id: String(at),
          order_item_id: String(line),
          meta_key: `_detail_${at % details}`,
          meta_value: value,
        });
    }
    const paid = { ...made, status: 'wc-processing' };
    folds.theirs.add({ action: 'update', table: 'wp_wc_orders', before: made, after: paid });
  }
  const found = await gather(folds, tables, (needed) => Promise.resolve(needed.map(() => [])));
  scratch.close();
  // In kilobytes on every system (Node's own documentation).
  return { rows, bytes, entities: found.size, peakMb: process.resourceUsage().maxRSS / 1024 };
}

main().then(
  (folded) => {
    process.stdout.write(JSON.stringify(folded));
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
