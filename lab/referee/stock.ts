import { finding, many, type Finding } from './finding';
import type { Index } from './index';

/** For each product: initial stock less what was ordered is what is left. A refund does not restock, a cancelled order does. */
export function stock(index: Index): Finding {
  const { view } = index;
  const ordered = new Map<string, number>();
  for (const line of view.lines) {
    const status = index.byId.get(line.orderId)?.status;
    if (status !== 'cancelled') ordered.set(line.sku, (ordered.get(line.sku) ?? 0) + line.qty);
  }
  const problems: string[] = [];
  let pieces = 0;
  for (const row of view.stock) {
    const gone = ordered.get(row.sku) ?? 0;
    pieces += gone;
    ordered.delete(row.sku);
    const off = row.initial - gone - row.stock;
    if (off !== 0)
      problems.push(`${row.sku} has ${row.stock} left, ${row.initial} less ${gone} ordered is ${row.initial - gone}`);
  }
  for (const [sku, qty] of ordered) problems.push(`${qty} ${sku} were ordered, and there is no such product`);
  return finding({
    name: 'stock',
    counts: { products: view.stock.length, pieces, wrong: problems.length },
    problems,
    well: `Stock adds up for all ${view.stock.length} products: ${many(pieces, 'piece')} ordered.`,
    ill: `Stock does not add up for ${many(problems.length, 'product')} in ${view.region}`,
  });
}
