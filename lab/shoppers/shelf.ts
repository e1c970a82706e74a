/** The goods of the lab's shop and what a customer takes of them. */
import type { OrderRequest } from './ledger-lines';
import type { Random } from './random';

const skus = Array.from({ length: 20 }, (_, index) => `sku-${String(index + 1).padStart(2, '0')}`);

const sku = (random: Random): string => skus[random.whole(0, skus.length - 1)] ?? 'sku-01';

export const shelf = {
  sku,
  /** One to three different goods, one to three pieces of each. */
  lines(random: Random): OrderRequest['lines'] {
    const taken = new Set(Array.from({ length: random.whole(1, 3) }, () => sku(random)));
    return [...taken].map((each) => ({ sku: each, qty: random.whole(1, 3) }));
  },
};
