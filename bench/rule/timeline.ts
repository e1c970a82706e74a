/** Events in the order of their times; time jumps from one to the next. */
export class Timeline {
  now: number;
  private events: { at: number; happen: () => void }[] = [];

  constructor(from: number) {
    this.now = from;
  }

  /** An event of a time that is past happens next. */
  at(at: number, happen: () => void): void {
    const event = { at: Math.max(at, this.now), happen };
    const after = this.events.findIndex((other) => other.at > event.at);
    this.events.splice(after < 0 ? this.events.length : after, 0, event);
  }

  /** Runs until `to`, or until `over`. */
  run(to: number, over: () => boolean): void {
    for (let next = this.events.shift(); next && next.at <= to && !over(); next = this.events.shift()) {
      this.now = next.at;
      next.happen();
    }
  }
}
