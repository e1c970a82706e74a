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
  /** A server that says what it is told to: what the fake would never say. */
  const saying = async (...replies: Reply[]) => {
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

  it('is in the list of providers, under its own address', () => {
    expect(dnsProviders).toContain(route53);
    const options = { kind: 'route53', zone: 'shop.test.', key: 'file:route53-key' };
    expect(route53.options.parse(options)).toMatchObject({ url: 'https://route53.amazonaws.com' });
  });

  it('names every option that is wrong', async () => {
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

  it('says how a key must look, and does not repeat it', async () => {
    const error = await failure(zoneAt({ url: 'http://127.0.0.1:1', origin: 'shop.test.' }, {}, secretKey));
    expect(error).toMatchObject({ kind: 'refused', message: text('ACCESS_KEY_ID:SECRET_ACCESS_KEY') });
    expect(error.message).not.toContain(secretKey);
  });

  describe('denied', () => {
    it.each([
      ['an unknown key', `AKIAUNKNOWN:${secretKey}`, 'Make a new access key'],
      ['the secret of another key', `${keyId}:${secretKey}0`, 'Correct the secret behind the access key'],
    ])('for %s says what to do, and shows none of it', async (_what, key, words) => {
      const { fake } = await start();
      const zone = opened(await zoneAt(fake, {}, key));
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied', message: text(words) });
      for (const part of key.split(':')) expect(error.message).not.toContain(part);
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });

    it.each(everything)('names the permission %s that the key lacks, before anything is changed', async (action) => {
      const { fake, zone } = await without(action);
      fake.put(www);
      const changes = fake.changes();
      const needed = text(`Allow route53:${action} in the policy`);
      expect(await zone.flaws?.(www.name, 'A')).toEqual([needed]);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'denied', message: needed });
      expect(fake.changes()).toBe(changes);
    });
  });

  it('finds no flaw in a set that can be moved, and changes nothing in looking', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    const changes = fake.changes();
    expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    expect(await zone.flaws?.('absent.shop.test.', 'CNAME')).toEqual([]);
    expect(fake.changes()).toBe(changes);
  });

  describe('the hosted zone', () => {
    const asked = ({ calls }: Route53Fake) => calls.filter(({ path }) => path.includes('hostedzonesbyname')).length;

    it('is looked up by its name, once', async () => {
      const { fake, zone } = await start();
      await zone.read(www.name, 'A');
      await zone.read(www.name, 'A');
      expect(asked(fake)).toBe(1);
    });

    it('is looked up anew after a failure', async () => {
      const { fake, zone } = await start();
      fake.faults.play({ effect: { kind: 'error', status: 503, when: 'before' } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'unavailable' });
      expect(await zone.read(www.name, 'A')).toBeUndefined();
      expect(asked(fake)).toBe(2);
    });

    it('is not looked up when the site names it', async () => {
      const { fake, zone } = await start({ hostedZones: [{ id: 'Z1', name: 'shop.test.' }] }, { hostedZoneId: 'Z1' });
      fake.put(www);
      expect(await zone.read(www.name, 'A')).toEqual(www);
      expect(asked(fake)).toBe(0);
    });

    it('is the public one of that name, whatever others there are', async () => {
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
      ['none of that name', [{ id: 'Z1', name: 'shop.tests.' }], {}, 'absent', 'has no public hosted zone shop.test.'],
      ['a private one alone', [{ id: 'Z1', name: 'shop.test.', private: true }], {}, 'absent', 'no public hosted zone'],
      ['two', ['Z1', 'Z2'].map((id) => ({ id, name: 'shop.test.' })), {}, 'refused', '(Z1, Z2); name the one'],
      ['another id', [{ id: 'Z1', name: 'shop.test.' }], { hostedZoneId: 'Z2' }, 'absent', 'dns.provider.hostedZoneId'],
    ])('that is %s is said so', async (_what, hostedZones, site, kind, words) => {
      const { zone } = await start({ hostedZones }, site);
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind, message: text(words) });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });

    it('that is named and has another name is a flaw', async () => {
      const { zone } = await start({ origin: 'other.test.' }, { hostedZoneId: 'Z0SHOP' });
      const words = 'RRSet with DNS name www.shop.test. is not permitted in zone other.test.';
      expect(await zone.flaws?.(www.name, 'A')).toEqual([text(words)]);
    });
  });

  it('does not take the next name of the list for the one that it asked for', async () => {
    const { fake, zone } = await start();
    for (const name of ['a.www.shop.test.', 'wwww.shop.test.', 'shop.test.']) fake.put({ ...www, name });
    expect(await zone.read(www.name, 'A')).toBeUndefined();
  });

  describe('a change', () => {
    it('is one batch that removes exactly what was there and makes the new set', async () => {
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

    it('of what was read before is one request, for its condition is enough', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      await zone.read(www.name, 'A');
      const before = fake.calls.length;
      await zone.replace(www, toB);
      expect(fake.calls.slice(before).map(({ method, status }) => [method, status])).toEqual([['POST', 200]]);
      expect(fake.sets()).toContainEqual(toB);
    });

    it('made by hand in between is shown, not overwritten', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      fake.put({ ...www, values: [C] });
      fake.faults.play({ on: { method: 'GET', path: /rrset/ }, effect: { kind: 'hint', hints: { stale: true } } });
      const error = await failure(zone.replace(www, toB));
      expect(error).toMatchObject({ kind: 'conflict', message: text(`holds ${C} (TTL 30 s), which is neither`) });
      expect(fake.sets()).toContainEqual({ ...www, values: [C] });
    });

    it('that somebody else made in between is taken for what it is: done', async () => {
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

    it('of the apex leaves all else there', async () => {
      const { fake, zone } = await start();
      const apex = { ...www, name: 'shop.test.' };
      const six: RecordSet = { ...apex, type: 'AAAA', values: ['2001:db8::1'] };
      fake.put(apex);
      fake.put(six);
      await zone.replace(apex, { ...apex, values: [B] });
      expect(fake.sets()).toEqual(expect.arrayContaining([six, { ...apex, values: [B] }]));
    });

    it('that breaks a rule of the zone is refused in its own words', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      const error = await failure(zone.replace(www, { ...www, values: ['here'] }));
      expect(error).toMatchObject({
        kind: 'refused',
        message: text("ARRDATAIllegalIPv4Address (Value is not valid) encountered with 'here'"),
      });
      expect(fake.sets()).toContainEqual(www);
    });

    it('is refused too where the words come without the usual frame', async () => {
      const words = "Tried to delete resource record set [name='www.shop.test.', type='A'] but it was not found";
      const body = `<?xml version="1.0"?><InvalidChangeBatch><Messages><Message>${words}</Message></Messages></InvalidChangeBatch>`;
      const { zone } = await saying(listing(listed(A)), { status: 400, body }, listing(listed(C)));
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'conflict', message: text(`holds ${C}`) });
    });
  });

  describe('what is no set of values', () => {
    it.each([
      ['two sets of a routing policy', 2, 'A www.shop.test. is 2 sets of a routing policy ("0", "1"), where one'],
      ['more of them than fit on a page', 23, 'A www.shop.test. is 23 sets of a routing policy'],
      ['one such set', 1, 'A www.shop.test. is 1 set of a routing policy ("0"), where one simple set is expected'],
    ])('is %s', async (_what, count, because) => {
      const { fake, zone } = await start();
      const set = { name: www.name, type: 'A', ttl: 30, values: [A], weight: 1 };
      fake.store(...Array.from({ length: count }, (_, at) => ({ ...set, label: String(at) })));
      expect(await zone.flaws?.(www.name, 'A')).toEqual([text(because)]);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'refused', message: text(because) });
    });

    it('is what a traffic policy made', async () => {
      const { zone } = await saying(listing(`${listed(A)}<TrafficPolicyInstanceId>p-1</TrafficPolicyInstanceId>`));
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({
        message: text('policy instance p-1; delete that'),
      });
    });
  });

  describe('limited', () => {
    it('comes as 400 and is no refusal', async () => {
      const { zone } = await start({ limit: { requests: 1, perMs: 20_000 } });
      await zone.read(www.name, 'A');
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({
        kind: 'limited',
        message: text('Throttling: Rate exceeded'),
      });
    });

    it('is a change while another one is not complete', async () => {
      const { zone } = await saying(listing(listed(A)), refusing(400, 'PriorRequestNotComplete'));
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'limited' });
    });
  });

  it.each([
    ['an error with status 200', refusing(200, 'InternalFailure')],
    ['JSON', { body: { ResourceRecordSets: [] } }],
    ['half of a document', { body: '<?xml version="1.0"?><ListResourceRecordSetsResponse><ResourceRecordSets>' }],
    ['a set without a TTL', listing(listed(A).replace('<TTL>30</TTL>', ''))],
    ['a TTL that is no number', listing(listed(A).replace('30', 'half a minute'))],
  ])('does not believe %s', async (_what, reply) => {
    const { zone } = await saying(reply);
    expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
  });

  it('agrees with AWS’s own client about the fake, which shows a change as pending until its servers have it', async () => {
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
