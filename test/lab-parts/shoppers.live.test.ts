import { shopperArguments } from '../../lab/shoppers/arguments';
import { Browser } from '../../lab/shoppers/browser';
import type { CrowdContext } from '../../lab/shoppers/action';
import { Ledger } from '../../lab/shoppers/ledger';
import type { AckLine, AttemptLine, FailureLine, OrderRequest } from '../../lab/shoppers/ledger-lines';
import { NameCache } from '../../lab/shoppers/name-cache';
import { startShoppers } from '../../lab/shoppers/process';
import { Pace } from '../../lab/shoppers/pace';
import { paths } from '../../lab/shoppers/paths';
import { Random } from '../../lab/shoppers/random';
import { Shopper } from '../../lab/shoppers/shopper';
import { Slots } from '../../lab/shoppers/slots';
import { Tally } from '../../lab/shoppers/tally';
import { answered, fakeShop as openShop, linesOf, type Answer, type Asked, type FakeShop } from './fake-shop';
import { readFileSync } from 'node:fs';
import { until } from '../../lab/loopback/until';
import { durationOf } from '../duration';

const shops: FakeShop[] = [];

/** Closed after each test, also a failed one: an open server would keep jest from ending. */
async function fakeShop(answer: Parameters<typeof openShop>[0]): Promise<FakeShop> {
  const shop = await openShop(answer);
  shops.push(shop);
  return shop;
}

afterEach(async () => {
  await Promise.all(shops.splice(0).map((shop) => shop.close()));
});

const wait = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

/** A generator that always answers the same: 0 makes every chance come true, 0.999 none. */
class Always extends Random {
  private readonly value: number;
  constructor(value: number) {
    super(0);
    this.value = value;
  }
  override next(): number {
    return this.value;
  }
}

interface Stage {
  readonly shop: FakeShop;
  readonly shopper: Shopper;
  readonly context: CrowdContext;
  readonly end: AbortController;
  readonly attempts: AttemptLine[];
  readonly acks: AckLine[];
  readonly failures: FailureLine[];
}

async function stage(
  answer: (asked: Asked, count: number) => Answer,
  random: Random,
  settings: { timeoutMs?: number; patienceMs?: number } = {},
): Promise<Stage> {
  const shop = await fakeShop(answer);
  const end = new AbortController();
  const ledgers = { attempts: [] as AttemptLine[], acks: [] as AckLine[], failures: [] as FailureLine[] };
  const into = (lines: object[]): CrowdContext['acks'] => ({
    append: (line) => Promise.resolve(void lines.push(line)),
  });
  const context: CrowdContext = {
    place: 'world',
    attempts: into(ledgers.attempts),
    acks: into(ledgers.acks),
    failures: into(ledgers.failures),
    slots: new Slots(10),
    retrySlots: new Slots(5),
    retries: new Pace(100),
    tally: new Tally(),
    random,
    patienceMs: settings.patienceMs ?? 60_000,
    end: end.signal,
  };
  const target = {
    host: 'www.shop.test',
    port: shop.port,
    ca: readFileSync(shop.ca, 'utf8'),
    timeoutMs: settings.timeoutMs ?? 30_000,
  };
  const names = new NameCache('www.shop.test', () => Promise.resolve([{ address: '127.0.0.1', ttl: 5 }]));
  const shopper = new Shopper('world-1', 'run', context, new Browser(target, names));
  return { shop, shopper, context, end, ...ledgers };
}

function leave(world: Stage): void {
  world.end.abort();
  world.shopper.close();
}

const order = (shopper: Shopper, pay: 'now' | 'later' = 'now'): OrderRequest => shopper.newOrder(pay);

