/** The deposed region was cut off anywhere in a checkout, salvaged, went on, and was salvaged again: each order counts once. */
import type { Rows, Side } from './entities-world';
import { checkout, checkoutSteps, draft, flaws, type Store } from './checkout-world';
import { first, products, shopWithDraft, sideWith } from './drafted-shop';
import { Salvages } from './salvages-world';

const sells = (store: Store, order: string) => (side: Side) => {
  draft(side, store, order, [['5', 3]]);
  checkout(side, order);
};
const nothing = () => undefined;
const finishes = (side: Side) => checkout(side, '7');

/** What the primary does before the first salvage, and between the two. */
const here = {
  'does nothing': [nothing, nothing],
  'finishes it first': [finishes, nothing],
  'finishes it in between': [nothing, finishes],
  'sells other things': [sells('tables', '1008'), sells('tables', '1009')],
} as const;

/** They part before the checkout, or between a counter and its mark. */
const places: [Store, parted: number][] = [
  ['tables', 0],
  ['tables', 4],
  ['posts', 4],
];
const cases = places.flatMap(([store, parted]) =>
  Object.keys(here).map((name) => [store, name as keyof typeof here, parted] as const),
);

/** The deposed region's log, with what it sells else after it was first cut off. */
function logWith(past: Rows, store: Store, cut: number) {
  const side = sideWith(past);
  const steps = checkoutSteps(side, '7');
  const ends: number[] = [0];
  for (let step = 1; !steps.next().done; step += 1) {
    if (step === cut + 1) sells(store, '9')(side);
    ends.push(side.changes.length);
  }
  return { log: side.changes, ends };
}

describe.each(cases)('orders in %s, the primary %s, parted after %i steps', (store, name, parted) => {
  const past = shopWithDraft(store);
  const last = checkout(sideWith(past), '7');
  const positions = [...Array(last + 1).keys()].slice(parted);
  const [before, between] = here[name];

  test.each(positions)('cut off after %i steps at first, and after any later', async (cut) => {
    const wrong: string[] = [];
    for (const end of positions.slice(cut - parted)) {
      const { log, ends } = logWith(past, store, cut);
      const salvages = new Salvages(past, log, ends[parted]!);
      const { primary } = salvages;
      before(primary);
      await salvages.salvage(ends[cut]!);
      between(primary);
      await salvages.salvage(ends[end]!);
      const at = `salvaged again after ${end}`;
      wrong.push(...[...salvages.listed, ...flaws(primary, products, first)].map((flaw) => `${at}: ${flaw}`));
      // Its customer sends it once more, since nobody answered.
      checkout(primary, '7');
      wrong.push(...flaws(primary, products, first).map((flaw) => `${at}, sent again: ${flaw}`));
    }
    expect(wrong).toEqual([]);
  });

  test('salvaged after each step', async () => {
    const wrong: string[] = [];
    const { log, ends } = logWith(past, store, parted);
    const salvages = new Salvages(past, log, ends[parted]!);
    const { primary } = salvages;
    before(primary);
    for (const end of positions) {
      await salvages.salvage(ends[end]!);
      if (end === parted) between(primary);
      wrong.push(...[...salvages.listed, ...flaws(primary, products, first)].map((flaw) => `after ${end}: ${flaw}`));
    }
    checkout(primary, '7');
    wrong.push(...flaws(primary, products, first).map((flaw) => `sent again: ${flaw}`));
    expect(wrong).toEqual([]);
  });
});
