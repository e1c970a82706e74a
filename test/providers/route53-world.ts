import type { DnsZone } from '../../src/providers/dns/provider';
import { route53 } from '../../src/providers/dns/route53/route53';
import type { DnsFake } from '../../lab/vendors/kit/dns';
import { startRoute53, type Route53Fake, type Route53Options } from '../../lab/vendors/route53/route53';
import type { DnsWorld } from './dns.contract';
import type { DnsFaultWorld } from './dns-faults.contract';
import { worldOf } from './dns-world';

export const keyId = 'AKIAHANDOVERTESTS000';
/** Contains characters that `encodeURIComponent` changes. */
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
  return worldOf(fake, await zoneAt(fake), [30, 300]);
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
