import { Random } from '../../lab/shoppers/random';
import { Shelf } from '../../lab/shoppers/shelf';

test('a customer orders no cart twice, whatever the order of its lines', () => {
  const [shelf, random] = [new Shelf(), new Random(1)];
  const carts = Array.from({ length: 500 }, (_, id) => {
    const { lines } = shelf.order(random, String(id), { customer: 'A-1', pay: 'now' });
    return lines
      .map(({ sku, qty }) => `${qty} ${sku}`)
      .sort()
      .join();
  });
  expect(new Set(carts).size).toBe(carts.length);
});
