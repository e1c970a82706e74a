/** Reads a monitor's history: when it decided on region-down, and how many events a healthy hour has. */
import type { Client } from '@temporalio/client';

export interface HistoryEvent {
  /** Milliseconds since the epoch. */
  at: number;
  /** The activity that this event completes, with its result. */
  completed?: { activity: string; queue: string; result: unknown };
}

type Raw = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

export async function historyOf(client: Client, workflowId: string): Promise<HistoryEvent[]> {
  return eventsOf(await client.workflow.getHandle(workflowId).fetchHistory());
}

export function eventsOf(history: Raw): HistoryEvent[] {
  const scheduledActivities = new Map<number, { activity: string; queue: string }>();
  return (history.events ?? []).map((event) => {
    const at = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const { activityType, taskQueue } = scheduled;
      scheduledActivities.set(Number(event.eventId), {
        activity: activityType?.name ?? '',
        queue: taskQueue?.name ?? '',
      });
    }
    const completed = event.activityTaskCompletedEventAttributes;
    if (!completed) return { at };
    const data = completed.result?.payloads?.[0]?.data;
    // An activity without a result has a payload without data.
    const result: unknown = data?.length ? JSON.parse(Buffer.from(data).toString('utf8')) : undefined;
    const activity = scheduledActivities.get(Number(completed.scheduledEventId)) ?? { activity: '', queue: '' };
    return { at, completed: { ...activity, result } };
  });
}

/** When the first decision on the verdict region-down was made; undefined while there is none. */
export function detectedAt(events: readonly HistoryEvent[], since: number): number | undefined {
  return events.find(({ at, completed }) => {
    if (at < since || completed?.activity !== 'decide') return false;
    const { opinion } = completed.result as { opinion?: { verdict?: { state?: string } } };
    return opinion?.verdict?.state === 'region-down';
  })?.at;
}

export interface WatchCycle {
  events: number;
  /** From one report of a vantage to its next. */
  ms: number;
}

/**
 * The events of one complete watch cycle: from the last report with a change until the same vantage reports again. Every vantage reports
 * once in it, so it contains exactly the events of a cycle. Undefined while no cycle is complete.
 */
export function cycleOf(events: readonly HistoryEvent[]): WatchCycle | undefined {
  const reports = events.flatMap(({ at, completed }, index) =>
    completed?.activity === 'watch'
      ? [{ at, index, queue: completed.queue, changed: (completed.result as { changed: boolean }).changed }]
      : [],
  );
  const lastChange = reports.findLastIndex(({ changed }) => changed);
  const start = reports[lastChange];
  const end = reports.slice(lastChange + 1).find(({ queue }) => queue === start?.queue);
  return start && end ? { events: end.index - start.index, ms: end.at - start.at } : undefined;
}

/** The mean number of events in `cycles`, scaled to an hour. */
export function perHour(cycles: readonly WatchCycle[]): number {
  const ms = cycles.reduce((sum, cycle) => sum + cycle.ms, 0);
  return (cycles.reduce((sum, cycle) => sum + cycle.events, 0) / ms) * 3_600_000;
}
