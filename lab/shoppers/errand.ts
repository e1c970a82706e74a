import type { Browser, Call, Reply } from './browser';
import type { Ledger } from './ledger';
import { stamp, type AckLine, type Op, type Place, type Stamp } from './lines';
import type { Pace } from './pace';
import type { Random } from './random';
import type { Slots } from './slots';
import type { Tally } from './tally';

/** What all shoppers of one process share. */
export interface Counter {
  readonly place: Place;
  readonly attempts: Pick<Ledger, 'append'>;
  readonly acks: Pick<Ledger, 'append'>;
  readonly failures: Pick<Ledger, 'append'>;
  /** First tries and repeated ones have slots of their own, so that new customers are not kept waiting by old failures. */
  readonly slots: Slots;
  readonly retrySlots: Slots;
  readonly retries: Pace;
  readonly tally: Tally;
  readonly random: Random;
  /** Milliseconds after which a request that can't have charged anybody is given up. */
  readonly patienceMs: number;
  /** Aborted when the process may wait no longer for open intents. */
  readonly end: AbortSignal;
}

/** One thing a customer wants, repeated until it is answered. */
export interface Errand {
  readonly shopper: string;
  readonly browser: Browser;
  readonly op: Op;
  readonly key: string;
  readonly intent: string | null;
  /** What the ledger says was asked. */
  readonly request: unknown;
  readonly call: Call;
  /** The server may charge the customer for it. */
  readonly charges: boolean;
  /** The same wish under another key, for customers who start over after a failure. */
  readonly renamed?: (key: string) => Errand;
  /** Looks at an answered cart; absent for other errands. */
  readonly kept?: (answer: unknown) => boolean;
}

const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 409, 422]);
const START_OVER = 0.3;

type Outcome =
  { readonly ack: AckLine } | { readonly refused: number } | { readonly open: true; readonly waitMs: number | null };

/**
 * Repeats the errand with short pauses until it is acknowledged. Resolves to the acknowledgement, to the status of a refusal that is no
 * failure (4xx), or to undefined when patience or the process ended. An errand that may have charged its customer knows no patience.
 */
export async function insist(counter: Counter, errand: Errand): Promise<AckLine | number | undefined> {
  const started = stamp().mono;
  let current = errand;
  let maybeCharged = false;
  counter.tally.open += 1;
  try {
    for (let attempt = 1; !counter.end.aborted; attempt += 1) {
      const slots = attempt === 1 ? counter.slots : counter.retrySlots;
      const tried = await slots.run(() => (counter.end.aborted ? undefined : attemptOnce(counter, current, attempt)));
      if (tried === undefined) break;
      const { outcome, reply } = tried;
      if ('ack' in outcome) return outcome.ack;
      if ('refused' in outcome && !maybeCharged) return outcome.refused;
      maybeCharged ||= errand.charges && mayHaveCharged(reply);
      if (!maybeCharged && stamp().mono - started > counter.patienceMs) return undefined;
      if (ambiguous(reply) && counter.random.chance(START_OVER))
        current = current.renamed?.(`${errand.key}-over`) ?? current;
      await pause(counter, attempt, 'waitMs' in outcome ? outcome.waitMs : null);
    }
    if (maybeCharged) counter.tally.unanswered += 1;
    return undefined;
  } finally {
    counter.tally.open -= 1;
  }
}

/** One request with its lines in the ledgers. The attempt is on the disk before the request goes out. */
export async function attemptOnce(
  counter: Counter,
  errand: Errand,
  attempt: number,
): Promise<{ readonly outcome: Outcome; readonly reply: Reply }> {
  const asked = stamp();
  const { shopper, op, key, intent, request } = errand;
  const roams = errand.call.leaves === true ? { roams: true } : {};
  const who = { shopper, place: counter.place, op, key };
  await counter.attempts.append({ ...asked, ...who, intent, try: attempt, request, ...roams });
  const reply = await errand.browser.call(errand.call);
  const answered = stamp();
  if (reply.kind === 'answer' && reply.status >= 200 && reply.status < 300 && isObject(reply.body)) {
    const ack = ackLine(errand, counter.place, asked, answered, reply);
    await counter.acks.append(ack);
    counter.tally.acknowledge(ack);
    return { outcome: { ack }, reply };
  }
  if (errand.call.leaves !== true) counter.tally.fail();
  await counter.failures.append({ ...answered, ...who, because: reasonOf(reply) });
  if (reply.kind === 'answer' && REFUSALS.has(reply.status)) return { outcome: { refused: reply.status }, reply };
  const waitMs =
    reply.kind === 'answer' && reply.headers['retry-after'] !== undefined
      ? Number(reply.headers['retry-after']) * 1000
      : null;
  return { outcome: { open: true, waitMs }, reply };
}

/** Whether nobody knows what the server did. */
function ambiguous(reply: Reply): boolean {
  return reply.kind === 'nothing' ? reply.reached : reply.status >= 500 && reply.status !== 503;
}

/** A 503 is a clear no before the charge, but it may also come after it, when the database closed in between. */
function mayHaveCharged(reply: Reply): boolean {
  return ambiguous(reply) || (reply.kind === 'answer' && reply.status === 503);
}

function ackLine(
  errand: Errand,
  place: Place,
  asked: Stamp,
  answered: Stamp,
  reply: Reply & { kind: 'answer' },
): AckLine {
  const { shopper, op, key, intent } = errand;
  const answer = reply.body;
  const told: { region?: unknown; epoch?: unknown } = isObject(answer) ? answer : {};
  // The headers name who answers now; an order seen before may name who made it.
  const region = reply.headers['x-handover-region'] ?? told.region;
  const epoch = Number(reply.headers['x-handover-epoch'] ?? told.epoch ?? NaN);
  return {
    ...answered,
    attemptAt: asked.at,
    attemptMono: asked.mono,
    shopper,
    place,
    op,
    key,
    intent,
    region: typeof region === 'string' ? region : null,
    epoch: Number.isInteger(epoch) ? epoch : null,
    status: reply.status,
    answer,
    ...(errand.kept === undefined ? {} : { kept: errand.kept(answer) }),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function reasonOf(reply: Reply): string {
  if (reply.kind === 'nothing') return reply.because;
  const told: { because?: unknown } = isObject(reply.body) ? reply.body : {};
  return `HTTP ${reply.status}${typeof told.because === 'string' ? `: ${told.because}` : ''}`;
}

/** 100-300 ms, growing to 1 s; at least what Retry-After asks, of which a customer waits 1 s at most; longer only while many retry. */
function pause(counter: Counter, attempt: number, askedMs: number | null): Promise<void> {
  const own = Math.min(1000, counter.random.between(100, 300) * 1.4 ** Math.min(attempt - 1, 6));
  const asked = askedMs === null || Number.isNaN(askedMs) ? 0 : Math.min(askedMs, 1000);
  return new Promise((resume) => {
    const wake = (): void => {
      clearTimeout(timer);
      counter.end.removeEventListener('abort', wake);
      resume();
    };
    const timer = setTimeout(wake, Math.max(own, asked, counter.retries.turn()));
    counter.end.addEventListener('abort', wake);
  });
}
