/** Every kind of fault that a fake simulates, in each variant that leads to another error message. */
import type { Effect } from '../vendors/kit/faults';

/** `elsewhere` is the target of redirects and links. A new kind of fault does not compile until it is listed here. */
function byKind(elsewhere: string): Record<Effect['kind'], readonly Effect[]> {
  const both = ['before', 'after'] as const;
  return {
    limited: [
      { kind: 'limited' },
      ...['0', '7', '86400', new Date(Date.now() + 30_000).toUTCString(), 'soon'].map(
        (retryAfter) => ({ kind: 'limited', retryAfter }) as const,
      ),
    ],
    error: [
      ...[400, 401, 403, 404, 409, 412, 422, 500, 503].map(
        (status) => ({ kind: 'error', status, when: 'before' }) as const,
      ),
      { kind: 'error', status: 502, when: 'after' },
    ],
    cut: both.map((when) => ({ kind: 'cut', when })),
    slow: [{ kind: 'slow', ms: Infinity }],
    drip: [{ kind: 'drip' }],
    truncated: [{ kind: 'truncated' }],
    html: both.map((when) => ({ kind: 'html', when })),
    redirect: [301, 307].map((status) => ({ kind: 'redirect', status, to: elsewhere })),
    hint: [{ stale: true }, { pageSize: 1 }, { pageSize: 1, linkBase: elsewhere }, { wrongIds: true }].map((hints) => ({
      kind: 'hint',
      hints,
    })),
  };
}

/** Faults that answer at once, and faults that last until an adapter's time-out. */
export function faultsOf(elsewhere: string): { quick: Effect[]; lasting: Effect[] } {
  const { slow, drip, ...others } = byKind(elsewhere);
  return { quick: Object.values(others).flat(), lasting: [...slow, ...drip] };
}
