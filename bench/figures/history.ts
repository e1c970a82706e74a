import { seconds } from '../arithmetic';
import type { Figure } from '../figure';
import { perHour } from '../history';
import { healthyTurns } from '../outage';

/** Uploads are copied in activities of ten minutes, six events each with the workflow task between them. */
const mirrorEventsPerHour = 36;

export const history: Figure = {
  name: 'history',
  title: 'history events of a healthy site in an hour, watched every 10 s',
  goal: '<= 1,200',
  how: `Ten monitors of the healthy lab, each over one whole turn of its watch: from the report of a vantage to the next one of the same vantage, with everything between. Scaled to an hour; added are the ${String(mirrorEventsPerHour)} events of copying uploads, whose turns last ten minutes.`,
  measure: async (world) => {
    const turns = await world.once(healthyTurns);
    const eventsPerHour = Math.round(perHour(turns) + mirrorEventsPerHour);
    const each = turns.map(({ events, ms }) => `${String(events)} in ${seconds(ms)}`);
    return {
      lines: [`${String(eventsPerHour)} events an hour`, `turns: ${each.join(', ')}`],
      reached: eventsPerHour <= 1_200,
      values: { eventsPerHour, turns: turns.map(({ events, ms }) => ({ events, ms })) },
    };
  },
};
