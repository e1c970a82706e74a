/** Redis that takes connections over TLS only, those of its replica too. */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { redis } from '../../src/providers/sessions/redis';
import type { RedisOptions } from '../../src/providers/sessions/redis-connection';
import { authority } from '../../lab/loopback/authority';
import { freePort, place, startServer } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';

const at = place();
const ca = authority(at);
const other = authority(at, 'other');
const [hostA, hostB] = ['127.0.13.31', '127.0.14.31'];
const password = 'secret-redis';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => at.remove());

const failure = (kind: string, sentence: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(sentence) as string }) as Error;

async function serverAt(region: string, host: string, port: number, authClients: 'yes' | 'no') {
  const program = at.path('redis-server');
  if (!existsSync(program)) symlinkSync('/usr/bin/redis-check-rdb', program);
  const file = at.path(`${region}-${port}.conf`);
  const { certificate, key } = ca.issue(host);
  writeFileSync(
    file,
    `bind ${host}\nport 0\ntls-port ${port}\ntls-cert-file ${certificate}\ntls-key-file ${key}\ntls-ca-cert-file ${ca.file}
tls-auth-clients ${authClients}\nrequirepass ${password}\nsave ""\ndir ${at.path()}\nrepl-diskless-sync-delay 0\n`,
  );
  const server = await startServer([program, file], at.path(`${region}-${port}.log`), { host, port });
  closers.push(() => server.kill());
}

function sessionsAt(region: string, host: string, port: number, over: Partial<RedisOptions> = {}) {
  const sessions = redis({ region, host, port, password, sessionsDb: 0, cacheDb: 1, tls: { ca: ca.pem }, ...over });
  closers.push(() => sessions.close());
  return sessions;
}

test('a replica follows over TLS, and is promoted', async () => {
  const port = await freePort();
  await serverAt('A', hostA, port, 'no');
  await serverAt('B', hostB, port, 'no');
  const [a, b] = [sessionsAt('A', hostA, port), sessionsAt('B', hostB, port)];
  await b.follow(hostA);
  await until('B follows A', async () => (await b.state()).linkUp);
  await b.promote();
  await a.follow(hostB);
  await until('A follows B', async () => (await a.state()).linkUp);
  expect(await b.state()).toMatchObject({ role: 'primary' });
});

test('a server that wants certificates of its clients gets the one of the site', async () => {
  const port = await freePort();
  await serverAt('A', hostA, port, 'yes');
  const { certificate, key } = ca.issue('127.0.0.1');
  const own = { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  const without = sessionsAt('A', hostA, port);
  const refusal = () => without.state().then(() => undefined, String);
  // Now and then the connection ends before the server's word arrives.
  const told = await until('A tells what it wants', () => refusal().then((text) => /asks/.test(text ?? '') && text));
  expect(told).toMatch(
    /A's Redis at .* asks handover for a certificate: .* Set regions\.A\.sessions\.tls\.certificate and key\.$/,
  );
  expect(await sessionsAt('A', hostA, port, { tls: { ca: ca.pem, ...own } }).state()).toMatchObject({
    role: 'primary',
  });
});

test.each([
  ['of another authority', hostA, { tls: { ca: other.pem } }],
  ['of another address', hostB, {}],
])('a certificate %s is refused, and nothing is sent', async (_, certified, over) => {
  const port = await freePort();
  const { certificate, key } = ca.issue(certified);
  const program = at.path('redis-server');
  if (!existsSync(program)) symlinkSync('/usr/bin/redis-check-rdb', program);
  const tls = ['--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', key];
  const rest = [
    '--port',
    '0',
    '--tls-ca-cert-file',
    ca.file,
    '--tls-auth-clients',
    'no',
    '--save',
    '',
    '--dir',
    at.path(),
  ];
  const server = await startServer([program, '--bind', hostA, ...tls, ...rest], at.path(`${port}.log`), {
    host: hostA,
    port,
  });
  closers.push(() => server.kill());
  await expect(sessionsAt('A', hostA, port, over).state()).rejects.toEqual(
    failure('denied', /^The TLS certificate of A's Redis at .* was rejected: /),
  );
});

test('a server without TLS is not talked to in clear text', async () => {
  const port = await freePort();
  const program = at.path('redis-server');
  if (!existsSync(program)) symlinkSync('/usr/bin/redis-check-rdb', program);
  const server = await startServer(
    [program, '--bind', hostA, '--port', String(port), '--save', '', '--dir', at.path()],
    at.path(`${port}.log`),
    { host: hostA, port },
  );
  closers.push(() => server.kill());
  await expect(sessionsAt('A', hostA, port).state()).rejects.toEqual(failure('unavailable', /./));
});
