/** Connects a region's ports by the kinds that the site file names. */
import type { Site } from '../config/schema';
import type { Database, Host, Media, Ports, Sessions, Settings } from '../ports/ports';
import type { Server } from '../providers/database/kind';
import { findKind, type Context } from '../providers/kit/kind';
import { lazyPort } from '../providers/kit/lazy-port';
import type { PeerRegion, RegionContext } from '../providers/kit/region-kind';
import type { RegionKinds } from '../providers/region-kinds';
import { absent, each, valueOf } from './each';

/** What every opening in a region needs: the site, its secrets, its hosts, and a place to leave what must be closed. */
export interface RegionRoot extends Context {
  site: Site;
  kinds: RegionKinds;
  host: (region: string) => Host;
  opened: <T extends { close: () => unknown }>(port: T) => T;
}

export function regionPorts(
  root: RegionRoot,
): Pick<Ports, 'database' | 'positions' | 'sessions' | 'settings' | 'media'> {
  const { opened } = root;
  const { regions } = root.site;
  return {
    database: each('region', regions, ({ database }, region) =>
      lazyPort<Database>(async () =>
        opened(await kindIn(root, region, 'database').connect(database, serverOf(root, region))),
      ),
    ),
    // The databases of a site are of one kind.
    positions: kindIn(root, Object.keys(regions)[0] ?? '', 'database').positions,
    sessions: each('region', regions, ({ sessions }, region) =>
      sessions === undefined
        ? absent(`regions.${region}.sessions`, `${root.site.site} has no session store in ${region}`)()
        : lazyPort<Sessions>(async () =>
            opened(await kindIn(root, region, 'sessions').connect(sessions, regionContext(root, region, 'sessions'))),
          ),
    ),
    settings: each('region', regions, ({ settings }, region) =>
      lazyPort<Settings>(async () =>
        opened(await kindIn(root, region, 'settings').connect(settings, regionContext(root, region, 'settings'))),
      ),
    ),
    media: each('region', regions, ({ media }, region) =>
      lazyPort<Media>(async () =>
        opened(await kindIn(root, region, 'media').connect(media, regionContext(root, region, 'media'))),
      ),
    ),
  };
}

/** The kind of a part of `region`. @throws PortError refused when the site has no such region, or the region no such part. */
export function kindIn<P extends keyof RegionKinds>(
  { site, kinds }: RegionRoot,
  region: string,
  part: P,
): RegionKinds[P][number] {
  const list: readonly RegionKinds[P][number][] = kinds[part];
  return findKind(`regions.${region}.${part}`, list, partOf(site.regions, region, part));
}

function partOf(regions: Site['regions'], region: string, part: keyof RegionKinds): { kind: string } {
  return valueOf('region', regions, region)[part] ?? absent(`regions.${region}.${part}`, `${region} has no ${part}`)();
}

function regionContext(root: RegionRoot, region: string, part: keyof RegionKinds): RegionContext<unknown> {
  const { secret, host, site } = root;
  const hasTable = site.table !== undefined;
  return { secret, region, host: host(region), hasTable, peers: peersOf(site, region, part) };
}

/** The other regions whose `part` is of the same kind as that of `region`. */
function peersOf({ regions }: Site, region: string, part: keyof RegionKinds): Record<string, PeerRegion<unknown>> {
  const { kind } = partOf(regions, region, part);
  const others = Object.entries(regions).filter(([name, other]) => name !== region && other[part]?.kind === kind);
  return Object.fromEntries(
    others.map(([name, { address, host, [part]: options }]) => {
      const { address: hostAddress, port, user } = host;
      return [name, { address, host: { address: hostAddress, port, user }, options }];
    }),
  );
}

/** One region's database with all that is known of it. */
export function serverOf(root: RegionRoot, region: string): Server<unknown> {
  const { site, shop, regions } = root.site;
  const { database: options, media } = valueOf('region', regions, region);
  const managed = Object.entries(regions).flatMap(([name, { services }]) =>
    services ? [[name, services] as const] : [],
  );
  return {
    ...regionContext(root, region, 'database'),
    site,
    schema: shop.database,
    idTables: shop.idTables,
    services: Object.fromEntries(managed),
    peerAccess: kindIn(root, region, 'media').peerAccess(media),
    options,
  };
}
