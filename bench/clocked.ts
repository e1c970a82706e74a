/** Puts a clock on every call of the adapters behind the ports, without the ports or the steps knowing. */
import type { Span } from './arithmetic';

/** The clock and the rest belong to the caller, not to a server. */
const own = new Set<PropertyKey>(['now', 'sleep']);

/** The same ports; `record` hears of each call that ended, well or not, from its start to its end on `performance.now()`. */
export function clocked<T extends object>(target: T, record: (span: Span) => void): T {
  return new Proxy(target, {
    get: (object, name, receiver) => {
      const value: unknown = Reflect.get(object, name, receiver);
      if (own.has(name)) return value;
      if (typeof value === 'object' && value !== null) return clocked(value, record);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const from = performance.now();
        const answer: unknown = Reflect.apply(value, object, args);
        if (answer instanceof Promise) return answer.finally(() => record({ from, to: performance.now() }));
        return typeof answer === 'object' && answer !== null ? clocked(answer, record) : answer;
      };
    },
  });
}
