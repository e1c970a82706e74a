/**
 * What an alarm of CloudWatch says when its state changes.
 * Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html, read 2026-11; `StateChangeTime` is
 * `2026-12-01T03:12:00.000+0000`.
 */
import { z } from 'zod';
import type { AlarmState } from '../../domain/detection/alarm-state';
import { jsonOf } from '../http/read-response';
import { AlarmRefusal, quoted } from './refusal';

/** INSUFFICIENT_DATA is neither: the watcher itself does not know. */
const states = { ALARM: 'alarm', OK: 'ok', INSUFFICIENT_DATA: 'unknown' } as const satisfies Record<string, AlarmState>;

const notice = z.object({
  AlarmName: z.string().min(1).max(255),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string().nullish(),
  StateChangeTime: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/),
});

export interface CloudWatchNotice {
  alarm: string;
  state: AlarmState;
  because: string;
  /** ISO 8601. */
  at: string;
}

/** @param message the field Message of a notification. @throws AlarmRefusal for anything but a changed state of an alarm */
export function readNotice(message: string): CloudWatchNotice {
  const { success, data } = notice.safeParse(jsonOf(message));
  const at = success ? Date.parse(data.StateChangeTime.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : NaN;
  if (!success || Number.isNaN(at))
    throw new AlarmRefusal(
      422,
      'This notification is no changed state of a CloudWatch alarm: it needs AlarmName, NewStateValue and StateChangeTime. Give alarms a topic of their own.',
    );
  const because = quoted(data.NewStateReason ?? '');
  return {
    alarm: data.AlarmName,
    state: states[data.NewStateValue],
    because: because === '' ? 'It gave no reason.' : because,
    at: new Date(at).toISOString(),
  };
}
