/** The part of the composition root that only a rejoin uses. */
import type { Region } from '../config/region';
import type { Site } from '../config/schema';
import { binlogArchive } from '../providers/database/mariadb/binlog/archive';
import { mariadbComparing } from '../providers/database/mariadb/comparing';
import { mariadbSalvage } from '../providers/database/mariadb/salvage';
import { mariabackup } from '../providers/database/mariadb/seeding';
import type { Context } from '../providers/kit/kind';
import { PortError } from '../ports/errors';
import { lazyPort } from '../providers/kit/lazy-port';
import type { Host } from '../ports/ports';
import type { Comparing, RejoinPorts, Salvage } from '../ports/rejoin';

interface Root extends Context {
  site: Site;
  opened: <T extends { close: () => unknown }>(port: T) => T;
  host: (region: string) => Host;
}

/** Each port is made once and kept. Asking for a region that the site does not name is refused. */
export function rejoinPorts(root: Root): RejoinPorts {
  const { site } = root;
  const comparing = once((pair) => {
    const [primary = '', replica = ''] = JSON.parse(pair) as string[];
    return lazyPort<Comparing>(async () => {
      const [one, other] = [await serverOf(root, primary), await serverOf(root, replica)];
      return root.opened(mariadbComparing(one, other));
    });
  });
  return {
    binlogs: once((region) => binlogArchive({ ...hostWork(root, region), schema: site.shop.database })),
    salvage: once((region) =>
      lazyPort<Salvage>(async () =>
        root.opened(mariadbSalvage({ ...(await serverOf(root, region)), site: site.site })),
      ),
    ),
    seeding: once((region) => {
      const work = hostWork(root, region);
      return mariabackup({ ...work, service: work.database });
    }),
    comparing: (primary, replica) => comparing(JSON.stringify([primary, replica])),
  };
}

/** What works on files of a region's host, and on copies from its peers'. */
function hostWork({ site, host }: Root, region: string) {
  const { services, media } = regionOf(site, region);
  const { peerKey, peerKnownHosts } = media;
  return { ...services, peerKey, peerKnownHosts, region, host: host(region), peers: peersOf(site) };
}

function once<P>(make: (name: string) => P): (name: string) => P {
  const made = new Map<string, P>();
  return (name) => {
    const port = made.get(name) ?? make(name);
    made.set(name, port);
    return port;
  };
}

function regionOf({ regions }: Site, name: string): Region {
  const region = Object.hasOwn(regions, name) ? regions[name] : undefined;
  if (region) return region;
  throw new PortError('refused', `There is no region ${name}; the site has ${Object.keys(regions).join(', ')}.`);
}

function peersOf({ regions }: Site) {
  return Object.fromEntries(
    Object.entries(regions).map(([name, { host, services }]) => {
      const { address, port, user } = host;
      return [name, { ...services, address, port, user }];
    }),
  );
}

async function serverOf({ site, secret }: Root, region: string) {
  const { database } = regionOf(site, region);
  const { host, port, user } = database;
  const [password, ca] = [await secret(database.password), await secret(database.ca)];
  return { region, host, port, user, password, ca, database: site.shop.database };
}
