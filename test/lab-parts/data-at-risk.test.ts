import { tooLittleAtRisk } from '../../lab/drill/data-at-risk';
import type { DrillResult } from '../../src/domain/plan/result';

type DataAtRisk = { ordersOnlyThere: number; paymentUpdatesOnlyThere: number; keysOnBothSides: number };

/** The relevant part of a drill whose rejoin found this much data that only A had. */
const drilled = (found: DataAtRisk) =>
  ({ rejoin: { from: 'A', facts: { 'classify-deposed': found } } }) as unknown as DrillResult;
const enough = { ordersOnlyThere: 50, paymentUpdatesOnlyThere: 1, keysOnBothSides: 1 };

test('the default drill counts when the lost region alone had orders, a payment, and orders known to both regions', () => {
  expect(tooLittleAtRisk(drilled(enough), 'isolate')).toBeUndefined();
});

test.each([
  ['49 orders', { ordersOnlyThere: 49 }, '49 orders (minimum 50)'],
  ['no payment', { paymentUpdatesOnlyThere: 0 }, '0 payments of older orders (minimum 1)'],
  ['no order known to both regions', { keysOnBothSides: 0 }, '0 orders known to both regions (minimum 1)'],
])('the default drill does not count when the lost region alone had %s', (_what, less, sentence) => {
  const because = `Too little data was at risk to prove a recovery: A alone had ${sentence}. Run the drill again.`;
  expect(tooLittleAtRisk(drilled({ ...enough, ...less }), 'isolate')).toEqual({ met: false, because });
});

test('a drill that shuts a region down counts without data at risk, since a stopped region accepts no orders', () => {
  expect(
    tooLittleAtRisk(drilled({ ordersOnlyThere: 0, paymentUpdatesOnlyThere: 0, keysOnBothSides: 0 }), 'shutdown'),
  ).toBe(undefined);
});

test('a drill that lost no region counts without data at risk', () => {
  expect(tooLittleAtRisk({} as DrillResult, 'isolate')).toBeUndefined();
});

test('released WooCommerce takes fewer orders in the same time, so 5 of them are enough', () => {
  expect(tooLittleAtRisk(drilled({ ...enough, ordersOnlyThere: 5 }), 'isolate', 'woocommerce')).toBeUndefined();
  expect(tooLittleAtRisk(drilled({ ...enough, ordersOnlyThere: 4 }), 'isolate', 'woocommerce')?.because).toContain(
    '4 orders (minimum 5)',
  );
});
