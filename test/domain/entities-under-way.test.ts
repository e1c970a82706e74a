/** The primary is within a checkout that the deposed region counted too when its log is read: the order counts once, whatever it had done by then. */
import { checkoutSteps, flaws, refill, type Store } from './checkout-world';
import { first, products, shopWithDraft, sideWith } from './drafted-shop';
import type { Side } from './entities-world';
import { Salvages } from './salvages-world';

/** A customer's request, write by write. */
type Request = (side: Side) => Generator;

const requests: Record<string, Request> = {
  'goes on with it': (side) => checkoutSteps(side, '7'),
  *'fills its cart anew'(side) {
    if (side.rows('wc_orders', { id: '7', status: 'wc-pending' }).length > 0) refill(side, '7');
    yield* checkoutSteps(side, '7');
  },
};

/** Does so many of its writes, or all that are left. */
function advance(request: Generator, count = Infinity): number {
  let done = 0;
  while (done < count && !request.next().done) done += 1;
  return done;
}

/** The deposed region's log up to where it was cut off, and how much of it both have. */
function cutOff(store: Store, parted: number, cut: number) {
  const past = shopWithDraft(store);
  const side = sideWith(past);
  const steps = checkoutSteps(side, '7');
  advance(steps, parted);
  const shared = side.changes.length;
  advance(steps, cut - parted);
  return { salvages: new Salvages(past, side.changes, shared), end: side.changes.length };
}

const writes = advance(checkoutSteps(sideWith(shopWithDraft('tables')), '7'));
const places = [0, 1, 4, 6, 7, 10];
const cases = (['tables', 'posts'] as const).flatMap((store) =>
  Object.keys(requests).flatMap((name) => places.map((parted) => [store, name, parted] as const)),
);

test.each(cases)('orders in %s, the primary %s, parted after %i writes', async (store, name, parted) => {
  const wrong: string[] = [];
  for (let cut = parted; cut <= writes; cut += 1)
    for (let here = 1; here <= writes; here += 2) {
      const { salvages, end } = cutOff(store, parted, cut);
      const { primary } = salvages;
      const request = requests[name]!(primary);
      if (advance(request, here) < here) break;
      await salvages.salvage(end, () => advance(request));
      advance(request);
      const found = [...salvages.listed, ...flaws(primary, products, first)];
      wrong.push(...found.map((flaw) => `cut off after ${cut}, the primary after ${here}: ${flaw}`));
    }
  expect(wrong).toEqual([]);
});

test('a checkout of the primary that never ends is left to a person', async () => {
  const { salvages, end } = cutOff('tables', 0, writes);
  advance(checkoutSteps(salvages.primary, '7'), 3);
  await salvages.salvage(end);
  expect(salvages.listed).toEqual([
    expect.stringMatching(/^Order 7 was finished in both .* The primary was counting its sales and stock when its log/),
  ]);
});
