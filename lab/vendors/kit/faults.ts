/**
 * The fault script of a fake: which requests go wrong, how, and how often. `fault-effects.ts` plays it around every route, so a
 * vendor's fake has nothing to do for most of it. The hints alone are played by the vendor's own routes, which read them from `request.hints`.
 *
 *     fake.faults.play({ on: { method: 'PATCH' }, effect: { kind: 'error', status: 502, when: 'after' } });
 *     fake.faults.play({ on: { method: 'GET' }, times: Infinity, effect: { kind: 'hint', hints: { pageSize: 1 } } });
 */

/** Requests that a fault is for; what is left out matches all. */
export interface Match {
  method?: string;
  /** Against the path without its query. */
  path?: RegExp;
}

/** What a route should do differently. A vendor without pages, links or ids has nothing to do for these. */
export interface Hints {
  /** Answer from what was stored before the last change. */
  stale?: boolean;
  /** Put at most so many items on a page, whatever was asked for. */
  pageSize?: number;
  /** Let absolute links to further pages begin with this instead of the base that the client used. */
  linkBase?: string;
  /** Answer with ids that stand for something else, or for nothing. */
  wrongIds?: boolean;
  /** Say yes to a change, show what is stored, and store nothing. */
  ignores?: boolean;
}

/** `before` leaves the state alone, `after` changes it and loses the reply. */
type When = 'before' | 'after';

export type Effect =
  /** The vendor's own "too many requests", with this Retry-After or none. */
  | { kind: 'limited'; retryAfter?: string }
  /** The vendor's own failure of this status. */
  | { kind: 'error'; status: number; when: When }
  /** The connection breaks without an answer. */
  | { kind: 'cut'; when: When }
  /** The right answer, so much later; never with Infinity. */
  | { kind: 'slow'; ms: number }
  /** A head and a first piece of the body in time, and then no more. */
  | { kind: 'drip' }
  /** Half of the right answer, then the connection breaks. */
  | { kind: 'truncated' }
  /** Status 200 and a web page. */
  | { kind: 'html'; when: When }
  | { kind: 'redirect'; status: number; to: string }
  | { kind: 'hint'; hints: Hints };

interface Fault {
  on?: Match;
  /** So many matching requests go well first; none by default. */
  skip?: number;
  /** So many matching requests go wrong; one by default. */
  times?: number;
  effect: Effect;
}

export interface Faults {
  /** Adds faults. For each request the first one that matches, and is not used up, is played. */
  play: (...faults: Fault[]) => void;
  /** Forgets all faults. */
  clear: () => void;
  /** The effect for this request, which is then counted. */
  take: (request: { method: string; path: string }) => Effect | undefined;
}

export function faultScript(): Faults {
  let script: { fault: Fault; seen: number }[] = [];
  return {
    play: (...faults) => void script.push(...faults.map((fault) => ({ fault, seen: 0 }))),
    clear: () => void (script = []),
    take: (request) => {
      for (const one of script) {
        const { on = {}, skip = 0, times = 1, effect } = one.fault;
        if (!matches(on, request) || one.seen >= skip + times) continue;
        one.seen += 1;
        return one.seen > skip ? effect : undefined;
      }
      return undefined;
    },
  };
}

/** True when `request` is one of those that `on` means; its path is looked at without the query. */
export function matches(on: Match, request: { method: string; path: string }): boolean {
  const [path = ''] = request.path.split('?');
  return (on.method === undefined || on.method === request.method) && (on.path?.test(path) ?? true);
}
