import { authoritative } from '../../src/providers/dns/authoritative';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { DnsFake } from '../../lab/vendors/kit/dns';
import type { DnsWorld } from './dns.contract';

/** The world of a vendor's fake: `zone` is the adapter connected to it, and `ttls` are two that the vendor accepts, the lower first. */
export function worldOf(fake: DnsFake, zone: DnsZone, ttls: [number, number]): DnsWorld {
  let names = 0;
  return {
    zone,
    ttls,
    answers: authoritative({ servers: fake.nameServers }),
    freshName: () => `n${(names += 1)}.${fake.origin}`,
    foreignName: 'www.other.test.',
    put: (set) => Promise.resolve(set).then(fake.put),
    changes: () => Promise.resolve(fake.changes()),
    close: async () => {
      zone.close();
      await fake.close();
    },
  };
}
