/** The nightly comparison of a standby, on a real pair: it says what differs and leaves replication alone. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace, type Place } from '../../lab/loopback/place';
import { compareStandby } from '../../src/activities/compare-standby';
import type { SiteContext } from '../../src/activities/planning/prepare';
import { rejoinPair, type RejoinPair } from './pair';

let at: Place;
let pair: RejoinPair;
beforeAll(async () => {
  at = newPlace();
  pair = await rejoinPair(at, dataDirectory(at));
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const compare = (key: string) =>
  compareStandby({ site: pair.site, ports: pair.ports } as SiteContext, key, { timeoutMs: 60_000 });
const replica = async () => (await pair.b.database.state()).replica;

test('a standby that is equal passes', async () => {
  expect(await compare('equal')).toEqual([
    { name: 'comparison', ok: true, because: expect.stringMatching(/all \d+ tables of B are equal to A's/) as string },
  ]);
});

test('a standby that drifted fails with table and part, and goes on replicating', async () => {
  await pair.a.sql('USE shop; CREATE TABLE wp_s (id int PRIMARY KEY, v int); INSERT INTO wp_s VALUES (1, 1)');
  await pair.b.database.waitFor((await pair.a.database.state()).position, 60_000);
  await pair.b.sql('SET sql_log_bin = 0; UPDATE shop.wp_s SET v = 2');
  expect(await compare('drifted')).toEqual([
    {
      name: 'comparison',
      ok: false,
      because: expect.stringMatching(/\(wp_s\): wp_s: id up to 1\. B still replicates/) as string,
    },
  ]);
  expect(await replica()).toMatchObject({ io: 'yes', sql: true });
});

test('a comparison that nobody waits for goes at the gentle pace', async () => {
  const paces: unknown[] = [];
  const comparing: typeof pair.ports.comparing = (primary, standby) => {
    const real = pair.ports.comparing(primary, standby);
    return {
      found: (key) => real.found(key),
      last: () => real.last(),
      compare: (key, work) => (paces.push(work.pace), real.compare(key, work)),
    };
  };
  await compareStandby({ site: pair.site, ports: { ...pair.ports, comparing } } as SiteContext, 'gentle', {
    timeoutMs: 60_000,
  });
  expect(paces).toEqual(['gentle']);
});

test('a standby that does not replicate fails without a comparison', async () => {
  await pair.b.database.stopFetching();
  expect(await compare('stopped')).toEqual([
    { name: 'comparison', ok: false, because: expect.stringMatching(/B does not replicate from A/) as string },
  ]);
});
