import { digitalocean } from '../../src/providers/dns/digitalocean/digitalocean';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { DnsFake } from '../../lab/vendors/kit/dns';
import { startDigitalOcean, type DigitalOceanOptions } from '../../lab/vendors/digitalocean/digitalocean';
import type { DnsWorld } from './dns.contract';
import type { DnsFaultWorld } from './dns-faults.contract';
import { worldOf } from './dns-world';

/** Contains characters that `encodeURIComponent` changes, so that tests find an encoded token in a message. */
export const token = 'dop_v1_token/of the+tests';

export const startFake = (over: Partial<DigitalOceanOptions> = {}): Promise<DnsFake> =>
  startDigitalOcean({ tokens: { [token]: ['domain:read', 'domain:update'] }, ...over });

/** The adapter for the fake's zone, or for another zone or URL. */
export const zoneAt = ({ url, origin }: Pick<DnsFake, 'url' | 'origin'>, secret = token): Promise<DnsZone> =>
  digitalocean.connect(
    { kind: 'digitalocean', zone: origin, token: 'file:digitalocean-token', url },
    { secret: () => Promise.resolve(secret) },
  );

/** `url` starts a proxy in front of the fake, which the adapter then uses. */
export async function openWorld(
  url?: (fake: DnsFake) => Promise<{ url: string; close: () => Promise<void> }>,
): Promise<DnsWorld> {
  const fake = await startFake();
  const front = await url?.(fake);
  const zone = await zoneAt({ url: front?.url ?? fake.url, origin: fake.origin });
  const world = worldOf(fake, zone, [30, 300]);
  return { ...world, close: () => world.close().finally(() => front?.close()) };
}

export async function openFaultWorld(): Promise<DnsFaultWorld> {
  const fake = await startFake();
  const zone = await zoneAt(fake);
  return {
    zone,
    fake,
    reads: { method: 'GET' },
    writes: { method: 'PATCH' },
    removes: { method: 'DELETE' },
    secrets: [token],
    ttlSeconds: 30,
  };
}
