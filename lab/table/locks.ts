/** Serializes work on the same key; work on different keys runs in parallel. */
export class Locks {
  readonly #tails = new Map<string, Promise<void>>();

  /** All keys are locked at once, in the order of the calls, so that two callers never deadlock. */
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
