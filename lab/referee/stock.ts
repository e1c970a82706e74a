import { finding, counted, type Finding } from './finding';
import type { EvidenceIndex } from './evidence-index';

/**
 * For each product the initial stock minus what lines are marked to have taken is the stock left, and the sales are what orders that count as sales
 * have; both also in the lookup table. A refund does not restock.
 */
export function stock(index: EvidenceIndex): Finding {
  const { view } = index;
  const taken = new Map<string, number>();
  const sold = new Map<string, number>();
  const add = (sums: Map<string, number>, sku: string, qty: number) => sums.set(sku, (sums.get(sku) ?? 0) + qty);
  for (const line of view.lines) {
    add(taken, line.sku, line.reduced);
    if (index.byId.get(line.orderId)?.parts.salesRecorded === 1) add(sold, line.sku, line.qty);
  }
  const problems: string[] = [];
  let pieces = 0;
  const known = new Set(view.stock.map(({ sku }) => sku));
  for (const row of view.stock) {
    const [out, sales] = [taken.get(row.sku) ?? 0, sold.get(row.sku) ?? 0];
    pieces += out;
    const check = (what: string, is: number, should: number) => {
      if (is !== should) problems.push(`${what} of ${row.sku} is ${is}, but should be ${should}`);
    };
    if (row.stock < 0) problems.push(`${row.sku} is oversold: its stock is ${row.stock}`);
    check('the stock', row.stock, row.initial - out);
    check('the stock in the lookup table', row.stockLookup, row.stock);
    check('the number of sales', row.sales, sales);
    check('the number of sales in the lookup table', row.salesLookup, row.sales);
  }
  for (const [sku, qty] of taken)
    if (!known.has(sku)) problems.push(`${qty} ${sku} were ordered, but there is no such product`);
  return finding({
    name: 'stock',
    counts: { products: view.stock.length, pieces, wrong: problems.length },
    problems,
    okText: `Stock and sales add up for all ${view.stock.length} products: ${counted(pieces, 'piece')} ordered.`,
    failText: `Stock or sales do not add up in ${view.region}`,
  });
}
