/** What a monitor is told of an alarm from outside: the only argument of the signal `alarm`, as JSON. */
import type { AlarmState } from '../domain/detection/alarm-state';

export const alarmSignal = 'alarm';

export interface AlarmWord {
  /** The key under `alarms` in the site file. */
  name: string;
  state: AlarmState;
  /** One sentence; what is above 300 characters is cut off. */
  because: string;
  /** When this state began, ISO 8601 with a time zone. */
  at: string;
}
