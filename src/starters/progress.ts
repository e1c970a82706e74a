/** What the activities of a running workflow tell before they end, as Temporal keeps it of their last heartbeat. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { agoOf } from './words';

/** Those that go on for so long that a person asks, by name. */
const titles: Readonly<Record<string, string>> = { mirrorMedia: 'Uploads' };

/** `Uploads: Copying uploads: 1,287,651 42% 11.20MB/s 0:00:03 (told 4 s ago)`, one sentence each. */
export function progressOf({ raw }: Pick<WorkflowExecutionDescription, 'raw'>, now: number): string[] {
  return (raw.pendingActivities ?? []).flatMap(({ activityType, heartbeatDetails, lastHeartbeatTime }) => {
    const title = titles[activityType?.name ?? ''];
    const [payload] = heartbeatDetails?.payloads ?? [];
    if (title === undefined || !payload) return [];
    const told: unknown = defaultPayloadConverter.fromPayload(payload);
    if (typeof told !== 'string') return [];
    const at = Number(lastHeartbeatTime?.seconds ?? 0) * 1_000;
    return [`${title}: ${told}${at === 0 ? '' : ` (told ${agoOf(now - at)} ago)`}`];
  });
}
