/**
 * Google Cloud DNS by its REST API v1 as far as the adapter uses it, by Google's reference of 2026-11, and the token endpoint for service
 * accounts; texts of errors as users report them. It answers as the real one does where that is known: deletions to the letter, a change as a
 * whole or not at all, 412 and 409 and 404 for what does not fit, `pending` until the name servers have it, pages with tokens.
 */
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import { fakeZone } from '../kit/zone';
import { guarded, type Access } from './access';
import { setRoutes } from './record-sets';
import { failed, limited } from './replies';
import { isSame, setsOf, type GoogleSet } from './sets';
import { openTokens, type Accounts } from './tokens';
import { zoneRoutes, type GoogleZone } from './zones';

export interface GoogleOptions extends DnsFakeOptions, Access {
  accounts: Accounts;
  /** Managed zones of the project; by default the fake's own alone, which is the first of this list. */
  managedZones?: readonly GoogleZone[];
  /** How long a token is good; an hour by default. */
  tokenSeconds?: number;
}

export interface GoogleFake extends DnsFake {
  tokenUrl: string;
  /** Tokens given so far. */
  tokens: () => string[];
  /** No token that was given is good any more. */
  revoke: () => void;
  /** Stores sets as they are, those of routing policies too. */
  store: (...sets: GoogleSet[]) => void;
}

export async function startGoogle(options: GoogleOptions): Promise<GoogleFake> {
  const origin = originOf(options);
  const zone = fakeZone<GoogleSet>({ origin, setsOf, nameServers: serversOf(options).length });
  const store = (...sets: GoogleSet[]) => {
    const replaced = (one: GoogleSet) => sets.some((set) => isSame(one, set));
    zone.change((known) => [...known.filter((one) => !replaced(one)), ...sets]);
  };
  store({ name: origin, type: 'NS', ttl: 21_600, rrdatas: ['ns-cloud-d1.googledomains.com.'] });
  const zones = options.managedZones ?? [{ name: 'shop-test', dnsName: origin }];
  const tokens = openTokens(options.accounts, options.tokenSeconds);
  const routes = [...zoneRoutes(zones), ...setRoutes(zone, zones[0]?.name)];
  const fake = await startDnsFake(options, {
    zone,
    put: ({ name, type, ttlSeconds: ttl, values: rrdatas }) => store({ name, type, ttl, rrdatas }),
    secrets: [],
    routes: [tokens.route, ...guarded(routes, options, tokens.allowed)],
    failed,
    limited,
  });
  return { ...fake, tokenUrl: `${fake.url}/token`, tokens: tokens.given, revoke: tokens.revoke, store };
}
