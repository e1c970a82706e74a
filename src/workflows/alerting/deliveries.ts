/** Alerts of one site on their way: each at each channel by itself, so that one that hangs delays no other. */
import { ActivityFailure, isCancellation, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { AlertActivities } from '../../contract/activities';
import { alertsQueue } from '../../contract/ids';
import type { Alert } from '../../domain/alert';
import {
  outboxLines,
  silenceOf,
  startable,
  toldAfterMs,
  triedForMs,
  withAlert,
  type Delivery,
} from '../../domain/outbox';
import { sentenceOf } from '../../domain/sentence';

const sending = { taskQueue: alertsQueue, startToCloseTimeout: '15s', summary: 'Send the alert' } as const;
const { deliverAlert: deliverSoon } = proxyActivities<AlertActivities>({
  ...sending,
  scheduleToCloseTimeout: toldAfterMs,
  retry: { initialInterval: '2s', maximumInterval: '15s' },
});
const { deliverAlert: deliverLater } = proxyActivities<AlertActivities>({
  ...sending,
  scheduleToCloseTimeout: triedForMs,
  retry: { initialInterval: '30s', maximumInterval: '5m' },
});

/** Where a channel keeps what belongs to one incident, by `threadOf`. */
export type Threads = Readonly<Record<string, string>>;

/** More than are open at a time. */
const mostThreads = 50;

export class Deliveries {
  private readonly site: string;
  private waiting: Delivery[];
  private readonly underWay = new Set<Delivery>();
  /** Those that are told of a channel which takes nothing. */
  private channels: readonly string[] = [];
  private inThreads: Threads;
  /** Channels of which the others were told. */
  private readonly silent = new Set<string>();
  private readonly lost: Delivery[] = [];

  constructor(site: string, carried: readonly Delivery[], threads: Threads = {}) {
    this.site = site;
    this.waiting = [...carried];
    this.inThreads = threads;
  }

  /** `all`: every channel that is told at once. */
  add(alert: Alert, channels: readonly string[], all: readonly string[]): void {
    this.channels = all;
    this.waiting = withAlert(this.waiting, alert, channels, Date.now());
  }

  get threads(): Threads {
    return this.inThreads;
  }

  /** Those that have not arrived. */
  get left(): Delivery[] {
    return [...this.underWay, ...this.waiting];
  }

  get isReady(): boolean {
    return startable(this.waiting, [...this.underWay]).length > 0;
  }

  startReady(): void {
    const next = startable(this.waiting, [...this.underWay]);
    this.waiting = this.waiting.filter((each) => !next.includes(each));
    for (const delivery of next) {
      this.underWay.add(delivery);
      // Of a cancel it stays under way, for the next run.
      this.send(delivery).then(
        () => this.underWay.delete(delivery),
        () => undefined,
      );
    }
  }

  /** Which alerts nobody got on which channel. */
  outcome(): string {
    const lost = this.lost.map(({ channel, alert, failure = '' }) => `${channel}: ${alert.summary} (${failure})`);
    return lost.length === 0 ? 'All alerts were sent.' : `Not delivered within 24 h, so given up: ${lost.join('; ')}`;
  }

  private async send(delivery: Delivery): Promise<void> {
    const { alert, channel } = delivery;
    const thread = this.inThreads[threadOf(delivery)];
    const asked = { site: this.site, alert, channel, ...(thread !== undefined && { thread }) };
    try {
      const receipt = delivery.failure === undefined ? await deliverSoon(asked) : await deliverLater(asked);
      this.silent.delete(channel);
      this.noteThread(delivery, receipt?.thread);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const wasLate = delivery.failure !== undefined;
      delivery.failure = failureOf(error);
      if (wasLate) {
        this.lost.push(delivery);
        return;
      }
      this.tellOthers(delivery);
      await this.send(delivery);
    } finally {
      setCurrentDetails(outboxLines(this.left, Date.now()).join('\n\n'));
    }
  }

  private noteThread(delivery: Delivery, thread: string | undefined): void {
    const name = threadOf(delivery);
    if (thread === undefined || delivery.alert.incident === undefined || this.inThreads[name] !== undefined) return;
    const kept = Object.entries(this.inThreads).slice(1 - mostThreads);
    this.inThreads = Object.fromEntries([...kept, [name, thread]]);
  }

  private tellOthers(delivery: Delivery): void {
    const { channel, failure = '' } = delivery;
    const others = this.channels.filter((each) => each !== channel && !this.silent.has(each));
    if (this.silent.has(channel)) return;
    this.silent.add(channel);
    this.waiting = withAlert(this.waiting, silenceOf(delivery, this.site, failure), others, Date.now());
  }
}

const threadOf = ({ channel, alert }: Delivery): string => `${channel} ${alert.incident ?? ''}`;

/** A try that hung is told by its time; the reason of the last try that answered stands behind it. */
function failureOf(error: unknown): string {
  if (!(error instanceof ActivityFailure) || !error.cause) return sentenceOf(error);
  return sentenceOf(error.cause.cause ?? error.cause);
}