describe('a shopper', () => {
  it('repeats an order under the same key until it is acknowledged', async () => {
    const world = await stage(
      (asked, count) =>
        count < 4 ? { status: 503, body: { because: 'gated' } } : { status: 201, body: answered(asked.body) },
      new Always(0.999),
    );
    const ack = await world.shopper.order(order(world.shopper));
    expect(ack).toMatchObject({ op: 'order', region: 'A', epoch: 1, status: 201 });
    expect(new Set(world.shop.asked.map((asked) => asked.body.key)).size).toBe(1);
    expect(world.attempts.map((line) => line.try)).toEqual([1, 2, 3, 4]);
    expect(world.failures.map((line) => line.because)).toEqual(Array(3).fill('HTTP 503: gated'));
    leave(world);
  });

  it.each([
    ['a broken connection', 'cut' as const],
    ['no answer', 'hang' as const],
    ['a 502', { status: 502, body: '' }],
  ])('asks again with the key and the payment intent of the order after %s', async (_name, failure) => {
    const world = await stage(
      (asked, count) => (count === 1 ? failure : { status: 201, body: answered(asked.body) }),
      new Always(0),
      // Long enough for the answer that comes after it, also on a busy machine.
      { timeoutMs: 2_000 },
    );
    await world.shopper.order(order(world.shopper));
    const [first, second] = world.shop.asked;
    expect(second?.body).toEqual(first?.body);
    expect(world.acks[0]?.key).toBe(second?.body.key);
    leave(world);
  });

  it('keeps its key after a clear 503, which says that nothing was done', async () => {
    const world = await stage(
      (asked, count) => (count === 1 ? { status: 503, body: {} } : { status: 201, body: answered(asked.body) }),
      new Always(0),
    );
    await world.shopper.order(order(world.shopper));
    expect(world.shop.asked[1]?.body.key).toBe(world.shop.asked[0]?.body.key);
    leave(world);
  });

  it('has the attempt on the ledger before the request goes out', async () => {
    const world = await stage((asked) => ({ status: 201, body: answered(asked.body) }), new Always(0.5));
    let release: () => void = () => undefined;
    const disk = new Promise<void>((done) => (release = done));
    const slow = { ...world.context, attempts: { append: () => disk } };
    const shopper = new Shopper('world-2', 'run', slow, browserOf(world));
    const ordering = shopper.order(order(shopper));
    await wait(100);
    expect(world.shop.asked).toHaveLength(0);
    release();
    await ordering;
    expect(world.shop.asked).toHaveLength(1);
    shopper.close();
    leave(world);
  });

  it('never gives up a possibly charged order, and gives up an unpaid one after its patience', async () => {
    const world = await stage(() => 'cut', new Always(0.5), { patienceMs: 0 });
    expect(await world.shopper.order(order(world.shopper, 'later'))).toBeUndefined();
    expect(world.attempts).toHaveLength(1);
    const paying = world.shopper.order(order(world.shopper));
    await until('it has tried again and again', () => world.attempts.length > 3);
    world.end.abort();
    expect(await paying).toBeUndefined();
    expect(world.context.tally.unanswered).toBe(1);
    leave(world);
  });

  it('takes a refusal of its request as an answer', async () => {
    const world = await stage(() => ({ status: 409, body: { because: 'out of stock' } }), new Always(0.5));
    expect(await world.shopper.order(order(world.shopper))).toBeUndefined();
    expect(world.shop.asked).toHaveLength(1);
    leave(world);
  });

  it('waits as long as Retry-After asks, but a second at most', async () => {
    const world = await stage(
      (asked, count) =>
        count === 1
          ? { status: 503, body: {}, headers: { 'Retry-After': '30' } }
          : { status: 201, body: answered(asked.body) },
      new Always(0),
    );
    const took = await durationOf(() => world.shopper.order(order(world.shopper)));
    const [first, second] = world.attempts;
    expect(second!.mono - first!.mono).toBeGreaterThanOrEqual(990);
    expect(took).toBeLessThan(3_000);
    leave(world);
  });

  it('opens a new connection when the shop says Connection: close', async () => {
    const world = await stage(
      (asked) => ({ status: 201, body: answered(asked.body), headers: { Connection: 'close' } }),
      new Always(0.999),
    );
    for (let count = 0; count < 3; count += 1) await world.shopper.order(order(world.shopper));
    expect(world.failures).toEqual([]);
    leave(world);
  });

  it.each([
    ['is there', true],
    ['lost something', false],
  ])('notes that the cart %s', async (_name, whole) => {
    const put: unknown[] = [];
    const world = await stage(({ path, method, body }) => {
      if (path === paths.login) return { status: 200, body: { token: 't' } };
      if (method === 'POST') put.push({ sku: body.sku, qty: body.qty });
      return { status: 200, body: { token: 't', lines: method === 'POST' || whole ? put : [] } };
    }, new Always(0.4));
    await world.shopper.visitCart();
    await world.shopper.visitCart();
    expect(world.acks.map((ack) => [ack.op, ack.kept])).toEqual([
      ['login', undefined],
      ['cart', undefined],
      ['cart', whole],
    ]);
    leave(world);
  });

  it('takes a page that is no JSON for no acknowledgement', async () => {
    const world = await stage(() => ({ status: 200, body: 'Welcome to nginx' }), new Always(0.5), { patienceMs: 0 });
    expect(await world.shopper.order(order(world.shopper, 'later'))).toBeUndefined();
    expect(world.acks).toEqual([]);
    leave(world);
  });
});

