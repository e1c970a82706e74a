import { readFileSync, writeFileSync } from 'node:fs';
import { durationOf } from '../duration';
import { authoritative } from '../../src/providers/dns/authoritative';
import type { DnsZone } from '../../src/providers/dns/provider';
import { rfc2136 } from '../../src/providers/dns/rfc2136/rfc2136';
import type { RecordSet } from '../../src/ports/ports';
import { describeDns } from './dns.contract';
import { between, opcodeOf, type Between, type Meddling } from '../../lab/loopback/between';
import { bind, type Bind, type Key } from '../../lab/loopback/bind';
import { failure } from './servers/failure';
import { place, type Place as Folder } from '../../lab/loopback/place';

interface Place {
  server: string;
  zone: string;
  key: Key;
}

const zoneOf = ({ server, zone, key }: Place): Promise<DnsZone> =>
  rfc2136.connect(
    { kind: 'rfc2136', zone, server, keyName: key.name, algorithm: key.algorithm, secret: 'file:tsig-key' },
    { secret: () => Promise.resolve(key.secret) },
  );

describeDns('RFC 2136 with BIND', async () => {
  const server = await bind();
  const zone = await zoneOf({ ...server, server: server.address });
  let names = 0;
  return {
    zone,
    answers: authoritative({ servers: [server.address] }),
    freshName: () => `n${(names += 1)}.shop.test.`,
    foreignName: 'www.other.test.',
    put: (set) => Promise.resolve().then(() => server.put(set)),
    changes: () => server.serial(),
    ttls: [5, 300],
    close: async () => {
      zone.close();
      await server.close();
    },
  };
});

let server: Bind;
const set: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 5, values: ['198.51.100.10'] };
const next: RecordSet = { ...set, values: ['203.0.113.10'] };
const theirs: RecordSet = { ...set, values: ['192.0.2.99'] };
const closing: (() => void | Promise<void>)[] = [];
const open = async (over: Partial<Place> = {}) => {
  const zone = await zoneOf({ server: server.address, zone: server.zone, key: server.key, ...over });
  closing.push(() => zone.close());
  return zone;
};
beforeAll(async () => {
  server = await bind();
});
beforeEach(() => server.put(set));
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => server.close());

describe('sets', () => {
  it('moving the apex with BIND keeps the name servers of the zone', async () => {
    const apex = { ...set, name: 'shop.test.' };
    server.put(apex);
    const zone = await open();
    await zone.replace(apex, { ...apex, values: next.values });
    expect((await zone.read('shop.test.', 'A'))?.values).toEqual(next.values);
    expect(await server.serial()).toBeGreaterThan(1);
  });

  it('a set of IPv6 addresses is moved in any notation', async () => {
    const six: RecordSet = { ...set, type: 'AAAA', values: ['2001:0DB8::0001', '2001:db8::2'] };
    server.put(six);
    const zone = await open();
    await zone.replace(six, { ...six, values: ['2001:db8:0::3'] });
    expect((await zone.read(six.name, 'AAAA'))?.values).toEqual(['2001:db8::3']);
    expect(await zone.read(set.name, 'A')).toEqual(set);
  });

  it('the target of a CNAME is not read as a set of the name', async () => {
    server.drop('alias.shop.test.');
    server.put({ name: 'alias.shop.test.', type: 'CNAME', ttlSeconds: 5, values: [set.name] });
    expect(await (await open()).read('alias.shop.test.', 'A')).toBeUndefined();
  });

  it.each([
    ['a value that is not an address', { values: ['not-an-address'] }],
    ['a value with a line break', { values: ['203.0.113.10\nupdate delete shop.test.'] }],
  ])('a set is never replaced with %s', async (_what, over) => {
    const serial = await server.serial();
    expect(await failure((await open()).replace(set, { ...next, ...over }))).toMatchObject({ kind: 'refused' });
    expect(await server.serial()).toBe(serial);
  });

  it('a name with a line break is refused', async () => {
    const name = 'www.shop.test. A\n@192.0.2.1 www.shop.test.';
    expect(await failure((await open()).read(name, 'A'))).toMatchObject({ kind: 'refused' });
  });
});

