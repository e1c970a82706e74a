/** `alarm`: it has begun; `ok`: it is over; `unknown`: whoever watches can't tell any more, so it counts no longer either. */
export const alarmStates = ['alarm', 'ok', 'unknown'] as const;
export type AlarmState = (typeof alarmStates)[number];