function browserOf(world: Stage): Browser {
  const target = {
    host: 'www.shop.test',
    port: world.shop.port,
    ca: readFileSync(world.shop.ca, 'utf8'),
    timeoutMs: 30_000,
  };
  return new Browser(target, new NameCache('www.shop.test', () => Promise.resolve([{ address: '127.0.0.1', ttl: 5 }])));
}

describe('a name', () => {
  it('is asked again when its TTL is over, and keeps its last answer for 30 s while the resolver fails', async () => {
    let now = 0;
    const answers: (string | undefined)[] = ['1.1.1.1', '2.2.2.2'];
    let asked = 0;
    const resolve = (): Promise<{ address: string; ttl: number }[]> => {
      asked += 1;
      const address = answers.shift();
      return address === undefined ? Promise.reject(new Error('SERVFAIL')) : Promise.resolve([{ address, ttl: 5 }]);
    };
    const names = new NameCache('www.shop.test', resolve, () => now);
    expect(await names.address()).toBe('1.1.1.1');
    now = 4999;
    expect([await names.address(), asked]).toEqual(['1.1.1.1', 1]);
    now = 5000;
    expect([await names.address(), asked]).toEqual(['2.2.2.2', 2]);
    now = 39_999;
    expect(await names.address()).toBe('2.2.2.2');
    now = 40_600;
    await expect(names.address()).rejects.toThrow('www.shop.test did not resolve');
  });
});

/** The keys of the orders that shoppers of a place have begun. */
const ordersOf = (shop: FakeShop, place: 'world' | 'A') =>
  new Set(
    linesOf<AttemptLine>(shop.lab, `attempts-${place}.jsonl`)
      .filter((line) => line.op === 'order')
      .map((line) => line.key),
  );

