/** The regions part, and the deposed one is cut off, anywhere in a checkout: each order counts once, whatever its marks say by then. */
import { merge, type Rows, type Side } from './entities-world';
import { apply, checkout, checkoutSteps, draft, flaws, refill, rowsAfter, type Store } from './checkout-world';
import { first, products, shopWithDraft, sideWith } from './drafted-shop';

/** Its checkout in the deposed region, up to where the regions parted and up to where it was cut off. */
function cutIn(past: Rows, parted: number, cut: number, meanwhile: (side: Side) => unknown) {
  const side = sideWith(past);
  const steps = checkoutSteps(side, '7');
  for (let step = 0; step < parted; step += 1) steps.next();
  const before = [...side.changes];
  meanwhile(side);
  for (let step = parted; step < cut; step += 1) steps.next();
  return { both: rowsAfter(past, before), before, after: side.changes.slice(before.length) };
}

/** Another order, so that the counters move for other reasons too. */
const sells = (store: Store, order: string) => (side: Side) => {
  draft(side, store, order, [['5', 3]]);
  checkout(side, order);
};

const nothing = () => undefined;
const here = {
  'does nothing': nothing,
  'finishes it too': (side: Side) => checkout(side, '7'),
  'sells other things': sells('tables', '1008'),
  'finishes it too and sells other things': (side: Side) => {
    checkout(side, '7');
    sells('tables', '1008')(side);
  },
};

const stores: readonly Store[] = ['tables', 'posts'];
const cases = stores.flatMap((store) =>
  Object.keys(here).flatMap((name) =>
    [false, true].map((isBusy) => [store, name as keyof typeof here, isBusy ? 'sold' : 'did nothing', isBusy] as const),
  ),
);

describe.each(cases)('orders in %s, the primary %s, the deposed region %s else', (store, name, _, isBusy) => {
  const past = shopWithDraft(store);
  const last = checkout(sideWith(past), '7');
  const positions = [...Array(last + 1).keys()];

  test.each(positions)('parted after %i steps, cut off after any', async (parted) => {
    const wrong: string[] = [];
    for (const cut of positions.slice(parted)) {
      const meanwhile = isBusy ? sells(store, '9') : nothing;
      const { both, before, after } = cutIn(past, parted, cut, meanwhile);
      const { primary, listed } = await merge(both, (side) => apply(side, after), here[name], 'wp_', before);
      const at = `cut off after ${cut}`;
      wrong.push(...[...listed, ...flaws(primary, products, first)].map((flaw) => `${at}: ${flaw}`));
      // Its customer sends it once more, since nobody answered.
      checkout(primary, '7');
      wrong.push(...flaws(primary, products, first).map((flaw) => `${at}, sent again: ${flaw}`));
    }
    expect(wrong).toEqual([]);
  });
});

test.each([0, 1])(
  'a checkout whose cart the deposed region filled anew counts once, finished %i times',
  async (times) => {
    const past = shopWithDraft('tables');
    const wrong: string[] = [];
    for (const cut of Array(checkout(sideWith(past), '7') + 1).keys()) {
      const anew = (side: Side) => {
        refill(side, '7');
        const steps = checkoutSteps(side, '7');
        for (let step = 0; step < cut; step += 1) steps.next();
      };
      const { primary } = await merge(past, anew, (side) => (times > 0 ? checkout(side, '7') : undefined));
      wrong.push(...flaws(primary, products, first).map((flaw) => `cut off after ${cut}: ${flaw}`));
    }
    expect(wrong).toEqual([]);
  },
);

test('a checkout whose cart the primary filled anew counts once, wherever the deposed region was cut off', async () => {
  const past = shopWithDraft('tables');
  const last = checkout(sideWith(past), '7');
  const wrong: string[] = [];
  for (const cut of Array(last + 1).keys()) {
    const anew = (side: Side) => {
      refill(side, '7');
      checkout(side, '7');
    };
    const { primary } = await merge(past, (side) => apply(side, cutIn(past, 0, cut, nothing).after), anew);
    wrong.push(...flaws(primary, products, first).map((flaw) => `cut off after ${cut}: ${flaw}`));
  }
  expect(wrong).toEqual([]);
});
