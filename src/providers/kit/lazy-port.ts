/** Ports are handed out at once, while what stands behind them needs secrets that are read when it is first used. */

/**
 * A port whose every call first opens it, once for all. A failed opening is not remembered: the next call tries anew.
 * Only for ports whose members are all functions that return promises.
 */
export function lazyPort<P extends Record<keyof P, (...args: never[]) => Promise<unknown>>>(open: () => Promise<P>): P {
  let opened: Promise<P> | undefined;
  const port = () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const calls = new Map<PropertyKey, (...args: unknown[]) => Promise<unknown>>();
  const callOf = (name: PropertyKey) => {
    const call = async (...args: unknown[]) => {
      const target = await port();
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') throw new TypeError(`The port has no ${String(name)}.`);
      return Reflect.apply(method, target, args) as unknown;
    };
    calls.set(name, call);
    return call;
  };
  // A port that looked like a promise would be called by `await`.
  const get = (_: unknown, name: PropertyKey) => (name === 'then' ? undefined : (calls.get(name) ?? callOf(name)));
  return new Proxy({}, { get }) as P;
}
