import { detectedAt, eventsOf, perHour, cycleOf, type HistoryEvent } from '../../bench/history';

const news = true;
const nothing = false;
const report = (at: number, vantage: string, changed: boolean): HistoryEvent => ({
  at,
  completed: { activity: 'watch', queue: `probe/${vantage}`, result: { changed, memories: {}, because: '' } },
});
const decision = (at: number, state: string): HistoryEvent => ({
  at,
  completed: { activity: 'decide', queue: 'handover', result: { opinion: { verdict: { state } } } },
});
const other = (at: number): HistoryEvent => ({ at });

describe('reading a monitor history', () => {
  it('the time of detection is the first decision on region-down after the onset', () => {
    const events = [
      decision(10, 'region-down'),
      decision(50, 'healthy'),
      decision(70, 'region-down'),
      decision(80, 'region-down'),
    ];
    expect(detectedAt(events, 20)).toBe(70);
    expect(detectedAt(events.slice(0, 2), 20)).toBeUndefined();
  });

  it('a decision on another verdict than region-down is no detection', () => {
    expect(detectedAt([decision(30, 'app-down'), decision(40, 'degraded')], 0)).toBeUndefined();
  });

  it('a watch cycle contains the events from the last changed report to the next report of the same vantage', () => {
    const events = [
      ...[report(0, 'north', news), other(1), report(2, 'east', news), other(3), report(4, 'west', news)],
      ...[other(5), other(6), report(100, 'north', nothing), other(101), report(102, 'east', nothing), other(103)],
      ...[report(124, 'west', nothing), other(125), report(200, 'north', nothing)],
    ];
    expect(cycleOf(events)).toEqual({ events: 7, ms: 120 });
  });

  it('a history whose last report changed has no complete watch cycle', () => {
    const events = [
      report(0, 'north', news),
      report(1, 'east', news),
      report(90, 'north', nothing),
      report(95, 'east', news),
    ];
    expect(cycleOf(events)).toBeUndefined();
    expect(cycleOf([])).toBeUndefined();
  });

  it('watch cycles of unequal length are weighted by their duration', () => {
    expect(
      perHour([
        { events: 18, ms: 120_000 },
        { events: 6, ms: 60_000 },
      ]),
    ).toBeCloseTo(480);
  });

  it('a completed activity gets its name and queue from the event that scheduled it', () => {
    const data = new TextEncoder().encode(JSON.stringify({ changed: news }));
    const history = {
      events: [
        {
          eventId: 5 as never,
          eventTime: { seconds: 10 as never, nanos: 500_000_000 },
          activityTaskScheduledEventAttributes: { activityType: { name: 'watch' }, taskQueue: { name: 'probe/north' } },
        },
        {
          eventId: 7 as never,
          eventTime: { seconds: 12 as never, nanos: 0 },
          activityTaskCompletedEventAttributes: { scheduledEventId: 5 as never, result: { payloads: [{ data }] } },
        },
        {
          eventTime: { seconds: 13 as never },
          activityTaskCompletedEventAttributes: {
            scheduledEventId: 5 as never,
            result: { payloads: [{ data: new Uint8Array() }] },
          },
        },
      ],
    };
    expect(eventsOf(history)).toEqual([
      { at: 10_500 },
      { at: 12_000, completed: { activity: 'watch', queue: 'probe/north', result: { changed: news } } },
      { at: 13_000, completed: { activity: 'watch', queue: 'probe/north', result: undefined } },
    ]);
  });
});
