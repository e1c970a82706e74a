/**
 * Shared by the fault suites of all ports (dns-faults.contract.ts, traffic-faults.contract.ts): the script of faults as tables, which
 * lab/vendors/kit/faults.ts runs, the error that each fault must cause, and a server that must never get a request.
 */
import { PortError } from '../../src/ports/errors';
import type { FailureKind } from '../../src/domain/failure';
import type { Call } from '../../lab/vendors/kit/calls';
import { matches, type Effect, type Match } from '../../lab/vendors/kit/faults';
import { startServer, type Server } from '../../lab/vendors/kit/server';

/** Hints that a fake supports; a vendor without pages, links or ids leaves them out. */
export type Played = 'stale' | 'pages' | 'links' | 'ids';

/** A fault, and the kinds of error that it may cause. */
export type Told = [what: string, effect: Effect, kinds: FailureKind[]];

/** Faults before a change takes effect. */
export const failures: Told[] = [
  ['a 500', { kind: 'error', status: 500, when: 'before' }, ['unavailable']],
  ['a 502', { kind: 'error', status: 502, when: 'before' }, ['unavailable']],
  ['a 503', { kind: 'error', status: 503, when: 'before' }, ['unavailable']],
  ['a 401', { kind: 'error', status: 401, when: 'before' }, ['denied']],
  ['a 403', { kind: 'error', status: 403, when: 'before' }, ['denied']],
  ['a broken connection', { kind: 'cut', when: 'before' }, ['unavailable']],
  ['a web page', { kind: 'html', when: 'before' }, ['garbage']],
  ['a rate limit', { kind: 'limited' }, ['limited']],
];

/** Faults after a change took effect, so that its reply is lost. */
export const lostReplies: Told[] = [
  ['a 500', { kind: 'error', status: 500, when: 'after' }, ['unavailable']],
  ['a 504', { kind: 'error', status: 504, when: 'after' }, ['unavailable']],
  ['a broken connection', { kind: 'cut', when: 'after' }, ['unavailable']],
  ['a web page', { kind: 'html', when: 'after' }, ['garbage']],
  ['a truncated response', { kind: 'truncated' }, ['unavailable', 'garbage']],
];

/** For reads both tables are the same, except for the truncated response. */
export const failedReads: Told[] = [...failures, lostReplies.at(-1)!];

export const redirects = [301, 302, 303, 307, 308];

/** Faults that take the adapter's whole timeout. A write has taken effect by then. */
export const slowness: [what: string, side: 'reads' | 'writes', effect: Effect][] = [
  ['a read without a response', 'reads', { kind: 'slow', ms: Infinity }],
  ['a read with an incomplete response', 'reads', { kind: 'drip' }],
  ['a write that took effect without a response', 'writes', { kind: 'slow', ms: Infinity }],
  ['a write that took effect with an incomplete response', 'writes', { kind: 'drip' }],
];

/** The timeout of an adapter is 5 s; a longer run did not end by it. */
export const slowestMs = 7_000;

const soon = () => new Date(Date.now() + 30_000).toUTCString();
const past = () => new Date(Date.now() - 30_000).toUTCString();

/** Retry-After, with the minimum and maximum wait; `undefined` for any wait up to the cap. */
export const waits: [string, () => string | undefined, [number, number] | undefined][] = [
  ['absent', () => undefined, undefined],
  ['0', () => '0', [0, 0]],
  ['7', () => '7', [7_000, 7_000]],
  ['a day', () => '86400', [60_000, 60_000]],
  ['a date in half a minute', soon, [25_000, 30_000]],
  ['a date in the past', past, [0, 0]],
  ['invalid', () => 'soon', undefined],
  ['negative', () => '-5', undefined],
];

export const limitedFor = (retryAfter: string | undefined): Effect =>
  retryAfter === undefined ? { kind: 'limited' } : { kind: 'limited', retryAfter };

/** The error has one of `kinds`, a sentence without secrets, and a valid wait if any. */
export function expectTold(error: PortError, kinds: readonly FailureKind[], secrets: readonly string[]): void {
  expect(kinds).toContain(error.kind);
  expect(error.message).toMatch(/^\S.*[.!?]$/s);
  expectNoSecret(error.message, secrets);
  expectWait(error);
}

/** `message` contains no secret in any encoding. */
export function expectNoSecret(message: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const bytes = Buffer.from(secret);
    for (const form of [secret, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(secret)])
      expect(message).not.toContain(form);
  }
}

/** The error is `limited`, with the wait that Retry-After stands for if it is valid. */
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

/** The number of calls that match `on`. */
export const askedFor = (on: Match, calls: readonly Call[]) => calls.filter((call) => matches(on, call)).length;

/** The result of `attempt`, or the PortError that it rejects with. */
export async function orFailure<T>(attempt: Promise<T>): Promise<T | PortError> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  }
}

/** A server that must never get a request. */
export function somebodyElse(): Promise<Server> {
  const failed = () => ({ status: 200, body: {} });
  return startServer({ host: '127.0.0.1', port: 0, secrets: [], routes: [], failed, limited: failed });
}
