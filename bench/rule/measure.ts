/** Counts and percentiles of many runs. Pure. */

/** The smallest value that at least `share` of all values do not exceed; a shop that was never moved counts as infinity. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN;
}
/** The rate that `count` events in `years` do not refute: with more, so few would be seen in one of twenty such samples. */
export function upperRate(count: number, years: number): number {
  let [least, most] = [0, 10 + 4 * count];
  for (let turn = 0; turn < 60; turn += 1) {
    const mean = (least + most) / 2;
    if (atMost(count, mean) > 0.05) least = mean;
    else most = mean;
  }
  return most / years;
}

/** The probability of at most `count` events where `mean` are expected. By logarithms: where hundreds are expected, that of none is no number. */
function atMost(count: number, mean: number): number {
  let [logarithm, sum] = [-mean, 0];
  for (let events = 0; events <= count; events += 1) {
    sum += Math.exp(logarithm);
    logarithm += Math.log(mean / (events + 1));
  }
  return sum;
}
