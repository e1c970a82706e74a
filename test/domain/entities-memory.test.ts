/** What a long log takes in memory: its values are in the arena, here a file's stand-in that forgets them. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Fold, type Arena } from '../../src/domain/salvage/entities/fold';
import { gather } from '../../src/domain/salvage/entities/gather';
import { shopTablesOf } from '../../src/domain/salvage/entities/tables';
import type { Shapes } from '../../src/domain/salvage/transaction';

const columns = (...names: string[]) =>
  names.map((name) => ({ name, kind: 'text' as const, unsigned: false, charset: '' }));
const shapes: Shapes = new Map(
  Object.entries({
    wp_wc_orders: columns('id', 'type', 'parent_order_id'),
    wp_woocommerce_order_items: columns('order_item_id', 'order_id'),
    wp_woocommerce_order_itemmeta: columns('meta_id', 'order_item_id'),
  }).map(([name, all]) => [name, { name, columns: all, primary: [all[0]!.name], uniques: [] }]),
);

/** Rows of three columns are written again from the three numbers that they hold. */
function numbersOnly(): Arena {
  const rows: Float64Array[] = [];
  let length = 0;
  return {
    keep: (bytes) => {
      const values = (JSON.parse(new TextDecoder().decode(bytes)) as string[]).map((value) => Number(value));
      if (length % 30_000 === 0) rows.push(new Float64Array(30_000));
      values.forEach((value, at) => (rows.at(-1)![(length % 30_000) + at] = value));
      length += 3;
      return length - 3;
    },
    read: (place) => {
      const at = rows[Math.floor(place / 30_000)]!;
      const values = [...at.subarray(place % 30_000, (place % 30_000) + 3)].map(String);
      return new TextEncoder().encode(JSON.stringify(values));
    },
  };
}

const arenaBytes = 24;

function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const lines = 99;

/** So many orders, folded and put together by entity. */
async function gathered(orders: number) {
  const folds = { theirs: new Fold(shapes, numbersOnly()), ours: new Fold(shapes, numbersOnly()) };
  const add = (table: string, after: Record<string, string>) => {
    folds.theirs.add({ action: 'insert', table, after });
  };
  for (let order = 1; order <= orders; order += 1) {
    add('wp_wc_orders', { id: String(order), type: '1', parent_order_id: '0' });
    add('wp_woocommerce_order_items', { order_item_id: String(order), order_id: String(order) });
    for (let line = 0; line < lines; line += 1)
      add('wp_woocommerce_order_itemmeta', { meta_id: String(order * lines + line), order_item_id: String(order) });
  }
  return gather(folds, shopTablesOf(shapes), (needed) => Promise.resolve(needed.map(() => [])));
}

test('each row of a log takes at most 80 bytes, folded and put together by entity', async () => {
  await gathered(10);
  const before = bytesInUse();
  const orders = 500;
  const found = await gathered(orders);
  const perRow = (bytesInUse() - before) / (orders * (lines + 2));
  expect(found.get('order 7')?.theirs).toHaveLength(lines + 2);
  expect(perRow - arenaBytes).toBeLessThan(80);
}, 60_000);
