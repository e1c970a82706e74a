/** Lets work on the same keys happen one after the other, and work on different keys at once. */
export class Locks {
  readonly #tails = new Map<string, Promise<void>>();

  /** All keys are taken at the same moment, in the order of the calls, so that two callers never wait crosswise. */
  hold<T>(keys: string[], work: () => Promise<T>): Promise<T> {
    const before = Promise.all(keys.map((key) => this.#tails.get(key) ?? Promise.resolve()));
    const done = before.then(work);
    const tail = done.then(
      () => undefined,
      () => undefined,
    );
    for (const key of keys) this.#tails.set(key, tail);
    void tail.then(() => {
      for (const key of keys) if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return done;
  }
}
