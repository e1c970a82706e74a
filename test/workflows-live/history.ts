/** What a run has left in Temporal, as a person would read it there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';

type Event = temporal.api.history.v1.IHistoryEvent;
export type Kind = Extract<keyof Event, `${string}EventAttributes`>;

export async function eventsOf(handle: WorkflowHandle): Promise<Event[]> {
  return (await handle.fetchHistory()).events ?? [];
}

export async function eventsOfKind(handle: WorkflowHandle, kind: Kind): Promise<Event[]> {
  return (await eventsOf(handle)).filter((event) => event[kind] !== undefined && event[kind] !== null);
}

/** The line that Temporal Web shows for an activity or a timer; empty when it has none. */
function summaryOf({ userMetadata }: Event): string {
  const payload = userMetadata?.summary;
  return payload ? defaultPayloadConverter.fromPayload<string>(payload) : '';
}

/** The activities and timers of a run in the order in which they were asked for: kind, name or id, and what a person reads. */
export async function lines(handle: WorkflowHandle): Promise<{ what: string; summary: string }[]> {
  return (await eventsOf(handle)).flatMap((event) => {
    const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
    const timer = event.timerStartedEventAttributes?.timerId;
    const what = activity ?? (timer === undefined || timer === null ? undefined : `timer ${timer}`);
    return what === undefined ? [] : [{ what, summary: summaryOf(event) }];
  });
}

/** Keeps the history as one that every later version must be able to replay, when `HANDOVER_RECORD` asks for it. */
export async function keep(handle: WorkflowHandle, name: string): Promise<void> {
  if (!process.env['HANDOVER_RECORD']) return;
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
  // Stacks name the files of whoever recorded.
  const text = JSON.stringify(history).replaceAll(join(__dirname, '../../'), '');
  writeFileSync(join(__dirname, '../histories', `${name}.json`), `${text}\n`);
}

/** Why a run failed, in its own words. */
export const failureOf = async (handle: WorkflowHandle): Promise<unknown> =>
  handle.result().then(
    () => undefined,
    (error: unknown) => (error as Error).cause,
  );
