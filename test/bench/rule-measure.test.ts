/** How figures of the rule of detection are reckoned from counts. */
import { percentile, upperRate } from '../../bench/rule/measure';

test.each([
  [0, 1, 2.996],
  [6, 116, 0.102],
  [10, 100, 0.17],
  [2_162, 20, 112],
])('%d events in %d years do not refute %d a year', (count, years, bound) => {
  expect(upperRate(count, years)).toBeCloseTo(bound, bound > 100 ? 0 : 2);
});

test('a shop that was never moved is the slowest of all', () => {
  expect(percentile([Infinity, 1, 2], 0.99)).toBe(Infinity);
  expect(percentile([Infinity, 1, 2], 0.5)).toBe(2);
});
