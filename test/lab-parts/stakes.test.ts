import { enoughAtStake } from '../../lab/drill/stakes';
import type { DrillResult } from '../../src/domain/plan/result';

type Stakes = { ordersOnlyThere: number; paymentUpdatesOnlyThere: number; keysOnBothSides: number };

/** As far as it is looked at: a drill whose rejoin found so much that existed only on A. */
const drilled = (stakes: Stakes) =>
  ({ rejoin: { from: 'A', facts: { 'classify-deposed': stakes } } }) as unknown as DrillResult;
const enough = { ordersOnlyThere: 50, paymentUpdatesOnlyThere: 1, keysOnBothSides: 1 };

test('the default drill counts when orders, a payment and a key known to both sides existed only on the lost region', () => {
  expect(enoughAtStake(drilled(enough), 'isolate')).toBeUndefined();
});

test.each([
  ['49 orders', { ordersOnlyThere: 49 }, '49 orders (of at least 50) existed only on A'],
  ['no payment', { paymentUpdatesOnlyThere: 0 }, 'no payment update of an older order existed only on A'],
  ['no common key', { keysOnBothSides: 0 }, 'no key known to both sides existed only on A'],
])('it proves too little with %s at stake', (_what, less, sentence) => {
  const because = `The drill proves too little: ${sentence}.`;
  expect(enoughAtStake(drilled({ ...enough, ...less }), 'isolate')).toEqual({ met: false, because });
});

test('a region that is dead takes no orders alone, so nothing of it need be at stake', () => {
  expect(
    enoughAtStake(drilled({ ordersOnlyThere: 0, paymentUpdatesOnlyThere: 0, keysOnBothSides: 0 }), 'shutdown'),
  ).toBe(undefined);
});

test('a drill that lost no region has no stakes', () => {
  expect(enoughAtStake({} as DrillResult, 'isolate')).toBeUndefined();
});
