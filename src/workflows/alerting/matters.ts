/** What alerts are about, until it is over: hands to the deliveries what its time calls for. */
import { condition } from '@temporalio/workflow';
import type { Alert } from '../../domain/alert';
import {
  acknowledged,
  nextAt,
  passed,
  raised,
  type OpenAlert,
  type Recipients,
  type Told,
} from '../../domain/open-alerts';
import type { Deliveries, Threads } from './deliveries';

export interface CarriedMatters {
  open: readonly OpenAlert[];
  to: Recipients;
  threads: Threads;
}

export class Matters {
  private readonly deliveries: Deliveries;
  private open: readonly OpenAlert[];
  private to: Recipients;
  /** Something was raised, acknowledged or resolved: the next time to act may be another one. */
  private hasChanged = false;

  constructor(deliveries: Deliveries, { open, to }: Omit<CarriedMatters, 'threads'> = nothing) {
    this.deliveries = deliveries;
    this.open = open;
    this.to = to;
  }

  get areOpen(): boolean {
    return this.open.length > 0;
  }

  take(alert: Alert, to: Recipients): void {
    this.to = to;
    this.say(raised(this.open, alert, to, Date.now()));
  }

  /** The sentence that the person gets back. */
  acknowledge(by: string): string {
    const count = this.open.filter(({ acknowledgedBy }) => acknowledgedBy === undefined).length;
    this.say(acknowledged(this.open, by));
    if (count === 0) return 'No alert waits for an acknowledgement.';
    return `${by} acknowledged ${count === 1 ? 'one alert' : `${String(count)} alerts`}; nobody else is called for ${count === 1 ? 'it' : 'them'}.`;
  }

  /** Until `woken`, or until its time calls for something, which is then said. */
  async wait(woken: () => boolean): Promise<void> {
    this.hasChanged = false;
    const isDue = () => woken() || this.hasChanged;
    const at = nextAt(this.open, this.to);
    if (at === undefined) return condition(isDue);
    const summary = 'Escalate, remind or resolve';
    if (!(await condition(isDue, Math.max(1, at - Date.now()), { summary })))
      this.say(passed(this.open, this.to, Date.now()));
  }

  carried(): CarriedMatters {
    return { open: this.open, to: this.to, threads: this.deliveries.threads };
  }

  private say({ open, notices }: Told): void {
    this.open = open;
    this.hasChanged = true;
    for (const { alert, channels } of notices) this.deliveries.add(alert, channels, this.to.channels);
  }
}

const nothing: Omit<CarriedMatters, 'threads'> = { open: [], to: { channels: [], escalateAfterMs: {} } };
