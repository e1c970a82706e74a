/** Redis servers whose settings refuse writes that their role allows, or take some that it does not. */
import { mkdirSync, rmdirSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { redis } from '../../src/providers/sessions/redis';
import { freePort, place } from '../../lab/loopback/place';
import { type RealRedis, realRedis } from '../../lab/loopback/redis';
import { until } from '../../lab/loopback/until';

const at = place();
const [hostA, hostB] = ['127.0.13.22', '127.0.14.22'];
let a: RealRedis;
let b: RealRedis;
let asShop: RealRedis['sessions'];
let admin: Redis;
beforeAll(async () => {
  const port = await freePort();
  [a, b] = await Promise.all([realRedis('A', hostA, port, at), realRedis('B', hostB, port, at)]);
  admin = b.client(0);
  await admin.acl('SETUSER', 'shop', 'on', '>secret-shop', '~*', '&*', '+@all', '-config');
  asShop = redis({ ...b.options, user: 'shop', password: 'secret-shop' });
});
afterAll(async () => {
  await asShop.close();
  await Promise.all([a.close(), b.close()]);
  at.remove();
});
const sizes = async () => [await admin.dbsize(), await admin.info('replication')] as const;

test('a primary that takes writes says so, and the write that was tried is none', async () => {
  const before = await sizes();
  expect(await b.sessions.writes()).toEqual({ taken: 'yes', because: "B's Redis takes writes." });
  expect(await sizes()).toEqual(before);
});

const inItsFile = 'in redis-cli there, and write that into its file.';
test.each([
  [
    'min-replicas-to-write',
    '1',
    '0',
    `B's Redis refuses every write, since "min-replicas-to-write" (or "min-slaves-to-write") wants more replicas than follow it: type CONFIG SET min-replicas-to-write 0 ${inItsFile}`,
  ],
  [
    'maxmemory',
    '1',
    '0',
    `B's Redis refuses every write, since its memory is full: type CONFIG SET maxmemory with more bytes ${inItsFile}`,
  ],
])('a primary that refuses writes for %s %s names it and what to type', async (setting, value, usual, because) => {
  await admin.config('SET', setting, value);
  await expect(admin.set('session', 'x')).rejects.toThrow();
  expect(await b.sessions.writes()).toEqual({ taken: 'no', because });
  await admin.config('SET', setting, usual);
});

test('a primary that can not save to its disk names the setting that stops its writes', async () => {
  // A file can't take the name of a folder.
  mkdirSync(at.path('dump.rdb'));
  await admin.config('SET', 'save', '3600 1');
  await admin.bgsave();
  await until('it could not save', async () =>
    (await admin.info('persistence')).includes('rdb_last_bgsave_status:err'),
  );
  expect(await b.sessions.writes()).toMatchObject({
    taken: 'no',
    because: expect.stringContaining('type CONFIG SET stop-writes-on-bgsave-error no') as string,
  });
  await admin.config('SET', 'save', '');
  rmdirSync(at.path('dump.rdb'));
});

test('a user that may not try a write leads to a third answer, with what it lacks', async () => {
  await admin.acl('SETUSER', 'shop', '-setrange');
  expect(await asShop.writes()).toEqual({
    taken: 'unknown',
    because:
      "Whether B's Redis takes writes is unknown, since its user shop may not try one: type ACL SETUSER shop +setrange ~handover:write-probe in redis-cli there.",
  });
  await admin.config('SET', 'min-replicas-to-write', '1');
  expect(await asShop.writes()).toMatchObject({ taken: 'no' });
  await admin.config('SET', 'min-replicas-to-write', '0');
  await admin.acl('SETUSER', 'shop', '+setrange');
});

describe('a replica', () => {
  beforeAll(async () => {
    await b.sessions.follow(hostA);
    await until('B follows A', async () => (await b.sessions.state()).linkUp);
  });

  test('takes no writes', async () => {
    expect(await b.sessions.writes()).toEqual({ taken: 'no', because: "B's Redis is a replica and takes no writes." });
  });

  test('that takes writes of its own names the setting', async () => {
    await admin.config('SET', 'replica-read-only', 'no');
    expect(await b.sessions.writes()).toEqual({
      taken: 'yes',
      because: `B's Redis is a replica, but takes writes of its own, since its "replica-read-only" is no: type CONFIG SET replica-read-only yes ${inItsFile}`,
    });
    await admin.config('SET', 'replica-read-only', 'yes');
  });

  test('that will demand replicas once promoted says so before, where the runbook may not change that', async () => {
    await admin.config('SET', 'min-replicas-to-write', '1');
    expect(await b.sessions.writes()).not.toHaveProperty('oncePromoted');
    expect(await asShop.writes()).toMatchObject({
      taken: 'no',
      oncePromoted: `Once promoted, B's Redis refuses every write, since "min-replicas-to-write" (or "min-slaves-to-write") wants more replicas than follow it, and handover can't change that, since its user shop may not use CONFIG: type CONFIG SET min-replicas-to-write 0 ${inItsFile}`,
    });
    await asShop.promote();
    expect(await asShop.writes()).toMatchObject({ taken: 'no' });
  });
});
