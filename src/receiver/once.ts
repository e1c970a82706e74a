/** What was taken a moment ago, in bounded memory, so that a repeat of it is known. */

export interface OnceOptions {
  /** How long a key is known, in milliseconds. */
  keepMs: number;
  mostKept: number;
  /** When as many are kept: forget the oldest, or throw this. */
  whenFull: 'forget' | (() => Error);
  /** Milliseconds since the epoch. */
  now: () => number;
}

export class Once {
  /** Keys with the time until which each is kept, oldest first. */
  private readonly taken = new Map<string, number>();
  private readonly underWay = new Map<string, Promise<void>>();

  private readonly options: OnceOptions;

  constructor(options: OnceOptions) {
    this.options = options;
  }

  /**
   * Does `work` unless it was done for this key already; then, or when it is being done now and succeeds, answers true.
   * Work that fails is not kept. @throws what `work` throws, also for those who waited for it
   */
  async repeats(key: string, work: () => Promise<void>): Promise<boolean> {
    this.forgetOld();
    if (this.taken.has(key)) return true;
    const before = this.underWay.get(key);
    if (before) return before.then(() => true);
    this.makeRoom();
    const working = work();
    this.underWay.set(key, working);
    try {
      await working;
      this.taken.set(key, this.options.now() + this.options.keepMs);
      return false;
    } finally {
      this.underWay.delete(key);
    }
  }

  private forgetOld(): void {
    for (const [key, until] of this.taken) {
      if (until > this.options.now()) return;
      this.taken.delete(key);
    }
  }

  private makeRoom(): void {
    const { mostKept, whenFull } = this.options;
    if (this.taken.size + this.underWay.size < mostKept) return;
    if (whenFull !== 'forget') throw whenFull();
    const [oldest = ''] = this.taken.keys();
    this.taken.delete(oldest);
  }
}
