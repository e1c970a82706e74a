import { median, seconds, worst } from '../arithmetic';
import type { Figure } from '../figure';
import { outage } from '../outage';

export const detection: Figure = {
  name: 'detection',
  title: 'time from the onset of an outage to the verdict region-down',
  goal: 'worst of 10 <= 80 s',
  how: 'One outage by isolation with the default thresholds (probes every 5 s, every 2 s while suspect, window 60 s). Ten monitors watch it, started 1.1 s apart, so that their probes are spread over the interval. Measured in each history: from the cut to the first decision on region-down.',
  measure: async (bench) => {
    const { afterMs } = await bench.runOnce(outage);
    return {
      lines: [
        `worst ${seconds(worst(afterMs))}, median ${seconds(median(afterMs))} of ${afterMs.length}`,
        `all: ${afterMs.map(seconds).join(', ')}`,
      ],
      reached: worst(afterMs) <= 80_000,
      values: { afterMs },
    };
  },
};
