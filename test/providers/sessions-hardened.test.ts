import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { redis } from '../../src/providers/sessions/redis';
import type { RedisOptions } from '../../src/providers/sessions/redis-connection';
import { freePort, place, startServer, type RunningServer } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';

const at = place();
const [hostA, hostB] = ['127.0.13.21', '127.0.14.21'];
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => at.remove());

const password = 'secret-redis';
const plain = `requirepass ${password}\nmasterauth ${password}`;

/** A server with a file of its own, as Debian's service has; `more` is added to it. */
async function serverAt(
  region: string,
  host: string,
  port: number,
  more: string,
  over: Partial<RedisOptions> = {},
  as: readonly string[] = [],
) {
  const program = at.path('redis-server');
  if (!existsSync(program)) symlinkSync('/usr/bin/redis-check-rdb', program);
  const file = at.path(`${region}-${port}.conf`);
  mkdirSync(at.path('data'), { recursive: true });
  chmodSync(at.path('data'), 0o777);
  const names = `dir ${at.path('data')}\ndbfilename ${region}-${port}.rdb\n`;
  writeFileSync(file, `bind ${host}\nport ${port}\nsave ""\n${names}repl-diskless-sync-delay 0\n${more}\n`);
  let server: RunningServer | undefined;
  const start = async () => {
    server = await startServer([...as, program, file], at.path(`${region}-${port}.log`), { host, port });
  };
  await start();
  closers.push(() => server?.kill());
  const sessions = redis({ region, host, port, password, sessionsDb: 0, cacheDb: 1, ...over });
  closers.push(() => sessions.close());
  const restart = async () => {
    await server?.kill();
    await start();
    await until('it answers', () => sessions.state().catch(() => undefined));
  };
  return { sessions, restart };
}

test.each([
  ['no CONFIG at all', 'rename-command CONFIG ""', {}],
  ['a CONFIG of another name', 'rename-command CONFIG adm-conf', { configCommand: 'adm-conf' }],
])('a server with %s is promoted, and follows', async (_what, more, over) => {
  const port = await freePort();
  await serverAt('A', hostA, port, plain);
  const { sessions } = await serverAt('B', hostB, port, `${plain}\n${more}`, over);
  await sessions.follow(hostA);
  await until('B follows A', async () => (await sessions.state()).linkUp);
  await sessions.promote();
  expect(await sessions.state()).toMatchObject({ role: 'primary' });
});

/** The file and its folder belong to root, as where it is mounted into a container. */
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const noConfig = `${plain}\nuser shop on >${password} ~* &* +@all -config`;

test.each([
  ['that may not write its file', plain, {}, nobody, /since it may not write its file/],
  ['whose user may not use CONFIG', noConfig, { user: 'shop' }, [], /since its user shop may not use CONFIG/],
  ['without CONFIG', `${plain}\nrename-command CONFIG ""`, {}, [], /since it has no command CONFIG/],
])('a server %s is promoted and follows, and says what its file must say', async (_what, more, over, as, since) => {
  chmodSync(at.path(), 0o755);
  const port = await freePort();
  await serverAt('A', hostA, port, plain);
  const { sessions, restart } = await serverAt('B', hostB, port, `${more}\nreplicaof ${hostA} ${port}`, over, as);
  await sessions.promote();
  const promoted = await sessions.keepRole();
  expect(promoted).toMatch(since);
  expect(promoted).toMatch(/see that its file has no line "replicaof"/);
  await restart();
  expect(await sessions.state()).toMatchObject({ role: 'replica', sourceHost: hostA });
  await sessions.follow(hostA);
  const follows = await sessions.keepRole();
  expect(follows).toMatch(since);
  expect(follows).toContain(`write "replicaof ${hostA} ${port}", "masterauth" with its password`);
  expect(`${promoted} ${follows}`).not.toContain(password);
});

test('a replica that can not log in says what its settings lack, and not the password', async () => {
  const port = await freePort();
  await serverAt('A', hostA, port, plain);
  const acl = `requirepass ${password}\nuser shop on >${password} ~* &* +@all -config`;
  const { sessions } = await serverAt('B', hostB, port, acl, { user: 'shop' });
  await sessions.follow(hostA);
  expect(await sessions.state()).toMatchObject({
    linkUp: false,
    linkBecause: expect.stringMatching(
      /^B's Redis logs in as its own file says, since its user shop may not use CONFIG: see that "masterauth" in it is its password\.$/,
    ) as string,
  });
  const other = await serverAt('B', hostB, await freePort(), `requirepass ${password}\nreplicaof ${hostA} ${port}`);
  expect(await other.sessions.state()).toMatchObject({ linkBecause: `"masterauth" of B's Redis is not its password.` });
});

test('a server that writes its own file keeps its role', async () => {
  const { sessions } = await serverAt('A', hostA, await freePort(), plain);
  expect(await sessions.keepRole()).toBeUndefined();
});

test('a server with ACL users only is asked, followed and promoted', async () => {
  const port = await freePort();
  const acl = `user default off\nuser shop on >${password} ~* &* +@all`;
  await serverAt('A', hostA, port, acl, { user: 'shop' });
  const { sessions } = await serverAt('B', hostB, port, acl, { user: 'shop' });
  await sessions.follow(hostA);
  await until('B follows A', async () => (await sessions.state()).linkUp);
  await sessions.promote();
  expect(await sessions.state()).toMatchObject({ role: 'primary' });
});

test('a promoted server that restarts is still the primary, and one that follows still follows', async () => {
  const port = await freePort();
  const a = await serverAt('A', hostA, port, plain);
  const b = await serverAt('B', hostB, port, `${plain}\nreplicaof ${hostA} ${port}`);
  await until('B follows A', async () => (await b.sessions.state()).linkUp);
  await b.sessions.promote();
  await a.sessions.follow(hostB);
  await b.restart();
  await a.restart();
  expect(await b.sessions.state()).toMatchObject({ role: 'primary' });
  expect(await a.sessions.state()).toMatchObject({ role: 'replica', sourceHost: hostB });
});

test('emptying the cache frees its memory in the background, so that it does not hold up the shop', async () => {
  const port = await freePort();
  const { sessions } = await serverAt('A', hostA, port, plain);
  const client = new Redis({ host: hostA, port, password, retryStrategy: () => null });
  const monitor = await client.monitor();
  closers.push(() => {
    monitor.disconnect();
    client.disconnect();
  });
  const seen: string[] = [];
  monitor.on('monitor', (_time: string, words: string[]) => seen.push(words.join(' ').toLowerCase()));
  await sessions.flushCache();
  await until('the monitor has seen it', () => seen.some((words) => words.startsWith('flushdb')));
  expect(seen).toContain('flushdb async');
});

test('a connection that the server ended leaves no timer behind', async () => {
  const port = await freePort();
  const { sessions, restart } = await serverAt('A', hostA, port, plain);
  await sessions.state();
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = timers();
  await restart();
  expect(timers()).toBe(before);
});
