import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { ChangeRejected } from '../../src/providers/dns/conditional-zone';
import { openRoute53 } from '../../src/providers/dns/route53/calls';
import type { RecordSet } from '../../src/ports/ports';
import { describeDns, type DnsWorld } from './dns.contract';
import { keyId, secretKey, startFake, zoneAt } from './route53-world';
import { failure } from './servers/failure';
import { judgeOf } from './judges/judges';
import { ministack, type Ministack } from './judges/ministack';

const origin = 'shop.test.';
const found = judgeOf('ministack');

/** ministack has no DNS server, so its API's list stands in for the answer of a name server. */
async function openWorld(folder: string): Promise<DnsWorld> {
  const server = await ministack(folder, origin);
  const zone = await zoneAt({ url: server.url, origin });
  let names = 0;
  return {
    zone,
    answers: async (name, type) => {
      const values = (await server.stored(name, type)).flatMap(({ ResourceRecords: records = [] }) =>
        records.map(({ Value = '' }) => Value),
      );
      return [{ server: server.url, values, because: 'its API lists them' }];
    },
    freshName: () => `n${(names += 1)}.${origin}`,
    foreignName: 'www.other.test.',
    put: server.put,
    changes: () => Promise.resolve(server.changes()),
    ttls: [30, 300],
    close: async () => {
      zone.close();
      await server.close();
    },
  };
}

if ('because' in found) {
  it.skip(`Route 53 keeps its contract with ministack (skipped: ${found.because})`, () => undefined);
} else {
  describeDns('Route 53 with ministack', () => openWorld(found.folder));

  describe('Route 53 with ministack', () => {
    let server: Ministack;
    beforeAll(async () => {
      server = await ministack(found.folder, origin);
    });
    afterAll(() => server.close());
    const zoneHere = () => zoneAt({ url: server.url, origin });
    const www: RecordSet = { name: `www.${origin}`, type: 'A', ttlSeconds: 30, values: ['192.0.2.1'] };

    it('a simple set at ministack has no flaws, and checking it changes nothing', async () => {
      const zone = await zoneHere();
      await server.put(www);
      const changes = server.changes();
      expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
      expect(server.changes()).toBe(changes);
      zone.close();
    });

    it('an alias to another zone and a routing policy are refused at ministack', async () => {
      const zone = await zoneHere();
      const AliasTarget = { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: 'edge.example.', EvaluateTargetHealth: false };
      await server.change({ Action: 'CREATE', ResourceRecordSet: { Name: origin, Type: 'A', AliasTarget } });
      const weighted = (SetIdentifier: string) => ({
        Name: `api.${origin}`,
        Type: 'A' as const,
        TTL: 30,
        SetIdentifier,
        Weight: 1,
        ResourceRecords: [{ Value: '192.0.2.1' }],
      });
      for (const label of ['one', 'two']) await server.change({ Action: 'CREATE', ResourceRecordSet: weighted(label) });
      expect((await failure(zone.read(origin, 'A'))).message).toContain('is an alias of edge.example.');
      expect((await failure(zone.read(`api.${origin}`, 'A'))).message).toContain('has a routing policy with 2 sets');
      zone.close();
    });

    it('an alias in the zone is moved at ministack', async () => {
      const zone = await zoneHere();
      const [there, here] = [`there.${origin}`, `here.${origin}`];
      await server.put({ ...www, name: there });
      await server.put({ ...www, name: here, values: ['192.0.2.2'] });
      const AliasTarget = { HostedZoneId: server.hostedZoneId, DNSName: there, EvaluateTargetHealth: false };
      const name = `alias.${origin}`;
      await server.change({ Action: 'CREATE', ResourceRecordSet: { Name: name, Type: 'A', AliasTarget } });
      const found = { ...www, name, values: [`alias ${there}`] };
      expect(await zone.read(name, 'A')).toEqual(found);
      await zone.replace(found, { ...found, values: [`alias ${here}`] });
      expect(await zone.read(name, 'A')).toEqual({ ...found, values: [`alias ${here}`] });
      zone.close();
    });

    it('a set among hundreds is read at ministack', async () => {
      const zone = await zoneHere();
      await server.change(
        ...Array.from({ length: 320 }, (_, at) => ({
          Action: 'CREATE' as const,
          ResourceRecordSet: {
            Name: `m${at}.${origin}`,
            Type: 'A' as const,
            TTL: 30,
            ResourceRecords: [{ Value: '192.0.2.1' }],
          },
        })),
      );
      expect(await zone.read(`m99.${origin}`, 'A')).toEqual({ ...www, name: `m99.${origin}` });
      zone.close();
    });

    it('ministack does not check signatures, unlike our fake', async () => {
      const zone = await zoneAt({ url: server.url, origin }, {}, 'AKIAUNKNOWN:a secret of nobody');
      expect(await zone.read(`absent.${origin}`, 'A')).toBeUndefined();
      zone.close();
    });

    const setOf = (Name: string, Type: 'A' | 'AAAA' | 'CNAME', ...values: string[]): ResourceRecordSet => ({
      Name,
      Type,
      TTL: 30,
      ResourceRecords: values.map((Value) => ({ Value })),
    });

    // docs/providers.md lists the same.
    it.each([
      ['a name outside the zone', [setOf('www.other.test.', 'A', '192.0.2.1')]],
      ['a value that is not an address', [setOf(`a.${origin}`, 'A', 'here')]],
      ['a duplicate value', [setOf(`b.${origin}`, 'A', '192.0.2.1', '192.0.2.1')]],
      [
        'a CNAME next to an address',
        [setOf(`c.${origin}`, 'A', '192.0.2.1'), setOf(`c.${origin}`, 'CNAME', 'x.test.')],
      ],
      ['a CNAME at the apex', [setOf(origin, 'CNAME', 'x.test.')]],
    ])('ministack accepts %s, which our fake refuses', async (_what, sets) => {
      const changes = sets.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet }));
      await server.change(...changes);
      const fake = await startFake();
      const calls = await openRoute53({ url: fake.url, key: `${keyId}:${secretKey}` });
      expect(await failure(calls.change('Z0SHOP', changes))).toBeInstanceOf(ChangeRejected);
      calls.close();
      await fake.close();
    });
  });
}
