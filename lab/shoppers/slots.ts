/** Bounds how many requests are under way at once; who comes late waits in line. */
export class Slots {
  private free: number;
  private readonly line: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  /** Runs `act` when a slot is free and gives the slot back however it ends. */
  async run<T>(act: () => Promise<T> | undefined): Promise<T | undefined> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resume) => this.line.push(resume));
    try {
      return await act();
    } finally {
      const next = this.line.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
