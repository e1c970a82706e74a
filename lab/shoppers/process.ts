import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api, ShopperArguments } from './arguments';
import { Browser, type Target } from './browser';
import { Crowd, type CrowdOptions, type Customer } from './crowd';
import type { CrowdContext } from './action';
import { Ledger } from './ledger';
import { stamp } from './ledger-lines';
import { NameCache, resolverAt, type Resolve } from './name-cache';
import { Pace } from './pace';
import { Random } from './random';
import { watchRoaming } from './roaming';
import { Shopper } from './shopper';
import { Slots } from './slots';
import type { Goods } from './store-calls';
import { StoreShopper } from './store-shopper';
import { pulseText, Tally } from './tally';

/** At most the intents of this many seconds may be open at once. */
const OPEN_SECONDS = 60;

/** Where fewer customers come, more of them leave before the answer. */
const manners: Record<Api, Pick<CrowdOptions, 'leaveEvery' | 'arriveWithinMs'>> = {
  orders: { leaveEvery: 12, arriveWithinMs: 3000 },
  store: { leaveEvery: 6, arriveWithinMs: 12_000 },
};

export interface Running {
  /** Starts no new intents; resolves to the number of unanswered intents that may have charged somebody. */
  drain(): Promise<number>;
}

interface Ledgers {
  readonly attempts: Ledger;
  readonly acks: Ledger;
  readonly failures: Ledger;
  readonly pulse: Ledger;
}

/** Opens the ledgers and starts the crowd. `print` receives one line per second; `resolve` replaces the resolver in tests. */
export async function startShoppers(
  wanted: ShopperArguments,
  print: (line: string) => void,
  resolve: Resolve = resolverAt(wanted.resolver, wanted.resolverPort),
): Promise<Running> {
  const ledgers = await openLedgers(join(wanted.lab, 'ledgers'), wanted.place);
  const end = new AbortController();
  const context: CrowdContext = {
    place: wanted.place,
    ...ledgers,
    slots: new Slots(wanted.inFlight),
    retrySlots: new Slots(Math.ceil(wanted.inFlight / 2)),
    retries: new Pace(Math.max(2, wanted.rate)),
    tally: new Tally(),
    random: new Random(wanted.seed),
    patienceMs: wanted.patience * 1000,
    end: end.signal,
  };
  const { host, port, timeout } = wanted;
  const target = { host, port, ca: await readFile(wanted.ca, 'utf8'), timeoutMs: timeout * 1000 };
  const options = {
    rate: wanted.rate,
    maxOpen: Math.ceil(wanted.rate * OPEN_SECONDS),
    roams: wanted.place !== 'world',
    ...manners[wanted.api],
  };
  const crowd = new Crowd(context, shoppersOf(wanted, context, target, resolve), options);
  crowd.open();
  if (wanted.place === 'world')
    watchRoaming(join(wanted.lab, 'ledgers'), end.signal, (order) => crowd.repeatOrder(order));
  const pulseTimer = setInterval(() => {
    const pulse = context.tally.pulse(wanted.place, stamp());
    void ledgers.pulse.append(pulse);
    print(pulseText(pulse));
  }, 1000);
  return { drain: () => drain(crowd, context, end, wanted.drain * 1000, pulseTimer, ledgers) };
}

async function drain(
  crowd: Crowd,
  context: CrowdContext,
  end: AbortController,
  limitMs: number,
  pulseTimer: NodeJS.Timeout,
  ledgers: Ledgers,
): Promise<number> {
  const limit = setTimeout(() => end.abort(), limitMs);
  await crowd.close();
  clearTimeout(limit);
  end.abort();
  clearInterval(pulseTimer);
  await ledgers.pulse.append(context.tally.pulse(context.place, stamp()));
  for (const ledger of Object.values(ledgers) as Ledger[]) await ledger.close();
  return context.tally.unanswered;
}

async function openLedgers(folder: string, place: string): Promise<Ledgers> {
  await mkdir(folder, { recursive: true });
  const open = (name: string, synced: boolean): Promise<Ledger> =>
    Ledger.at(join(folder, `${name}-${place}.jsonl`), { synced });
  return {
    attempts: await open('attempts', true),
    acks: await open('acks', true),
    failures: await open('failures', false),
    pulse: await open('pulse', false),
  };
}

function shoppersOf(
  wanted: ShopperArguments,
  context: CrowdContext,
  target: Target,
  resolve: Resolve,
): readonly [Customer, ...Customer[]] {
  const run = Date.now().toString(36);
  const goods: Goods = new Map();
  const one = (index: number): Customer => {
    const browser = new Browser(target, new NameCache(wanted.host, resolve));
    const who = [`${wanted.place}-${index + 1}`, run, context, browser] as const;
    return wanted.api === 'store' ? new StoreShopper(...who, goods) : new Shopper(...who);
  };
  return [one(0), ...Array.from({ length: wanted.count - 1 }, (_, index) => one(index + 1))];
}
