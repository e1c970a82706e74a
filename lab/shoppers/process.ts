import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShopperArguments } from './arguments';
import { Browser, type Target } from './browser';
import { Crowd } from './crowd';
import type { Counter } from './errand';
import { Ledger } from './ledger';
import { stamp } from './lines';
import { NameCache, resolverAt, type Resolve } from './names';
import { Pace } from './pace';
import { Random } from './random';
import { watchRoaming } from './roaming';
import { Shopper } from './shopper';
import { Slots } from './slots';
import { pulseText, Tally } from './tally';

const TIMEOUT_MS = 4000;
/** Intents of this many seconds may be open at once. */
const OPEN_SECONDS = 60;

export interface Running {
  /** No new intents; resolves to the number of intents that may have charged somebody and stay unanswered. */
  drain(): Promise<number>;
}

interface Books {
  readonly attempts: Ledger;
  readonly acks: Ledger;
  readonly failures: Ledger;
  readonly pulse: Ledger;
}

/** Opens the ledgers and starts the crowd. `say` gets one line a second; `resolve` stands in for the resolver in tests. */
export async function startShoppers(
  wanted: ShopperArguments,
  say: (line: string) => void,
  resolve: Resolve = resolverAt(wanted.resolver, wanted.resolverPort),
): Promise<Running> {
  const books = await openBooks(join(wanted.lab, 'ledgers'), wanted.place);
  const end = new AbortController();
  const counter: Counter = {
    place: wanted.place,
    ...books,
    slots: new Slots(wanted.inFlight),
    retrySlots: new Slots(Math.ceil(wanted.inFlight / 2)),
    retries: new Pace(Math.max(2, wanted.rate)),
    tally: new Tally(),
    random: new Random(wanted.seed),
    patienceMs: wanted.patience * 1000,
    end: end.signal,
  };
  const target = { host: wanted.host, port: wanted.port, ca: await readFile(wanted.ca, 'utf8'), timeoutMs: TIMEOUT_MS };
  const habits = { rate: wanted.rate, maxOpen: Math.ceil(wanted.rate * OPEN_SECONDS), roams: wanted.place !== 'world' };
  const crowd = new Crowd(counter, shoppersOf(wanted, counter, target, resolve), habits);
  crowd.open();
  if (wanted.place === 'world') watchRoaming(join(wanted.lab, 'ledgers'), end.signal, (order) => crowd.takeOver(order));
  const beat = setInterval(() => {
    const pulse = counter.tally.pulse(wanted.place, stamp());
    void books.pulse.append(pulse);
    say(pulseText(pulse));
  }, 1000);
  return { drain: () => drain(crowd, counter, end, wanted.drain * 1000, beat, books) };
}

async function drain(
  crowd: Crowd,
  counter: Counter,
  end: AbortController,
  limitMs: number,
  beat: NodeJS.Timeout,
  books: Books,
): Promise<number> {
  const limit = setTimeout(() => end.abort(), limitMs);
  await crowd.close();
  clearTimeout(limit);
  end.abort();
  clearInterval(beat);
  await books.pulse.append(counter.tally.pulse(counter.place, stamp()));
  for (const book of Object.values(books) as Ledger[]) await book.close();
  return counter.tally.unanswered;
}

async function openBooks(folder: string, place: string): Promise<Books> {
  await mkdir(folder, { recursive: true });
  const book = (name: string, synced: boolean): Promise<Ledger> =>
    Ledger.at(join(folder, `${name}-${place}.jsonl`), { synced });
  return {
    attempts: await book('attempts', true),
    acks: await book('acks', true),
    failures: await book('failures', false),
    pulse: await book('pulse', false),
  };
}

function shoppersOf(
  wanted: ShopperArguments,
  counter: Counter,
  target: Target,
  resolve: Resolve,
): readonly [Shopper, ...Shopper[]] {
  const run = Date.now().toString(36);
  const one = (index: number): Shopper =>
    new Shopper(`${wanted.place}-${index + 1}`, run, counter, new Browser(target, new NameCache(wanted.host, resolve)));
  return [one(0), ...Array.from({ length: wanted.count - 1 }, (_, index) => one(index + 1))];
}
