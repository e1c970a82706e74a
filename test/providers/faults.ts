/**
 * What the suites of faults of all ports have in common: the script as tables (of lab/vendors/kit/faults.ts), how each fault must be told, and a
 * server that nobody should ever ask. The suites are dns-faults.contract.ts and traffic-faults.contract.ts.
 */
import { PortError } from '../../src/ports/errors';
import type { FailureKind } from '../../src/domain/failure';
import type { Call } from '../../lab/vendors/kit/calls';
import { matches, type Effect, type Match } from '../../lab/vendors/kit/faults';
import { startServer, type Server } from '../../lab/vendors/kit/server';

/** Hints that the routes of a fake play; a vendor without pages, links or ids leaves them out. */
export type Played = 'stale' | 'pages' | 'links' | 'ids';

/** A fault, and how it may be told. */
export type Told = [what: string, effect: Effect, kinds: FailureKind[]];

/** What happens before anything has changed. */
export const failures: Told[] = [
  ['an error 500', { kind: 'error', status: 500, when: 'before' }, ['unavailable']],
  ['an error 502', { kind: 'error', status: 502, when: 'before' }, ['unavailable']],
  ['an error 503', { kind: 'error', status: 503, when: 'before' }, ['unavailable']],
  ['an unknown token', { kind: 'error', status: 401, when: 'before' }, ['denied']],
  ['a forbidden action', { kind: 'error', status: 403, when: 'before' }, ['denied']],
  ['a connection that breaks', { kind: 'cut', when: 'before' }, ['unavailable']],
  ['a web page in place of an answer', { kind: 'html', when: 'before' }, ['garbage']],
  ['too many requests', { kind: 'limited' }, ['limited']],
];

/** What happens after a change took effect, so that nobody hears of it. */
export const lostReplies: Told[] = [
  ['an error 500', { kind: 'error', status: 500, when: 'after' }, ['unavailable']],
  ['an error 504', { kind: 'error', status: 504, when: 'after' }, ['unavailable']],
  ['a connection that breaks', { kind: 'cut', when: 'after' }, ['unavailable']],
  ['a web page in place of the answer', { kind: 'html', when: 'after' }, ['garbage']],
  ['half of the answer', { kind: 'truncated' }, ['unavailable', 'garbage']],
];

/** For reads the moment makes no difference; half an answer is the one of them that `failures` lacks. */
export const failedReads: Told[] = [...failures, lostReplies.at(-1)!];

export const redirects = [301, 302, 303, 307, 308];

/** What takes the adapter's whole timeout. A change has happened by then. */
export const slowness: [what: string, side: 'reads' | 'writes', effect: Effect][] = [
  ['a read that is never answered', 'reads', { kind: 'slow', ms: Infinity }],
  ['a read whose answer stops half-way', 'reads', { kind: 'drip' }],
  ['a write that happened and is never answered', 'writes', { kind: 'slow', ms: Infinity }],
  ['a write that happened and whose answer stops half-way', 'writes', { kind: 'drip' }],
];

/** The timeout of an adapter is 5 s; beyond this it did not end by it. */
export const slowestMs = 7_000;

const soon = () => new Date(Date.now() + 30_000).toUTCString();
const past = () => new Date(Date.now() - 30_000).toUTCString();

/** Retry-After, and the shortest and longest wait that may be made of it; `undefined` when any sane one may. */
export const waits: [string, () => string | undefined, [number, number] | undefined][] = [
  ['absent', () => undefined, undefined],
  ['0', () => '0', [0, 0]],
  ['7', () => '7', [7_000, 7_000]],
  ['a day', () => '86400', [60_000, 60_000]],
  ['a date in half a minute', soon, [25_000, 30_000]],
  ['a date of the past', past, [0, 0]],
  ['not understandable', () => 'soon', undefined],
  ['negative', () => '-5', undefined],
];

export const limitedFor = (retryAfter: string | undefined): Effect =>
  retryAfter === undefined ? { kind: 'limited' } : { kind: 'limited', retryAfter };

/** Of one of `kinds`, a sentence, without a secret, and with a sane wait if with any. */
export function expectTold(error: PortError, kinds: readonly FailureKind[], secrets: readonly string[]): void {
  expect(kinds).toContain(error.kind);
  expect(error.message).toMatch(/^\S.*[.!?]$/s);
  expectNoSecret(error.message, secrets);
  expectWait(error);
}

/** In any encoding. */
export function expectNoSecret(message: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const bytes = Buffer.from(secret);
    for (const form of [secret, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(secret)])
      expect(message).not.toContain(form);
  }
}

/** Told as a limit with the wait that this Retry-After stands for, where it stands for one. */
export function expectLimited(
  error: PortError,
  wait: readonly [number, number] | undefined,
  secrets: readonly string[],
): void {
  expectTold(error, ['limited'], secrets);
  if (wait !== undefined) expect(error.waitMs).toBeDefined();
  expectWait(error, wait);
}

function expectWait({ waitMs }: PortError, [least, most]: readonly [number, number] = [0, 60_000]): void {
  if (waitMs === undefined) return;
  expect(waitMs).toBeGreaterThanOrEqual(least);
  expect(waitMs).toBeLessThanOrEqual(most);
}

/** How many of these requests there have been. */
export const askedFor = (on: Match, calls: readonly Call[]) => calls.filter((call) => matches(on, call)).length;

/** What `attempt` gives, or the PortError that it ends with. */
export async function orFailure<T>(attempt: Promise<T>): Promise<T | PortError> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  }
}

/** A server that nobody should ever ask. */
export function somebodyElse(): Promise<Server> {
  const failed = () => ({ status: 200, body: {} });
  return startServer({ host: '127.0.0.1', port: 0, secrets: [], routes: [], failed, limited: failed });
}
