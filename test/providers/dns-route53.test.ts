import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { dnsProviders } from '../../src/providers/dns';
import type { DnsZone } from '../../src/providers/dns/provider';
import { route53 } from '../../src/providers/dns/route53/route53';
import type { RecordSet } from '../../src/ports/ports';
import type { Route53Action } from '../../lab/vendors/route53/access';
import type { Route53Fake, Route53Options } from '../../lab/vendors/route53/route53';
import { everything, keyId, openFaultWorld, openWorld, secretKey, startFake, zoneAt } from './route53-world';
import { describeDns } from './dns.contract';
import { describeDnsFaults } from './dns-faults.contract';
import { failure } from './servers/failure';
import { web, type Reply } from '../../lab/loopback/web';

describeDns('Route 53', openWorld);
describeDnsFaults('Route 53', openFaultWorld, ['stale', 'pages']);

const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 30, values: [A] };
const toB = { ...www, values: [B] };

describe('Route 53', () => {
  const open: { close: () => unknown }[] = [];
  const opened = <T extends { close: () => unknown }>(one: T) => {
    open.push(one);
    return one;
  };
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  const start = async (
    over: Partial<Route53Options> = {},
    site: object = {},
  ): Promise<{ fake: Route53Fake; zone: DnsZone }> => {
    const fake = opened(await startFake(over));
    return { fake, zone: opened(await zoneAt({ ...fake, origin: 'shop.test.' }, site)) };
  };
  const allowing = (...may: Route53Action[]) => start({ keys: { [keyId]: { secret: secretKey, may } } });
  const without = (action: Route53Action) => allowing(...everything.filter((one) => one !== action));
  /** A server with canned replies that the fake would never send. */
  const replying = async (...replies: Reply[]) => {
    const server = opened(await web(() => replies.shift() ?? { status: 500 }));
    const options = { hostedZoneId: 'Z0SHOP' };
    return { server, zone: opened(await zoneAt({ url: server.url, origin: 'shop.test.' }, options)) };
  };
  const listing = (...sets: string[]): Reply => {
    const inside = sets.map((set) => `<ResourceRecordSet>${set}</ResourceRecordSet>`).join('');
    const list = `<ResourceRecordSets>${inside}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>10</MaxItems>`;
    return { body: `<?xml version="1.0"?><ListResourceRecordSetsResponse>${list}</ListResourceRecordSetsResponse>` };
  };
  const listed = (value: string) =>
    `<Name>www.shop.test.</Name><Type>A</Type><TTL>30</TTL><ResourceRecords><ResourceRecord><Value>${value}</Value></ResourceRecord></ResourceRecords>`;
  const refusing = (status: number, code: string): Reply => ({
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>No.</Message></Error></ErrorResponse>`,
  });
  const text = (words: string) => expect.stringContaining(words) as string;

  it('Route 53 is in the list of providers, with its API as the default URL', () => {
    expect(dnsProviders).toContain(route53);
    const options = { kind: 'route53', zone: 'shop.test.', key: 'file:route53-key' };
    expect(route53.options.parse(options)).toMatchObject({ url: 'https://route53.amazonaws.com' });
  });

  it('Route 53 lists every invalid option', async () => {
    const options = {
      kind: 'route53',
      zone: 'shop.test',
      key: 'in the clear',
      url: 'api',
      hostedZoneId: '/hosted',
      x: 1,
    };
    const error = await failure(route53.connect(options, { secret: () => Promise.resolve('') }));
    for (const field of ['zone', 'key', 'url', 'hostedZoneId'])
      expect(error.message).toContain(`dns.provider.${field}`);
    expect(error.message).not.toContain('in the clear');
  });

  it('a malformed AWS key is refused with the expected form and without the key', async () => {
    const error = await failure(zoneAt({ url: 'http://127.0.0.1:1', origin: 'shop.test.' }, {}, secretKey));
    expect(error).toMatchObject({ kind: 'refused', message: text('ACCESS_KEY_ID:SECRET_ACCESS_KEY') });
    expect(error.message).not.toContain(secretKey);
  });

  describe('permissions', () => {
    it.each([
      ['an unknown key', `AKIAUNKNOWN:${secretKey}`, 'Create a new access key'],
      ['the secret of another key', `${keyId}:${secretKey}0`, 'Correct the secret of the access key'],
    ])('%s is denied with what to do and without the key', async (_what, key, words) => {
      const { fake } = await start();
      const zone = opened(await zoneAt(fake, {}, key));
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied', message: text(words) });
      for (const part of key.split(':')) expect(error.message).not.toContain(part);
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });

    it.each(everything)('the missing permission %s is a flaw that names it, found without a change', async (action) => {
      const { fake, zone } = await without(action);
      fake.put(www);
      const changes = fake.changes();
      const needed = text(`Allow route53:${action} in the policy`);
      expect(await zone.flaws?.(www.name, 'A')).toEqual([needed]);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'denied', message: needed });
      expect(fake.changes()).toBe(changes);
    });
  });

  it('a set that can be moved has no flaws, and checking it changes nothing', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    const changes = fake.changes();
    expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    expect(await zone.flaws?.('absent.shop.test.', 'CNAME')).toEqual([]);
    expect(fake.changes()).toBe(changes);
  });

  describe('hosted zones', () => {
    const asked = ({ calls }: Route53Fake) => calls.filter(({ path }) => path.includes('hostedzonesbyname')).length;

    it('the hosted zone is looked up by name once', async () => {
      const { fake, zone } = await start();
      await zone.read(www.name, 'A');
      await zone.read(www.name, 'A');
      expect(asked(fake)).toBe(1);
    });

    it('the hosted zone is looked up again after a failure', async () => {
      const { fake, zone } = await start();
      fake.faults.play({ effect: { kind: 'error', status: 503, when: 'before' } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'unavailable' });
      expect(await zone.read(www.name, 'A')).toBeUndefined();
      expect(asked(fake)).toBe(2);
    });

    it('a hosted zone that the site names is not looked up', async () => {
      const { fake, zone } = await start({ hostedZones: [{ id: 'Z1', name: 'shop.test.' }] }, { hostedZoneId: 'Z1' });
      fake.put(www);
      expect(await zone.read(www.name, 'A')).toEqual(www);
      expect(asked(fake)).toBe(0);
    });

    it('of several hosted zones the public one with the name is used', async () => {
      const [name, other] = ['shop.test.', 'shop.test.example.'];
      const hostedZones = [
        { id: 'Z1', name },
        { id: 'Z2', name, private: true },
        { id: 'Z3', name: other },
      ];
      const { fake, zone } = await start({ hostedZones });
      fake.put(www);
      expect(await zone.read(www.name, 'A')).toEqual(www);
    });

    it.each([
      ['with another name', [{ id: 'Z1', name: 'shop.tests.' }], {}, 'absent', 'has no public hosted zone shop.test.'],
      ['that is private', [{ id: 'Z1', name: 'shop.test.', private: true }], {}, 'absent', 'no public hosted zone'],
      [
        'with a namesake',
        ['Z1', 'Z2'].map((id) => ({ id, name: 'shop.test.' })),
        {},
        'refused',
        '(Z1, Z2); set dns.provider.hostedZoneId',
      ],
      [
        'with another id',
        [{ id: 'Z1', name: 'shop.test.' }],
        { hostedZoneId: 'Z2' },
        'absent',
        'dns.provider.hostedZoneId',
      ],
    ])('a hosted zone %s is an error and a flaw', async (_what, hostedZones, site, kind, words) => {
      const { zone } = await start({ hostedZones }, site);
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind, message: text(words) });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });

    it('a given hosted zone with another name is a flaw', async () => {
      const { zone } = await start({ origin: 'other.test.' }, { hostedZoneId: 'Z0SHOP' });
      const words = 'RRSet with DNS name www.shop.test. is not permitted in zone';
      expect(await zone.flaws?.(www.name, 'A')).toEqual([text(words)]);
    });
  });

  it('the next name in the listing is not read as the requested set', async () => {
    const { fake, zone } = await start();
    for (const name of ['a.www.shop.test.', 'wwww.shop.test.', 'shop.test.']) fake.put({ ...www, name });
    expect(await zone.read(www.name, 'A')).toBeUndefined();
  });

  describe('changes', () => {
    it('a change at Route 53 is one batch that deletes exactly the stored set and creates the new one', async () => {
      const { fake, zone } = await start();
      fake.store({ name: www.name, type: 'AAAA', ttl: 30, values: ['2001:DB8:0::2', '2001:db8::1'] });
      const six: RecordSet = { ...www, type: 'AAAA', values: ['2001:db8::1', '2001:db8::2'] };
      await zone.replace(six, { ...six, values: ['2001:db8::3'] });
      expect(fake.sets().filter(({ name }) => name === www.name)).toEqual([{ ...six, values: ['2001:db8::3'] }]);
      const { method, body } = fake.calls.at(-1)!;
      expect(method).toBe('POST');
      expect(body.match(/<(Action|Value)>[^<]*/g)).toEqual([
        ...['<Action>DELETE', '<Value>2001:DB8:0::2', '<Value>2001:db8::1'],
        ...['<Action>CREATE', '<Value>2001:db8::3'],
      ]);
    });

    it('changing a set that was read takes one request at Route 53', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      await zone.read(www.name, 'A');
      const before = fake.calls.length;
      await zone.replace(www, toB);
      expect(fake.calls.slice(before).map(({ method, status }) => [method, status])).toEqual([['POST', 200]]);
      expect(fake.sets()).toContainEqual(toB);
    });

    it('a change by hand before the write is a conflict and stays', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      fake.put({ ...www, values: [C] });
      fake.faults.play({ on: { method: 'GET', path: /rrset/ }, effect: { kind: 'hint', hints: { stale: true } } });
      const error = await failure(zone.replace(www, toB));
      expect(error).toMatchObject({ kind: 'conflict', message: text(`holds ${C} (TTL 30 s); expected ${A}`) });
      expect(fake.sets()).toContainEqual({ ...www, values: [C] });
    });

    it('the same change by somebody else before the write counts as done', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      fake.put(toB);
      const changes = fake.changes();
      fake.faults.play({ on: { method: 'GET', path: /rrset/ }, effect: { kind: 'hint', hints: { stale: true } } });
      await zone.replace(www, toB);
      expect(fake.changes()).toBe(changes);
      expect(fake.calls.slice(-3).map(({ method, status }) => [method, status])).toEqual([
        ['GET', 200],
        ['POST', 400],
        ['GET', 200],
      ]);
    });

    it('changing the apex leaves its other sets alone', async () => {
      const { fake, zone } = await start();
      const apex = { ...www, name: 'shop.test.' };
      const six: RecordSet = { ...apex, type: 'AAAA', values: ['2001:db8::1'] };
      fake.put(apex);
      fake.put(six);
      await zone.replace(apex, { ...apex, values: [B] });
      expect(fake.sets()).toEqual(expect.arrayContaining([six, { ...apex, values: [B] }]));
    });

    it("a change that violates a rule of the zone is refused with Route 53's message", async () => {
      const { fake, zone } = await start();
      fake.put(www);
      const error = await failure(zone.replace(www, { ...www, values: ['here'] }));
      expect(error).toMatchObject({
        kind: 'refused',
        message: text("(Value is not valid) encountered with 'here'"),
      });
      expect(fake.sets()).toContainEqual(www);
    });

    it('a rejected batch without the usual error envelope is a conflict', async () => {
      const words = "Tried to delete resource record set [name='www.shop.test.', type='A'] but it was not found";
      const body = `<?xml version="1.0"?><InvalidChangeBatch><Messages><Message>${words}</Message></Messages></InvalidChangeBatch>`;
      const { zone } = await replying(listing(listed(A)), { status: 400, body }, listing(listed(C)));
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'conflict', message: text(`holds ${C}`) });
    });
  });

  describe('routing and traffic policies', () => {
    it.each([
      ['two sets', 2, 'A www.shop.test. has a routing policy with 2 sets ("0", "1"); replace it'],
      ['more sets than fit on a page', 23, 'A www.shop.test. has a routing policy with 23 sets'],
      ['one set', 1, 'A www.shop.test. has a routing policy with 1 set ("0"); replace it with one simple set.'],
    ])('a routing policy with %s is a flaw and is not moved', async (_what, count, because) => {
      const { fake, zone } = await start();
      const set = { name: www.name, type: 'A', ttl: 30, values: [A], weight: 1 };
      fake.store(...Array.from({ length: count }, (_, at) => ({ ...set, label: String(at) })));
      expect(await zone.flaws?.(www.name, 'A')).toEqual([text(because)]);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'refused', message: text(because) });
    });

    it('a record of a traffic policy is refused', async () => {
      const { zone } = await replying(listing(`${listed(A)}<TrafficPolicyInstanceId>p-1</TrafficPolicyInstanceId>`));
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({
        message: text('policy instance p-1; delete the instance'),
      });
    });
  });

  describe('rate limits', () => {
    it("Route 53's throttling error with status 400 is limited, not refused", async () => {
      const { zone } = await start({ limit: { requests: 1, perMs: 20_000 } });
      await zone.read(www.name, 'A');
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({
        kind: 'limited',
        message: text('Throttling: Rate exceeded'),
      });
    });

    it('a change while another one is not complete is limited', async () => {
      const { zone } = await replying(listing(listed(A)), refusing(400, 'PriorRequestNotComplete'));
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'limited' });
    });
  });

  it.each([
    ['an error with status 200', refusing(200, 'InternalFailure')],
    ['JSON', { body: { ResourceRecordSets: [] } }],
    ['a truncated document', { body: '<?xml version="1.0"?><ListResourceRecordSetsResponse><ResourceRecordSets>' }],
    ['a set without a TTL', listing(listed(A).replace('<TTL>30</TTL>', ''))],
    ['a TTL that is not a number', listing(listed(A).replace('30', 'half a minute'))],
  ])('%s from Route 53 is garbage', async (_what, reply) => {
    const { zone } = await replying(reply);
    expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
  });

  it("AWS's own client agrees with the fake, which shows a change as pending until its servers have it", async () => {
    const may = [...everything, 'GetChange'] as const;
    const { fake, zone } = await start({ keys: { [keyId]: { secret: secretKey, may } }, publishAfterMs: Infinity });
    fake.put(www);
    const credentials = { accessKeyId: keyId, secretAccessKey: secretKey };
    const client = new Route53Client({ endpoint: fake.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    const HostedZoneId = 'Z0SHOP';
    const of = (value: string) => ({
      Name: www.name,
      Type: 'A' as const,
      TTL: 30,
      ResourceRecords: [{ Value: value }],
    });
    const change = (from: string, to: string) => {
      const Changes = [
        { Action: 'DELETE' as const, ResourceRecordSet: of(from) },
        { Action: 'CREATE' as const, ResourceRecordSet: of(to) },
      ];
      return client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
    };
    await expect(change(C, B)).rejects.toMatchObject({ name: 'InvalidChangeBatch' });
    const { ChangeInfo } = await change(A, B);
    const status = async () => (await client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo?.Status;
    expect([ChangeInfo?.Status, await status()]).toEqual(['PENDING', 'PENDING']);
    expect(await zone.read(www.name, 'A')).toEqual(toB);
    fake.publish();
    expect(await status()).toBe('INSYNC');
    const { ResourceRecordSets } = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName: 'www.shop.test', StartRecordType: 'A' }),
    );
    expect(ResourceRecordSets).toEqual([of(B)]);
    client.destroy();
  });
});
