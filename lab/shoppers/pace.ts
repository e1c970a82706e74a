/**
 * Limits the rate of retries. Without it the open intents of an outage, each repeated every second, would be many times the offered load,
 * and a shop that was slow for a moment would never recover.
 */
export class Pace {
  private next = 0;
  private readonly gapMs: number;
  private readonly now: () => number;

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.gapMs = 1000 / perSecond;
    this.now = now;
  }

  /** Milliseconds until the caller's turn. Each call takes one turn; up to one second of unused turns is kept. */
  turn(): number {
    const now = this.now();
    this.next = Math.max(this.next, now - 1000) + this.gapMs;
    return Math.max(0, this.next - now);
  }
}
