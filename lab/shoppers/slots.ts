/** Limits how many requests run at once; further ones wait in a queue. */
export class Slots {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  /** Runs `act` when a slot is free, and frees the slot when it ends. */
  async run<T>(act: () => Promise<T> | undefined): Promise<T | undefined> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resume) => this.queue.push(resume));
    try {
      return await act();
    } finally {
      const next = this.queue.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
