import { authoritative } from '../../src/providers/dns/authoritative';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { RecordSet } from '../../src/ports/ports';
import type { Route53Fake } from '../../lab/vendors/route53/route53';
import { startFake, zoneAt } from './route53-world';
import { failure } from './servers/failure';

const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 30, values: [A] };

describe('Route 53 aliases', () => {
  const open: { close: () => unknown }[] = [];
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  const start = async (): Promise<{ fake: Route53Fake; zone: DnsZone }> => {
    const fake = await startFake();
    const zone = await zoneAt(fake);
    open.push(zone, fake);
    return { fake, zone };
  };
  const text = (words: string) => expect.stringContaining(words) as string;
  const apex: RecordSet = { name: 'shop.test.', type: 'A', ttlSeconds: 30, values: ['alias a.shop.test.'] };
  const moved = { ...apex, values: ['alias b.shop.test.'] };
  const aliased = async () => {
    const both = await start();
    both.fake.put({ ...www, name: 'a.shop.test.', values: [A] });
    both.fake.put({ ...www, name: 'b.shop.test.', values: [B], ttlSeconds: 60 });
    both.fake.put(apex);
    return both;
  };
  const answersOf = ({ nameServers }: Route53Fake) => authoritative({ servers: nameServers })('shop.test.', 'A', 1);

  it('an alias is read with the TTL of its target and has no flaws', async () => {
    const { zone } = await aliased();
    expect(await zone.read('Shop.Test', 'A')).toEqual(apex);
    expect(await zone.flaws?.('shop.test.', 'A')).toEqual([]);
  });

  it('an alias is moved by one batch, and name servers return the values of the new target', async () => {
    const { fake, zone } = await aliased();
    await zone.read('shop.test.', 'A');
    const before = fake.calls.length;
    await zone.replace(apex, { ...moved, values: ['alias B.shop.test'], ttlSeconds: 5 });
    expect(fake.calls.slice(before).map(({ method, status }) => [method, status])).toEqual([['POST', 200]]);
    expect(await zone.read('shop.test.', 'A')).toEqual({ ...moved, ttlSeconds: 60 });
    expect((await answersOf(fake)).map(({ values }) => values)).toEqual(fake.nameServers.map(() => [B]));
  });

  it('a repeated move of an alias, or another TTL, changes nothing', async () => {
    const { fake, zone } = await aliased();
    const changes = fake.changes();
    await zone.replace(moved, apex);
    await zone.replace(apex, { ...apex, ttlSeconds: 5 });
    expect(fake.changes()).toBe(changes);
  });

  it('an alias that somebody replaced with values is a conflict and stays', async () => {
    const { fake, zone } = await aliased();
    await zone.read('shop.test.', 'A');
    fake.put({ ...apex, values: [C] });
    expect(await failure(zone.replace(apex, moved))).toMatchObject({ kind: 'conflict', message: text(`holds ${C}`) });
  });

  it.each([
    ['an alias to a missing name', apex, { ...apex, values: ['alias gone.shop.test.'] }, 'target was not found'],
    [
      'an address in place of an alias',
      apex,
      { ...apex, values: [B] },
      'is an alias; change it to a record with values',
    ],
    [
      'an alias in place of an address',
      www,
      { ...www, values: ['alias b.shop.test.'] },
      'is a record with values; change it to an alias',
    ],
  ])('%s is refused and changes nothing', async (_what, from, to, words) => {
    const { fake, zone } = await aliased();
    fake.put(www);
    const changes = fake.changes();
    expect(await failure(zone.replace(from, to))).toMatchObject({ kind: 'refused', message: text(words) });
    expect(fake.changes()).toBe(changes);
  });

  it.each([
    [
      'leads out of the zone',
      { alias: 'd111111abcdef8.cloudfront.net.' },
      "A shop.test. is an alias of d111111abcdef8.cloudfront.net., outside the zone shop.test., so a move can't be verified; replace it with a record with values, or with an alias of a name in the zone.",
    ],
    [
      'leads to another zone with the same name',
      { alias: 'a.shop.test.', aliasZone: 'Z0OTHER' },
      'A shop.test. is an alias of a.shop.test., outside the zone shop.test.',
    ],
    [
      'leads nowhere',
      { alias: 'gone.shop.test.', aliasZone: 'Z0SHOP' },
      'A shop.test. is an alias of gone.shop.test., which has no A record; give gone.shop.test. a record with values.',
    ],
    [
      'leads to an alias',
      { alias: 'twice.shop.test.', aliasZone: 'Z0SHOP' },
      'A shop.test. is an alias of twice.shop.test., which is an alias itself; give twice.shop.test. a record with values.',
    ],
    [
      'leads to a routing policy',
      { alias: 'weighted.shop.test.', aliasZone: 'Z0SHOP' },
      'A weighted.shop.test., the target of the alias A shop.test., has a routing policy with 1 set ("0"); replace it',
    ],
  ])('an alias that %s has a flaw and is not moved', async (_what, set, because) => {
    const { fake, zone } = await start();
    fake.store({ name: 'weighted.shop.test.', type: 'A', ttl: 30, values: [A], weight: 1, label: '0' });
    fake.store({ name: 'twice.shop.test.', type: 'A', alias: 'weighted.shop.test.', aliasZone: 'Z0SHOP' });
    fake.store({ name: 'shop.test.', type: 'A', ...set });
    expect(await zone.flaws?.('shop.test.', 'A')).toEqual([text(because)]);
    const apex = { ...www, name: 'shop.test.' };
    expect(await failure(zone.replace(apex, { ...apex, values: [B] }))).toMatchObject({
      kind: 'refused',
      message: text(because),
    });
  });
});
