/** The goods of the lab's shop and what a customer takes of them. */
import type { OrderRequest } from './ledger-lines';
import type { Random } from './random';

const skus = Array.from({ length: 20 }, (_, index) => `sku-${String(index + 1).padStart(2, '0')}`);

const sku = (random: Random): string => skus[random.whole(0, skus.length - 1)] ?? 'sku-01';

/** One to three different goods, one to three pieces of each. */
function lines(random: Random): OrderRequest['lines'] {
  const taken = new Set(Array.from({ length: random.whole(1, 3) }, () => sku(random)));
  return [...taken].map((each) => ({ sku: each, qty: random.whole(1, 3) }));
}

/** A customer's: no cart is ordered twice, for whether that was meant is a question for a person where each region took one of the two. */
export class Shelf {
  private readonly ordered = new Set<string>();

  sku(random: Random): string {
    return sku(random);
  }

  /** A new order under a key and a payment intent of this id. */
  order(random: Random, id: string, of: Pick<OrderRequest, 'customer' | 'pay'>): OrderRequest {
    return { key: `k-${id}`, intent: `pi-${id}`, lines: this.lines(random), ...of };
  }

  /** One more piece of a cart that was ordered before, since there are only so many carts. */
  private lines(random: Random): OrderRequest['lines'] {
    let cart = lines(random);
    while (this.ordered.has(nameOf(cart)))
      cart = cart.map((line, at) => (at === 0 ? { ...line, qty: line.qty + 1 } : line));
    this.ordered.add(nameOf(cart));
    return cart;
  }
}

const nameOf = (cart: OrderRequest['lines']): string =>
  cart
    .map(({ sku: each, qty }) => `${qty} ${each}`)
    .sort()
    .join();
