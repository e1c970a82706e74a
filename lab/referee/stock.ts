import { finding, counted, type Finding } from './finding';
import type { EvidenceIndex } from './evidence-index';

/** For each product the initial stock minus what was ordered is the stock left. A refund does not restock, a cancelled order does. */
export function stock(index: EvidenceIndex): Finding {
  const { view } = index;
  const ordered = new Map<string, number>();
  for (const line of view.lines) {
    const status = index.byId.get(line.orderId)?.status;
    if (status !== 'cancelled') ordered.set(line.sku, (ordered.get(line.sku) ?? 0) + line.qty);
  }
  const problems: string[] = [];
  let pieces = 0;
  for (const row of view.stock) {
    const taken = ordered.get(row.sku) ?? 0;
    pieces += taken;
    ordered.delete(row.sku);
    if (row.stock < 0) problems.push(`${row.sku} is oversold: its stock is ${row.stock}`);
    const off = row.initial - taken - row.stock;
    if (off !== 0)
      problems.push(
        `${row.sku} has ${row.stock} left, but ${row.initial} minus ${taken} ordered is ${row.initial - taken}`,
      );
  }
  for (const [sku, qty] of ordered) problems.push(`${qty} ${sku} were ordered, but there is no such product`);
  return finding({
    name: 'stock',
    counts: { products: view.stock.length, pieces, wrong: problems.length },
    problems,
    okText: `Stock adds up for all ${view.stock.length} products: ${counted(pieces, 'piece')} ordered.`,
    failText: `Stock does not add up for ${counted(problems.length, 'product')} in ${view.region}`,
  });
}