describe('changes between read and write', () => {
  const intercepted = async (meddle: { request?: Meddling; response?: Meddling }): Promise<[DnsZone, Between]> => {
    const middle = await between(server.address, meddle);
    closing.push(() => middle.close());
    return [await open({ server: middle.address }), middle];
  };
  const beforeUpdate = (act: () => void): Meddling => {
    return (message) => {
      if (opcodeOf(message) === 5) act();
      return message;
    };
  };

  it("somebody else's change is a conflict and stays", async () => {
    const [zone, { opcodes }] = await intercepted({ request: beforeUpdate(() => server.put(theirs)) });
    const error = await failure(zone.replace(set, next));
    expect(error.kind).toBe('conflict');
    expect(error.message).toContain('holds 192.0.2.99 (TTL 5 s); expected 198.51.100.10');
    expect(await zone.read(set.name, 'A')).toEqual(theirs);
    expect(opcodes).toEqual([0, 5, 0, 0]);
  });

  it('a second value that somebody else added is a conflict', async () => {
    const both = { ...set, values: [...set.values, ...theirs.values] };
    const [zone] = await intercepted({ request: beforeUpdate(() => server.put(both)) });
    expect(await failure(zone.replace(set, next))).toMatchObject({ kind: 'conflict' });
    expect(new Set((await zone.read(set.name, 'A'))?.values)).toEqual(new Set(both.values));
  });

  it('the same change by somebody else counts as done', async () => {
    const [zone] = await intercepted({ request: beforeUpdate(() => server.put(next)) });
    await zone.replace(set, next);
    expect(await zone.read(set.name, 'A')).toEqual(next);
  });

  it('a lost reply is unavailable after one attempt, and a repeat finds the change done', async () => {
    const swallowing: Meddling = (message) => (opcodeOf(message) === 5 ? 'swallow' : message);
    const [zone, { opcodes }] = await intercepted({ response: swallowing });
    expect(await failure(zone.replace(set, next))).toMatchObject({ kind: 'unavailable' });
    expect(opcodes).toEqual([0, 5]);
    const serial = await server.serial();
    await zone.replace(set, next);
    expect(await server.serial()).toBe(serial);
    expect(await zone.read(set.name, 'A')).toEqual(next);
  });

  it('a response that was modified in transit is garbage', async () => {
    const lying: Meddling = (message) => {
      const at = message.indexOf(Buffer.from([198, 51, 100, 10]));
      message[at] = 192;
      return message;
    };
    const [zone] = await intercepted({ response: lying });
    const error = await failure(zone.read(set.name, 'A'));
    expect(error).toMatchObject({ kind: 'garbage' });
    expect(error.message).toContain('not signed with our key');
  });
});

describe('permissions', () => {
  const another = (over: Partial<Key>) => ({ key: { ...server.key, ...over } });

  it.each([
    [
      'a different secret',
      () => another({ secret: server.narrowKey.secret }),
      'has a different secret for the key handover',
    ],
    ['an unknown key', () => another({ name: 'nobody' }), 'does not know the key nobody (hmac-sha256)'],
    ['another algorithm', () => another({ algorithm: 'hmac-sha512' }), 'does not know the key handover (hmac-sha512)'],
  ])('BIND denies %s, and the message says what to correct without the secret', async (_what, over, words) => {
    const place = over();
    const zone = await open(place);
    const error = await failure(zone.read(set.name, 'A'));
    expect(error).toMatchObject({ kind: 'denied' });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain(place.key.secret);
    expect(await failure(zone.replace(set, next))).toMatchObject({ kind: 'denied' });
    expect(await zone.flaws?.(set.name, 'A')).toEqual([error.message]);
  });

  it('a name that the key may not change is a flaw and is not moved', async () => {
    const zone = await open({ key: server.narrowKey });
    const serial = await server.serial();
    expect(await zone.flaws?.(set.name, 'A')).toEqual([
      'The key narrow may not change A www.shop.test.: add "grant narrow name www.shop.test. A;" to the zone\'s update-policy (Knot DNS: an acl).',
    ]);
    const error = await failure(zone.replace(set, next));
    expect(error.kind).toBe('denied');
    expect(error.message).toContain('grant the key narrow (hmac-sha512)');
    expect(await server.serial()).toBe(serial);
  });

  it('a name that the key may change has no flaws, and checking it changes nothing', async () => {
    server.put({ ...set, name: 'only.shop.test.' });
    const serial = await server.serial();
    expect(await (await open({ key: server.narrowKey })).flaws?.('only.shop.test.', 'A')).toEqual([]);
    expect(await (await open()).flaws?.(set.name, 'A')).toEqual([]);
    expect(await server.serial()).toBe(serial);
  });

  it('a secondary is read, and has the flaw that it is not the primary', async () => {
    const zone = await open({ server: server.secondary });
    const wild = { ...set, name: 'a.wild.shop.test.' };
    expect(await zone.read(wild.name, 'A')).toEqual(wild);
    const [flaw] = (await zone.flaws?.(wild.name, 'A')) ?? [];
    expect(flaw).toContain('set dns.provider.server to the primary, not a secondary');
    expect(await failure(zone.replace(wild, { ...wild, values: next.values }))).toMatchObject({ kind: 'denied' });
  });

  it('a name that only a wildcard answers for has a flaw and is not moved', async () => {
    const zone = await open();
    const wild = { ...set, name: 'a.wild.shop.test.' };
    expect(await zone.flaws?.(wild.name, 'A')).toEqual([expect.stringContaining('a wildcard answers for it')]);
    expect(await failure(zone.replace(wild, { ...wild, values: next.values }))).toMatchObject({ kind: 'conflict' });
  });

  it('a zone that BIND does not have is denied', async () => {
    const zone = await open({ zone: 'absent.test.' });
    const error = await failure(zone.read('www.absent.test.', 'A'));
    expect(error).toMatchObject({ kind: 'denied' });
    expect(error.message).toContain('must be the primary server of dns.provider.zone');
  });

  it('a name in a larger zone than the one in the site file is denied', async () => {
    const part = { ...set, name: 'www.part.shop.test.' };
    server.put(part);
    const zone = await open({ zone: 'part.shop.test.' });
    const error = await failure(zone.replace(part, { ...part, values: next.values }));
    expect(error).toMatchObject({ kind: 'denied' });
    expect(error.message).toContain('is not the primary server of part.shop.test.');
  });
});

