import { median, seconds, worst } from '../arithmetic';
import type { Figure } from '../figure';
import { declared } from '../outage';

export const detection: Figure = {
  name: 'detection',
  title: 'onset of an outage to the verdict region-down',
  goal: 'worst of 10 <= 80 s',
  how: 'One outage by isolation, with the thresholds that ship (10 s, 2 s while suspect, a window of 60 s), watched by ten monitors that were started 1.1 s apart, so that their probes fall on ten different moments: from the cut to the first decision on region-down in each history.',
  measure: async (world) => {
    const { afterMs } = await world.once(declared);
    return {
      lines: [
        `worst ${seconds(worst(afterMs))}, median ${seconds(median(afterMs))} of ${afterMs.length}`,
        `all of them: ${afterMs.map(seconds).join(', ')}`,
      ],
      reached: worst(afterMs) <= 80_000,
      values: { afterMs },
    };
  },
};
