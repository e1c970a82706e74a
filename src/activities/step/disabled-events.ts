/** Events that a primary does not run, since they could not be enabled: a right is missing, or an event's time is over. */
import type { Facts } from '../../domain/plan/plan';
import type { DatabaseState } from '../../ports/ports';

type Events = DatabaseState['disabledEvents'];

/** As many as a person reads at once. */
const shown = 5;

/** For a sentence, without a full stop. */
export const stillDisabled = (events: Events): string =>
  `${events.length === 1 ? '1 of its events is' : `${events.length} of its events are`} still disabled (${typed(events)})`;

/** The follow-up of a step that left them so; nothing for none. */
export const eventsToEnable = (region: string, { disabledEvents: events }: DatabaseState): Facts =>
  events.length === 0
    ? {}
    : {
        followUp: `Enable ${events.length === 1 ? '1 event' : `${events.length} events`} of ${region} by hand, or drop what is over. In its database, as root, type: ${typed(events)}`,
      };

const typed = (events: Events): string =>
  [...events.slice(0, shown), ...(events.length > shown ? ['and so on: SHOW EVENTS'] : [])].join('; ');