describe('a process of shoppers', () => {
  const settings = (shop: FakeShop, extra: string[]): ReturnType<typeof shopperArguments> =>
    shopperArguments([
      '--lab',
      shop.lab,
      '--ca',
      shop.ca,
      '--port',
      String(shop.port),
      '--resolver',
      '127.0.0.1',
      '--host',
      'www.shop.test',
      ...extra,
    ]);
  const loopback = (): Promise<{ address: string; ttl: number }[]> =>
    Promise.resolve([{ address: '127.0.0.1', ttl: 5 }]);

  it('offers its rate through an outage, and has one attempt on the disk for each request the shop saw', async () => {
    let open = false;
    const shop = await fakeShop(({ path, body }) => {
      if (path === paths.login) return { status: 200, body: { token: 't' } };
      if (path !== paths.order) return { status: 200, body: { token: 't', lines: [] } };
      return open ? { status: 201, body: answered(body) } : { status: 503, body: {} };
    });
    const running = await startShoppers(
      settings(shop, ['--place', 'world', '--count', '5', '--rate', '20']),
      () => undefined,
      loopback,
    );
    const began = performance.now();
    const ordered = () => ordersOf(shop, 'world').size;
    await until('30 orders were begun while the shop is down', () => ordered() >= 30);
    expect(linesOf<AckLine>(shop.lab, 'acks-world.jsonl').filter((line) => line.op === 'order')).toEqual([]);
    open = true;
    await until('30 more were begun since', () => ordered() >= 60);
    const seconds = (performance.now() - began) / 1_000;
    expect(await running.drain()).toBe(0);
    const attempts = linesOf<AttemptLine>(shop.lab, 'attempts-world.jsonl');
    const orders = ordersOf(shop, 'world');
    const acks = linesOf<AckLine>(shop.lab, 'acks-world.jsonl').filter((line) => line.op === 'order');
    // Chance makes the distances; three times their mean would be a wrong rate.
    expect(orders.size).toBeLessThan(3 * 20 * (seconds + 1));
    expect(new Set(acks.map((line) => line.key))).toEqual(orders);
    expect(attempts).toHaveLength(shop.asked.length);
    const pulses = linesOf<{ offered: number; acked: number }>(shop.lab, 'pulse-world.jsonl');
    expect(pulses.reduce((sum, pulse) => sum + pulse.acked, 0)).toBe(acks.length);
  });

  it('repeats from the world the key of a customer who left region A before the answer', async () => {
    const shop = await fakeShop(({ path, body }) => ({
      status: 201,
      body: path === paths.order ? answered(body) : { token: 't', lines: [] },
    }));
    const world = await startShoppers(
      settings(shop, ['--place', 'world', '--count', '1', '--rate', '0.1']),
      () => undefined,
      loopback,
    );
    const local = await stage((asked) => ({ status: 201, body: answered(asked.body) }), new Always(0.5));
    const attempts = await Ledger.at(`${shop.lab}/ledgers/attempts-A.jsonl`, { synced: true });
    const context = { ...local.context, place: 'A' as const, attempts };
    const shopper = new Shopper('A-1', 'run', context, browserOf(local));
    const request = order(shopper);
    await shopper.orderAndLeave(request);
    expect(local.acks).toEqual([]);
    await until('the world asks with this key', () => shop.asked.some(({ body }) => body.key === request.key));
    await world.drain();
    expect(shop.asked.map((asked) => asked.body)).toContainEqual(request);
    shopper.close();
    leave(local);
  });

  it('lets every 12th customer of a region leave before the answer, so that no drill is without one', async () => {
    const shop = await fakeShop(({ path, body }) => ({
      status: 201,
      body: path === paths.order ? answered(body) : { token: 't', lines: [] },
    }));
    const argv = ['--place', 'A', '--count', '2', '--rate', '50'];
    const running = await startShoppers(settings(shop, argv), () => undefined, loopback);
    await until('enough have ordered', () => ordersOf(shop, 'A').size > 60);
    await running.drain();
    const tries = linesOf<AttemptLine>(shop.lab, 'attempts-A.jsonl').filter((line) => line.op === 'order');
    const orders = ordersOf(shop, 'A');
    expect(tries.filter((line) => line.roams)).toHaveLength(Math.floor(orders.size / 12));
  });

  it('sends no more than its rate in retries however many intents an outage leaves open', async () => {
    const shop = await fakeShop(() => ({ status: 502, body: {} }));
    const argv = ['--place', 'world', '--count', '2', '--rate', '20', '--drain', '0'];
    const running = await startShoppers(settings(shop, argv), () => undefined, loopback);
    const began = performance.now();
    const tries = () => linesOf<AttemptLine>(shop.lab, 'attempts-world.jsonl');
    const repeated = () => tries().filter((line) => line.try > 1).length;
    await until('many are open', () => tries().filter((line) => line.try === 1).length > 90);
    await until('many were repeated', () => repeated() > 60);
    await running.drain();
    const seconds = (performance.now() - began) / 1_000;
    expect(repeated()).toBeLessThanOrEqual(20 * (seconds + 1) + 5);
  });

  it('keeps a second of unused turns, no more', () => {
    let now = 100_000;
    const pace = new Pace(10, () => now);
    const turns = Array.from({ length: 12 }, () => pace.turn());
    expect(turns.slice(0, 10)).toEqual(Array(10).fill(0));
    expect(turns.slice(10)).toEqual([100, 200]);
    now += 200;
    expect(pace.turn()).toBe(100);
  });

  it.each([
    [[], /--place must be world, A or B.*--count must be a number.*--lab is missing, for example --lab \/mnt/],
    [['--place', 'C'], /--place must be world, A or B, not "C", for example --place world/],
    [['--rate', 'fast'], /--rate must be a number of at least 0.1, not "fast"/],
  ])('names what is wrong with %j', (argv, message) => {
    expect(() => shopperArguments(argv)).toThrow(message);
  });
});
