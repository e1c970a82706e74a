import type { Browser, Call, Reply } from './browser';
import type { Ledger } from './ledger';
import { stamp, type AckLine, type Op, type Place, type Stamp } from './ledger-lines';
import type { Pace } from './pace';
import type { Random } from './random';
import type { Slots } from './slots';
import type { Tally } from './tally';

/** Shared by all shoppers of one process. */
export interface CrowdContext {
  readonly place: Place;
  readonly attempts: Pick<Ledger, 'append'>;
  readonly acks: Pick<Ledger, 'append'>;
  readonly failures: Pick<Ledger, 'append'>;
  /** First attempts and repeats have separate slots, so that new customers do not wait for earlier failures. */
  readonly slots: Slots;
  readonly retrySlots: Slots;
  readonly retries: Pace;
  readonly tally: Tally;
  readonly random: Random;
  /** Milliseconds after which a request that can't have charged anybody is abandoned. */
  readonly patienceMs: number;
  /** Aborted when the process may wait no longer for open intents. */
  readonly end: AbortSignal;
}

/** One request of a customer, repeated until it is answered. */
export interface CustomerAction {
  readonly shopper: string;
  readonly browser: Browser;
  readonly op: Op;
  readonly key: string;
  readonly intent: string | null;
  /** The request as the ledger records it. */
  readonly request: unknown;
  readonly call: Call;
  /** The server may charge the customer for it. */
  readonly charges: boolean;
  /** The answer as the ledger records it, where the shop says it in other words; undefined is no acknowledgement. */
  readonly read?: (reply: Answered) => object | undefined;
  /** Whether the returned cart is complete; absent for other actions. */
  readonly kept?: (answer: unknown) => boolean;
}

const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 409, 422]);

export type Answered = Reply & { readonly kind: 'answer' };

type Outcome =
  { readonly ack: AckLine } | { readonly refused: number } | { readonly open: true; readonly waitMs: number | null };

/**
 * Repeats the action with short pauses until it is acknowledged. Resolves to the acknowledgement, to the status of a refusal (4xx), or to
 * undefined when the time limit or the process ended. An action that may have charged its customer has no time limit.
 */
export async function repeatUntilAnswered(
  context: CrowdContext,
  action: CustomerAction,
): Promise<AckLine | number | undefined> {
  const started = stamp().mono;
  let maybeCharged = false;
  context.tally.open += 1;
  try {
    for (let attempt = 1; !context.end.aborted; attempt += 1) {
      const slots = attempt === 1 ? context.slots : context.retrySlots;
      const tried = await slots.run(() => (context.end.aborted ? undefined : attemptOnce(context, action, attempt)));
      if (tried === undefined) break;
      const { outcome, reply } = tried;
      if ('ack' in outcome) return outcome.ack;
      if ('refused' in outcome && !maybeCharged) return outcome.refused;
      maybeCharged ||= action.charges && mayHaveCharged(reply);
      if (!maybeCharged && stamp().mono - started > context.patienceMs) return undefined;
      await pause(context, attempt, 'waitMs' in outcome ? outcome.waitMs : null);
    }
    if (maybeCharged) context.tally.unanswered += 1;
    return undefined;
  } finally {
    context.tally.open -= 1;
  }
}

/** One request with its lines in the ledgers. The attempt is on disk before the request is sent. */
export async function attemptOnce(
  context: CrowdContext,
  action: CustomerAction,
  attempt: number,
): Promise<{ readonly outcome: Outcome; readonly reply: Reply }> {
  const sent = stamp();
  const { shopper, op, key, intent, request } = action;
  const roams = action.call.leaves === true ? { roams: true } : {};
  const who = { shopper, place: context.place, op, key };
  await context.attempts.append({ ...sent, ...who, intent, try: attempt, request, ...roams });
  const reply = await action.browser.call(action.call);
  const answered = stamp();
  const answer = answerOf(action, reply);
  if (reply.kind === 'answer' && answer !== undefined) {
    const ack = ackLine(action, context.place, sent, answered, { ...reply, body: answer });
    await context.acks.append(ack);
    context.tally.acknowledge(ack);
    return { outcome: { ack }, reply };
  }
  if (action.call.leaves !== true) context.tally.fail();
  await context.failures.append({ ...answered, ...who, because: reasonOf(reply) });
  if (reply.kind === 'answer' && REFUSALS.has(reply.status)) return { outcome: { refused: reply.status }, reply };
  const waitMs =
    reply.kind === 'answer' && reply.headers['retry-after'] !== undefined
      ? Number(reply.headers['retry-after']) * 1000
      : null;
  return { outcome: { open: true, waitMs }, reply };
}

function answerOf({ read }: CustomerAction, reply: Reply): object | undefined {
  if (reply.kind !== 'answer' || reply.status < 200 || reply.status >= 300 || !isObject(reply.body)) return undefined;
  return read === undefined ? reply.body : read(reply);
}

/** Whether it is unknown what the server did. */
function ambiguous(reply: Reply): boolean {
  return reply.kind === 'nothing' ? reply.reached : reply.status >= 500 && reply.status !== 503;
}

/** A 503 may also come after the charge, when the database became read-only in between. */
export function mayHaveCharged(reply: Reply): boolean {
  return ambiguous(reply) || (reply.kind === 'answer' && reply.status === 503);
}

function ackLine(
  action: CustomerAction,
  place: Place,
  sent: Stamp,
  answered: Stamp,
  reply: Reply & { kind: 'answer' },
): AckLine {
  const { shopper, op, key, intent } = action;
  const answer = reply.body;
  const named: { region?: unknown; epoch?: unknown } = isObject(answer) ? answer : {};
  // The headers name the region that answers; an order seen before may name the region that created it.
  const region = reply.headers['x-handover-region'] ?? named.region;
  const epoch = Number(reply.headers['x-handover-epoch'] ?? named.epoch ?? NaN);
  return {
    ...answered,
    attemptAt: sent.at,
    attemptMono: sent.mono,
    shopper,
    place,
    op,
    key,
    intent,
    region: typeof region === 'string' ? region : null,
    epoch: Number.isInteger(epoch) ? epoch : null,
    status: reply.status,
    answer,
    ...(action.kept === undefined ? {} : { kept: action.kept(answer) }),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function reasonOf(reply: Reply): string {
  if (reply.kind === 'nothing') return reply.because;
  const refusal: { because?: unknown; data?: { because?: unknown } } = isObject(reply.body) ? reply.body : {};
  // The plugin's refusal is in the form of WordPress' REST API.
  const because = refusal.because ?? refusal.data?.because;
  return `HTTP ${reply.status}${typeof because === 'string' ? `: ${because}` : ''}`;
}

/** 100 to 300 ms, growing to 1 s; at least Retry-After, up to 1 s; longer only while many shoppers retry. */
export function pause(context: CrowdContext, attempt: number, retryAfterMs: number | null): Promise<void> {
  const own = Math.min(1000, context.random.between(100, 300) * 1.4 ** Math.min(attempt - 1, 6));
  const requested = retryAfterMs === null || Number.isNaN(retryAfterMs) ? 0 : Math.min(retryAfterMs, 1000);
  return new Promise((resume) => {
    const wake = (): void => {
      clearTimeout(timer);
      context.end.removeEventListener('abort', wake);
      resume();
    };
    const timer = setTimeout(wake, Math.max(own, requested, context.retries.turn()));
    context.end.addEventListener('abort', wake);
  });
}
