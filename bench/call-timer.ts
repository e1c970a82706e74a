/** Measures every call of the adapters behind the ports, transparently for ports and steps. */
import type { Span } from './arithmetic';

/** These belong to the caller, not to a server. */
const notTimed = new Set<PropertyKey>(['now', 'sleep']);

/** The same ports; `record` receives start and end of each call, failed ones too, on `performance.now()`. */
export function timeCalls<T extends object>(target: T, record: (span: Span) => void): T {
  return new Proxy(target, {
    get: (object, name, receiver) => {
      const value: unknown = Reflect.get(object, name, receiver);
      if (notTimed.has(name)) return value;
      if (typeof value === 'object' && value !== null) return timeCalls(value, record);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const from = performance.now();
        const answer: unknown = Reflect.apply(value, object, args);
        if (answer instanceof Promise) return answer.finally(() => record({ from, to: performance.now() }));
        return typeof answer === 'object' && answer !== null ? timeCalls(answer, record) : answer;
      };
    },
  });
}
