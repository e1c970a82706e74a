/** Ports that connect on first use: connecting needs secrets, and those are read as late as possible. */

/**
 * A port that opens on its first call and stays open. After a failed opening the next call tries again.
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
      if (typeof method !== 'function') throw new TypeError(`The port has no method ${String(name)}.`);
      return Reflect.apply(method, target, args) as unknown;
    };
    calls.set(name, call);
    return call;
  };
  // `await` would call `then` on anything that has one.
  const get = (_: unknown, name: PropertyKey) => (name === 'then' ? undefined : (calls.get(name) ?? callOf(name)));
  return new Proxy({}, { get }) as P;
}
