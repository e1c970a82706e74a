import { worst } from '../../bench/arithmetic';
import { fleet, furnish, pair, type Ended, type MoveKind } from '../../bench/dns/fleet';
import { virtualTime, type VirtualTime } from '../../bench/dns/virtual-time';
import { openZoneServer, type Limits, type ZoneServer } from '../../lab/loopback/zone-servers';
import { unlimited } from '../../src/providers/rate-limit/scope';

let time: VirtualTime;
let keeper: ZoneServer;
/** DigitalOcean's fake, with the limit that is published unless told another. */
const open = async (sites: number, limits: Limits = {}) => {
  time = virtualTime();
  keeper = await openZoneServer('digitalocean', undefined, { ...limits, now: time.clock.now });
  furnish(keeper, sites);
};
afterEach(() => keeper.close());

const limited = (ended: Ended[]) => ended.map((one) => one.limited);
const waited = (ended: Ended[], of: MoveKind) =>
  ended.filter(({ kind }) => kind === of).map(({ waitedMs }) => waitedMs);

test('a fleet that keeps the limit is never refused, all its moves end, and failovers do not wait with the others', async () => {
  // 32 x 7 and 8 x 3 requests, which is more than moves may send in a minute.
  const moves = Array.from({ length: 40 }, (_, at): MoveKind => (at % 10 > 7 ? 'failover' : 'planned'));
  await open(moves.length);
  const ended = await fleet(keeper, moves, pair(time), time);
  expect(worst(limited(ended))).toBe(0);
  expect(worst(waited(ended, 'failover'))).toBe(0);
  expect(worst(waited(ended, 'planned'))).toBeGreaterThan(0);
  const moved = keeper
    .fake!.sets()
    .filter(({ name, values }) => name.startsWith('shop-') && values[0] === '203.0.113.10');
  expect(moved).toHaveLength(moves.length);
});

test('a fleet without limiters is refused, and that is counted', async () => {
  const few = Array.from({ length: 12 }, (): MoveKind => 'checks');
  const limits = { burst: { requests: 30, perMs: 60_000 }, hour: { requests: 5_000, perMs: 3_600_000 } };
  await open(few.length, { limits });
  const ended = await fleet(keeper, few, [unlimited], time);
  expect(worst(limited(ended))).toBe(1);
});
