/**
 * Route 53's API of 2013-04-01 as far as the adapter uses it, by AWS's reference of 2026-11; texts of errors as users report them. It answers
 * as the real one does where that is known: REST with XML, sets in the order of their labels from the right, at most 300 a page, a batch as a
 * whole or not at all, removals to the letter, changes that are PENDING before they are INSYNC, limits as 400, signatures looked at.
 */
import { aliasOf } from '../../../src/providers/dns/provider';
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import { fakeZone } from '../kit/zone';
import { guarded, type Access } from './access';
import { healthCheckRoutes, type HealthChecks } from './health-checks';
import { zoneRoutes, type HostedZone } from './hosted-zones';
import { setRoutes } from './record-sets';
import { failed, limited } from './replies';
import { setsOf, type R53Set } from './sets';

export interface Route53Options extends DnsFakeOptions, Access {
  /** Hosted zones of the account; by default the fake's own alone, which is the first of this list. */
  hostedZones?: readonly HostedZone[];
  healthChecks?: HealthChecks;
}

export interface Route53Fake extends DnsFake {
  /** Stores sets as they are: aliases and those of routing policies too. */
  store: (...sets: R53Set[]) => void;
}

const path = '/2013-04-01';
/** Of the fake's own zone, unless told. */
const zoneId = 'Z0SHOP';

export async function startRoute53(options: Route53Options): Promise<Route53Fake> {
  const origin = originOf(options);
  const zone = fakeZone<R53Set>({ origin, setsOf, nameServers: serversOf(options).length });
  const store = (...sets: R53Set[]) => {
    const replaced = (one: R53Set) => sets.some((set) => set.name === one.name && set.type === one.type);
    zone.change((known) => [...known.filter((one) => !replaced(one)), ...sets]);
  };
  store({ name: origin, type: 'NS', ttl: 172_800, values: ['ns-2048.awsdns-64.com.'] });
  const hostedZones = options.hostedZones ?? [{ id: zoneId, name: origin }];
  const ownZone = hostedZones[0]?.id ?? zoneId;
  const routes = [
    ...zoneRoutes(path, hostedZones),
    ...setRoutes(path, zone, ownZone),
    ...healthCheckRoutes(path, options.healthChecks ?? {}),
  ];
  const fake = await startDnsFake(options, {
    zone,
    put: ({ name, type, ttlSeconds: ttl, values }) => {
      const alias = aliasOf(values[0]);
      store(alias === undefined ? { name, type, ttl, values } : { name, type, alias, aliasZone: ownZone });
    },
    secrets: Object.entries(options.keys).flatMap(([id, { secret }]) => [id, secret]),
    routes: routes.map((route) => guarded(route, options)),
    failed,
    limited,
  });
  return { ...fake, store };
}
