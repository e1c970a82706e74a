/** Activities that have failed and are being tried again, as Temporal tells of a running workflow. */
import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { agoOf } from './words';

export interface Retry {
  activityId: string;
  attempt: number;
  /** `Point www.shop.test. (A) to 203.0.113.10: attempt 3 of 5, 41 s: No complete response from PowerDNS within 5 s.` */
  sentence: string;
}

type Pending = temporal.api.workflow.v1.IPendingActivityInfo;
type Failure = temporal.api.failure.v1.IFailure;

/** The reason at the end of a chain of causes, as `sentenceOf` reads it from an error. */
function reasonOf(failure: Failure): string {
  let reason = 'an unknown failure';
  for (let at: Failure | null | undefined = failure; at; at = at.cause) if (at.message) reason = at.message;
  return reason;
}

/** Those of the running workflow `handle`, which was described just now. */
export async function retriesOf(
  handle: WorkflowHandle,
  { raw }: WorkflowExecutionDescription,
  now: number,
): Promise<Retry[]> {
  const failing = (raw.pendingActivities ?? []).filter(({ attempt, lastFailure }) => (attempt ?? 1) > 1 && lastFailure);
  if (failing.length === 0) return [];
  const scheduled = await scheduledActivities(handle);
  return failing.map((pending) => retryOf(pending, scheduled.get(pending.activityId ?? ''), now));
}

function retryOf(pending: Pending, scheduled: Scheduled | undefined, now: number): Retry {
  const { activityId, attempt, maximumAttempts, lastFailure } = pending;
  const most = maximumAttempts ? ` of ${String(maximumAttempts)}` : '';
  const since = scheduled ? `, ${agoOf(now - scheduled.atMs)}` : '';
  const id = activityId ?? '';
  return {
    activityId: id,
    attempt: attempt ?? 1,
    sentence: `${scheduled?.title || id}: attempt ${String(attempt ?? 1)}${most}${since}: ${reasonOf(lastFailure ?? {})}`,
  };
}

interface Scheduled {
  title: string;
  atMs: number;
}

/** When each activity was asked for and what a person reads of it; only the history tells. */
async function scheduledActivities(handle: WorkflowHandle): Promise<Map<string, Scheduled>> {
  const { events } = await handle.fetchHistory();
  return new Map(
    (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: asked, eventTime, userMetadata }) => {
      if (!asked) return [];
      const summary = userMetadata?.summary;
      const title = summary ? defaultPayloadConverter.fromPayload<string>(summary) : '';
      return [[asked.activityId ?? '', { title, atMs: Number(eventTime?.seconds ?? 0) * 1_000 }]];
    }),
  );
}
