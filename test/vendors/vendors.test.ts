import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import * as dns from 'dns-packet';
import { codeOf } from '../../src/providers/http/connection-failed';
import type { RecordSet } from '../../src/ports/ports';
import { startDnsFake, type DnsFake } from '../../lab/vendors/kit/dns';
import { slidingWindow } from '../../lab/vendors/kit/limits';
import { fakeZone, type FakeZone } from '../../lab/vendors/kit/zone';

const set = (over: Partial<RecordSet> = {}): RecordSet => ({
  name: 'www.shop.test.',
  type: 'A',
  ttlSeconds: 30,
  values: ['192.0.2.1'],
  ...over,
});

let zone: FakeZone<RecordSet>;
let fake: DnsFake;
beforeEach(async () => {
  zone = fakeZone<RecordSet>({ origin: 'shop.test.', setsOf: (sets) => [...sets], nameServers: 2 });
  const failed = (status: number, message: string) => ({ status, body: { message } });
  fake = await startDnsFake(
    {},
    {
      zone,
      put: (next) => void zone.change((sets) => [...sets, next]),
      secrets: ['the-token'],
      routes: [{ method: 'GET', path: '/sets/:name', answer: ({ params, hints }) => ({ body: { params, hints } }) }],
      failed,
      limited: () => failed(429, 'slow down'),
    },
  );
});
afterEach(() => fake.close());

async function told(server: number, name: string, type = 'A'): Promise<unknown> {
  const resolver = new Resolver({ timeout: 30_000, tries: 1 });
  resolver.setServers([fake.nameServers[server] ?? '']);
  return resolver.resolve(name, type).catch(codeOf);
}

describe('the name servers of a fake', () => {
  it('answer what was published to each of them', async () => {
    fake.put(set());
    fake.publishAfter(Infinity);
    zone.change(() => [set({ values: ['192.0.2.2', '192.0.2.3'] })]);
    expect([await told(0, 'www.shop.test'), await told(1, 'www.shop.test')]).toEqual([['192.0.2.1'], ['192.0.2.1']]);
    expect(zone.isPublished(fake.changes())).toBe(false);
    fake.publishAfter(0, Infinity);
    zone.change((sets) => sets);
    expect([await told(0, 'WWW.shop.test'), await told(1, 'www.shop.test')]).toEqual([
      ['192.0.2.2', '192.0.2.3'],
      ['192.0.2.1'],
    ]);
    fake.publish();
    expect(await told(1, 'www.shop.test')).toEqual(['192.0.2.2', '192.0.2.3']);
    expect(zone.isPublished(fake.changes())).toBe(true);
  });

  it('tell a name that is not there from a type that is not there and from a name that is not theirs', async () => {
    fake.put(set());
    expect(await told(0, 'absent.shop.test')).toBe('ENOTFOUND');
    expect(await told(0, 'www.shop.test', 'AAAA')).toBe('ENODATA');
    expect(await told(0, 'www.other.test')).toBe('EREFUSED');
  });

  it('give an alias, and the address behind it', async () => {
    fake.put(set({ name: 'a.shop.test.' }));
    fake.put(set({ type: 'CNAME', values: ['a.shop.test.'] }));
    expect(await told(0, 'www.shop.test', 'CNAME')).toEqual(['a.shop.test']);
    expect(await told(0, 'www.shop.test')).toEqual(['192.0.2.1']);
  });

  it('answer over TCP what does not fit into a datagram', async () => {
    const values = Array.from({ length: 60 }, (_, at) => `192.0.2.${at}`);
    fake.put(set({ values }));
    expect(await told(0, 'www.shop.test')).toHaveLength(60);
    const [host, port] = fake.nameServers[0]!.split(':');
    const socket = connect(Number(port), host);
    const query: dns.Packet = { type: 'query', id: 7, questions: [{ type: 'A', name: 'www.shop.test' }] };
    socket.write(dns.streamEncode(query));
    const pieces: Buffer[] = [];
    for await (const piece of socket) {
      pieces.push(piece as Buffer);
      const all = Buffer.concat(pieces);
      if (all.length >= 2 + all.readUInt16BE(0)) break;
    }
    expect(dns.streamDecode(Buffer.concat(pieces))).toMatchObject({ id: 7, flag_aa: true, answers: { length: 60 } });
  });
});

describe('the script of a fake', () => {
  const ask = async (init: RequestInit = {}) => {
    const response = await fetch(`${fake.url}/sets/www?token=the-token`, { redirect: 'manual', ...init });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it('plays the first fault that matches, after those that go well and as often as it says', async () => {
    fake.faults.play(
      { on: { method: 'PATCH' }, effect: { kind: 'error', status: 500, when: 'before' } },
      { skip: 1, times: 2, effect: { kind: 'limited', retryAfter: '3' } },
    );
    const answers = [await ask(), await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 429, 200]);
    expect(answers[1]?.headers.get('retry-after')).toBe('3');
  });

  it('hands hints to the route and keeps secrets out of its record', async () => {
    fake.faults.play({ effect: { kind: 'hint', hints: { pageSize: 1 } } });
    expect(JSON.parse((await ask()).text)).toEqual({ params: { name: 'www' }, hints: { pageSize: 1 } });
    await ask({ method: 'POST', body: 'token=the-token' });
    expect(fake.calls).toMatchObject([
      { method: 'GET', path: '/sets/www?token=[hidden]', status: 200, fault: 'hint' },
      { method: 'POST', body: 'token=[hidden]', status: 404, fault: undefined },
    ]);
    expect(JSON.stringify(fake.calls)).not.toContain('the-token');
  });
});

test('a stale reader sees the zone as it was before the last change', () => {
  zone.change(() => [set()]);
  zone.change(() => [set({ ttlSeconds: 60 })]);
  expect([zone.records(), zone.records({ stale: true })]).toEqual([[set({ ttlSeconds: 60 })], [set()]]);
});

test('records of one name and type are one set, and a value stored twice is seen', () => {
  zone.change(() => [set(), set({ name: 'WWW.shop.test' }), set({ values: ['192.0.2.0'] })]);
  expect(zone.sets()).toEqual([set({ values: ['192.0.2.0', '192.0.2.1', '192.0.2.1'] })]);
});

test('a window that slides lets one request in for each that leaves it', () => {
  const { take } = slidingWindow({ requests: 2, perMs: 1_000 });
  expect([take(0), take(600), take(900), take(1_001)].map(({ allowed }) => allowed)).toEqual([true, true, false, true]);
  expect(take(1_100)).toEqual({ allowed: false, remaining: 0, oldestLeavesInMs: 500 });
});
