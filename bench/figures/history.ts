import { seconds } from '../arithmetic';
import type { Figure } from '../figure';
import { perHour } from '../history';
import { healthyCycles } from '../outage';

/** Uploads are copied by activities of ten minutes, with six events each, workflow task included. */
const mirrorEventsPerHour = 36;

/** The sampler reports every five minutes, with six events as well. */
const samplerEventsPerHour = 72;

export const history: Figure = {
  name: 'history',
  title: 'history events per hour of a healthy site, probed every 5 s',
  goal: '<= 1,200',
  how: `Ten monitors of the healthy lab, each over one watch cycle: from a vantage's report to the next report of the same vantage, all events in between included. Scaled to an hour, plus ${String(mirrorEventsPerHour)} events for copying uploads, whose activities last ten minutes, and ${String(samplerEventsPerHour)} for the sampler, whose last five.`,
  measure: async (bench) => {
    const cycles = await bench.runOnce(healthyCycles);
    const eventsPerHour = Math.round(perHour(cycles) + mirrorEventsPerHour + samplerEventsPerHour);
    const each = cycles.map(({ events, ms }) => `${String(events)} in ${seconds(ms)}`);
    return {
      lines: [`${String(eventsPerHour)} events per hour`, `cycles: ${each.join(', ')}`],
      reached: eventsPerHour <= 1_200,
      values: { eventsPerHour, cycles: cycles.map(({ events, ms }) => ({ events, ms })) },
    };
  },
};
