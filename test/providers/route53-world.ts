import { authoritative } from '../../src/providers/dns/authoritative';
import type { DnsZone } from '../../src/providers/dns/provider';
import { route53 } from '../../src/providers/dns/route53';
import type { DnsFake } from '../fakes/dns';
import { startRoute53, type Route53Fake, type Route53Options } from '../fakes/route53';
import type { DnsWorld } from './dns.contract';
import type { DnsFaultWorld } from './dns-faults.contract';

export const keyId = 'AKIAHANDOVERTESTS000';
/** Has on purpose what `encodeURIComponent` changes. */
export const secretKey = 'a/secret+key/of/the/tests+0123456789abcd';
export const everything = ['ListHostedZonesByName', 'ListResourceRecordSets', 'ChangeResourceRecordSets'] as const;

export const startFake = (over: Partial<Route53Options> = {}): Promise<Route53Fake> =>
  startRoute53({ keys: { [keyId]: { secret: secretKey, may: everything } }, ...over });

/** The adapter for the fake's zone, or with other options or another key. */
export const zoneAt = (
  { url, origin }: Pick<DnsFake, 'url' | 'origin'>,
  over: object = {},
  key = `${keyId}:${secretKey}`,
): Promise<DnsZone> =>
  route53.connect(
    { kind: 'route53', zone: origin, key: 'file:route53-key', url, ...over },
    { secret: () => Promise.resolve(key) },
  );

export async function openWorld(): Promise<DnsWorld> {
  const fake = await startFake();
  const zone = await zoneAt(fake);
  let names = 0;
  return {
    zone,
    answers: authoritative({ servers: fake.nameServers }),
    freshName: () => `n${(names += 1)}.shop.test.`,
    foreignName: 'www.other.test.',
    put: (set) => Promise.resolve(set).then(fake.put),
    changes: () => Promise.resolve(fake.changes()),
    ttls: [30, 300],
    propagationMs: 1_000,
    close: async () => {
      zone.close();
      await fake.close();
    },
  };
}

const sets = /\/rrset\/?$/;

export async function openFaultWorld(): Promise<DnsFaultWorld> {
  const fake = await startFake();
  const zone = await zoneAt(fake);
  const [reads, writes] = [
    { method: 'GET', path: sets },
    { method: 'POST', path: sets },
  ];
  return { zone, fake, reads, writes, secrets: [keyId, secretKey], ttlSeconds: 30 };
}
