import { durationOf } from '../duration';
import { createServer, type AddressInfo } from 'node:net';
import { connection } from '../../src/providers/sessions/redis-connection';
import { redis } from '../../src/providers/sessions/redis';
import { describeSessions } from './sessions.contract';
import { freePort, place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { type RealRedis, realRedis } from '../../lab/loopback/redis';

const [hostA, hostB] = ['127.0.13.1', '127.0.14.1'];
const failure = (kind: string, sentence: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(sentence) as string }) as Error;

async function realPair() {
  const [at, port] = [place(), await freePort()];
  const [a, b] = await Promise.all([realRedis('A', hostA, port, at), realRedis('B', hostB, port, at)]);
  await b.sessions.follow(hostA);
  await until('B follows A', async () => (await b.sessions.state()).linkUp);
  return {
    a,
    b,
    close: async () => {
      await Promise.all([a.close(), b.close()]);
      at.remove();
    },
  };
}

describeSessions('Redis', async () => {
  const { a, b, close } = await realPair();
  const db = { session: 0, cache: 1 };
  const clients = { A: [a.client(0), a.client(1)], B: [b.client(0), b.client(1)] } as const;
  return {
    a: a.sessions,
    b: b.sessions,
    hostA,
    hostB,
    close,
    write: async (region, kind, key, value) => {
      await clients[region][db[kind] as 0 | 1].set(key, value);
    },
    read: async (region, kind, key) => (await clients[region][db[kind] as 0 | 1].get(key)) ?? undefined,
  };
});

describe('what Redis refuses is said in one sentence', () => {
  let pair: Awaited<ReturnType<typeof realPair>>;
  const others: { close: () => Promise<void> }[] = [];
  const instead = (change: Partial<RealRedis['options']>) => {
    const other = redis({ ...pair.a.options, ...change });
    others.push(other);
    return other;
  };
  beforeAll(async () => {
    pair = await realPair();
  });
  afterAll(async () => {
    for (const other of others) await other.close();
    await pair.close();
  });

  test('a wrong password is denied, and stays a secret', async () => {
    const question = instead({ password: 'mistyped' }).state();
    await expect(question).rejects.toEqual(
      failure('denied', /^A's Redis at .* tell its replication and said: WRONGPASS/),
    );
    await expect(question).rejects.toEqual(failure('denied', /^((?!mistyped|\.\.).)*$/));
  });

  test('sessions and cache in one database are refused before anything is emptied', () => {
    expect(() => instead({ cacheDb: 0 })).toThrow(failure('refused', /share database 0/));
  });

  test('emptying the cache of a replica is refused', async () => {
    await expect(pair.b.sessions.flushCache()).rejects.toEqual(
      failure('refused', /READONLY You can't write against a read only replica\.$/),
    );
  });

  test('a server that demanded replicas takes writes alone after its promotion', async () => {
    await pair.b.client(0).config('SET', 'min-replicas-to-write', '1');
    await pair.b.sessions.promote();
    await expect(pair.b.client(0).set('session:1', 'x')).resolves.toBe('OK');
  });

  test('a command that its user may not send costs nobody else an answer', async () => {
    await pair.a.client(0).acl('SETUSER', 'weak', 'on', '>weak', '~*', '+blpop');
    const line = connection({ ...pair.a.options, user: 'weak', password: 'weak' });
    const [refused, other] = await Promise.allSettled([
      line.ask('empty it', (client) => client.flushdb()),
      line.ask('wait a moment', (client) => client.blpop('nothing', 0.3)),
    ]);
    line.close();
    expect(refused).toMatchObject({ status: 'rejected', reason: { kind: 'denied' } });
    expect(other).toEqual({ status: 'fulfilled', value: null });
  });

  test('who waits beside a question without an answer is told so when that is given up', async () => {
    const line = connection({ ...pair.a.options, timeoutMs: 400 });
    await line.ask('connect', (client) => client.ping());
    const given = line.ask('wait', (client) => client.blpop('nothing', 600));
    const behind = line.ask('answer', (client) => client.ping());
    const reason = {
      kind: 'unavailable',
      message: expect.stringMatching(/could not wait and gave no answer/) as string,
    };
    expect(await Promise.allSettled([given, behind])).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason })));
  });

  test('a server that hangs is unavailable after the limit, and answers again when it wakes', async () => {
    const impatient = instead({ timeoutMs: 200 });
    const answer = () => until('it answers in time', () => impatient.state().catch(() => undefined));
    await answer();
    pair.a.server.signal('SIGSTOP');
    const took = await durationOf(async () => {
      await expect(impatient.state()).rejects.toEqual(failure('unavailable', /no answer within 200 ms/));
      await expect(impatient.state()).rejects.toEqual(failure('unavailable', /./));
    });
    expect(took).toBeLessThan(1_500);
    pair.a.server.signal('SIGCONT');
    expect(await answer()).toMatchObject({ role: 'primary' });
  });

  test('a server that is gone is unavailable', async () => {
    await pair.a.sessions.state();
    await pair.a.server.kill();
    await expect(pair.a.sessions.state()).rejects.toEqual(failure('unavailable', /./));
    await expect(pair.a.sessions.state()).rejects.toEqual(failure('unavailable', /ECONNREFUSED/));
  });
});

test.each(['p"\\x\'yz', `${'k'.repeat(60)}"\\'${'q'.repeat(60)}`])(
  'a server that repeats what it was sent shows no secret: %j',
  async (secret) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (sent) => {
        const said = sent.toString().replace(/\s+/g, ' ').slice(0, 110);
        socket.write(`-ERR unknown command, with args beginning with: ${said}\r\n`.repeat(3));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const own = { region: 'A', host: '127.0.0.1', port, password: secret };
    const line = connection({ ...own, sessionsDb: 0, cacheDb: 1 });
    const error = await line
      .ask('tell its replication', (client) => client.info('replication'))
      .catch((e: unknown) => e);
    line.close();
    server.close();
    const { message } = error as Error;
    expect(message).toMatch(/^A's Redis at .* could not tell its replication and said: /);
    for (let at = 0; at + 8 <= secret.length; at += 1) expect(message).not.toContain(secret.slice(at, at + 8));
  },
);
