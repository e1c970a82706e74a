/** What a monitor's history tells: when it declared, and what an hour of peace costs. */
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
  const ordered = new Map<number, { activity: string; queue: string }>();
  return (history.events ?? []).map((event) => {
    const at = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const { activityType, taskQueue } = scheduled;
      ordered.set(Number(event.eventId), { activity: activityType?.name ?? '', queue: taskQueue?.name ?? '' });
    }
    const completed = event.activityTaskCompletedEventAttributes;
    if (!completed) return { at };
    const data = completed.result?.payloads?.[0]?.data;
    // An activity that answers nothing has a payload without data.
    const result: unknown = data?.length ? JSON.parse(Buffer.from(data).toString('utf8')) : undefined;
    const order = ordered.get(Number(completed.scheduledEventId)) ?? { activity: '', queue: '' };
    return { at, completed: { ...order, result } };
  });
}

/** When the first decision was made on the verdict region-down; undefined while there is none. */
export function declaredAt(events: readonly HistoryEvent[], since: number): number | undefined {
  return events.find(({ at, completed }) => {
    if (at < since || completed?.activity !== 'decide') return false;
    const { opinion } = completed.result as { opinion?: { verdict?: { state?: string } } };
    return opinion?.verdict?.state === 'region-down';
  })?.at;
}

export interface Turn {
  events: number;
  /** From one report of a vantage to its next one. */
  ms: number;
}

const nothingNew = 'Nothing has changed.';

/**
 * The events of one whole turn of the watch: from the last report that had something new to say until the same vantage reports again.
 * Every vantage reports once in it, so it holds no more and no less than a turn costs. Undefined while no turn is whole.
 */
export function turnOf(events: readonly HistoryEvent[]): Turn | undefined {
  const reports = events.flatMap(({ at, completed }, index) =>
    completed?.activity === 'watch'
      ? [{ at, index, queue: completed.queue, because: (completed.result as { because: string }).because }]
      : [],
  );
  const lastNews = reports.findLastIndex(({ because }) => because !== nothingNew);
  const start = reports[lastNews];
  const end = reports.slice(lastNews + 1).find(({ queue }) => queue === start?.queue);
  return start && end ? { events: end.index - start.index, ms: end.at - start.at } : undefined;
}

/** The mean of `turns`, scaled to an hour. */
export function perHour(turns: readonly Turn[]): number {
  const ms = turns.reduce((sum, turn) => sum + turn.ms, 0);
  return (turns.reduce((sum, turn) => sum + turn.events, 0) / ms) * 3_600_000;
}
