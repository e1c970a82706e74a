import { median, worst } from '../../bench/arithmetic';
import { fleet, furnish, pair, type Ended, type Errand } from '../../bench/dns/fleet';
import { openZoneServer, type ZoneServer } from '../../lab/loopback/zone-servers';
import { unlimited } from '../../src/providers/rate-limit/scope';

/** A minute is a second, and what DigitalOcean publishes for it is less than these need. */
const faster = 60;
const limits = {
  burst: { requests: 250, perMs: 60_000 / faster },
  hour: { requests: 5_000, perMs: 3_600_000 / faster },
};
const errands = Array.from({ length: 80 }, (_, at): Errand => (at % 10 > 7 ? 'failover' : 'planned'));

let keeper: ZoneServer;
const open = async (most: typeof limits, sites: number) => {
  keeper = await openZoneServer('digitalocean', undefined, { limits: most });
  furnish(keeper, sites);
};
afterEach(() => keeper.close());

const limited = (ended: Ended[]) => ended.map((one) => one.limited);
const waited = (ended: Ended[], of: Errand) =>
  ended.filter(({ errand }) => errand === of).map(({ waitedMs }) => waitedMs);

test('a fleet that keeps the limit is never refused, comes to its end, and its failovers wait less than others', async () => {
  await open(limits, errands.length);
  const ended = await fleet(keeper, errands, pair(faster));
  expect(worst(limited(ended))).toBe(0);
  expect(worst(waited(ended, 'failover'))).toBeLessThan(median(waited(ended, 'planned')));
  const moved = keeper
    .fake!.sets()
    .filter(({ name, values }) => name.startsWith('shop-') && values[0] === '203.0.113.10');
  expect(moved).toHaveLength(errands.length);
});

test('a fleet without limiters is refused, and that is counted', async () => {
  // So low that also a busy machine goes over it.
  const few = Array.from({ length: 12 }, (): Errand => 'checks');
  await open({ ...limits, burst: { requests: 10, perMs: 2_000 } }, few.length);
  const ended = await fleet(keeper, few, [unlimited]);
  expect(worst(limited(ended))).toBeGreaterThan(0);
});
