/** What a monitor is told of an alarm from outside: the only argument of the signal `alarm`, as JSON. */

export const alarmSignal = 'alarm';

/** `alarm`: it has begun; `ok`: it is over; `unknown`: whoever watches can't tell any more, so it counts no longer either. */
export type AlarmState = 'alarm' | 'ok' | 'unknown';

export interface AlarmWord {
  /** The key under `alarms` in the site file. */
  name: string;
  state: AlarmState;
  /** One sentence; what is above 300 characters is cut off. */
  because: string;
  /** When this state began, ISO 8601 with a time zone. */
  at: string;
}
