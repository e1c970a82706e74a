import type { AckLine, Place, PulseLine, Stamp } from './ledger-lines';

/** Counts since the last pulse. */
export class Tally {
  private offered = 0;
  private acked = 0;
  private failed = 0;
  private shed = 0;
  private latencies: number[] = [];
  private byRegion: Record<string, number> = {};
  /** Intents not yet answered. */
  open = 0;
  /** Intents that may have charged their customer and were still unanswered when the process ended. */
  unanswered = 0;

  offer(): void {
    this.offered += 1;
  }

  drop(): void {
    this.shed += 1;
  }

  fail(): void {
    this.failed += 1;
  }

  /** Counts an acknowledged order; its latency is that of its last request. */
  acknowledge(ack: AckLine): void {
    if (ack.op !== 'order') return;
    this.acked += 1;
    this.latencies.push(ack.mono - ack.attemptMono);
    const region = ack.region ?? 'unknown';
    this.byRegion[region] = (this.byRegion[region] ?? 0) + 1;
  }

  /** The counts of the second that ends now; they start again at zero. */
  pulse(place: Place, at: Stamp): PulseLine {
    const sorted = this.latencies.sort((a, b) => a - b);
    const p50 = sorted[Math.floor(sorted.length / 2)];
    const { offered, acked, failed, shed, open, byRegion } = this;
    this.offered = this.acked = this.failed = this.shed = 0;
    this.latencies = [];
    this.byRegion = {};
    return {
      ...at,
      place,
      offered,
      acked,
      failed,
      shed,
      open,
      p50: p50 === undefined ? null : Math.round(p50),
      byRegion,
    };
  }
}

/** The pulse as one line: `12:00:01 world offered 16 acked 16 failed 0 shed 0 open 2 p50 31 ms A 16`. */
export function pulseText(pulse: PulseLine): string {
  const regions = Object.entries(pulse.byRegion).map(([region, count]) => `${region} ${count}`);
  const counts = `offered ${pulse.offered} acked ${pulse.acked} failed ${pulse.failed} shed ${pulse.shed} open ${pulse.open}`;
  return [pulse.at.slice(11, 19), pulse.place, counts, `p50 ${pulse.p50 ?? '-'} ms`, ...regions].join(' ');
}