describe('unreachable servers', () => {
  it('a closed port is unavailable and counts as answered', async () => {
    const zone = await open({ server: '127.0.0.1:1' });
    expect(await failure(zone.read(set.name, 'A'))).toMatchObject({ kind: 'unavailable', answered: true });
  });

  it('a server that hangs is unavailable within six seconds and counts as silent', async () => {
    const zone = await open();
    server.server.signal('SIGSTOP');
    const took = await durationOf(async () => {
      const error = await failure(zone.read(set.name, 'A'));
      server.server.signal('SIGCONT');
      expect(error).toMatchObject({ kind: 'unavailable', answered: false });
    });
    expect(took).toBeLessThan(6_000);
  });

  it('closing the zone ends its queries at once', async () => {
    const zone = await open();
    server.server.signal('SIGSTOP');
    const asked = failure(zone.read(set.name, 'A'));
    const took = await durationOf(async () => {
      zone.close();
      expect(await asked).toMatchObject({ kind: 'unavailable' });
    });
    server.server.signal('SIGCONT');
    expect(took).toBeLessThan(1_000);
  });
});

describe('dig and nsupdate', () => {
  const path = process.env.PATH;
  let at: Folder;
  /** Replaces `dig` with a shell script. */
  const replaceDig = (script: string) => {
    writeFileSync(at.path('dig'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env.PATH = `${at.path()}:${path ?? ''}`;
  };
  beforeEach(() => {
    at = place();
  });
  afterEach(() => {
    process.env.PATH = path;
    at.remove();
  });

  it('dig gets the key on stdin, not as an argument or in the environment', async () => {
    process.env.CANARY_OF_THE_WORKER = 'canary';
    replaceDig(`echo "$*" > ${at.path('seen')}; env >> ${at.path('seen')}; cat > ${at.path('stdin')}; exit 1`);
    const error = await failure((await open()).read(set.name, 'A'));
    delete process.env.CANARY_OF_THE_WORKER;
    expect(readFileSync(at.path('stdin'), 'utf8')).toContain(server.key.secret);
    const seen = readFileSync(at.path('seen'), 'utf8');
    for (const hidden of [server.key.secret, 'CANARY']) expect(seen).not.toContain(hidden);
    expect(error.message).not.toContain(server.key.secret);
  });

  it('the key is hidden in messages even if dig prints it', async () => {
    replaceDig('cat; exit 1');
    const error = await failure((await open()).read(set.name, 'A'));
    expect(error.message).toContain('[hidden]');
    expect(error.message).not.toContain(server.key.secret);
  });

  it('dig is killed when it exceeds its timeout', async () => {
    replaceDig('exec sleep 30');
    const zone = await open();
    const took = await durationOf(async () =>
      expect(await failure(zone.read(set.name, 'A'))).toMatchObject({ kind: 'unavailable', answered: false }),
    );
    expect(took).toBeLessThan(6_500);
  });
});
