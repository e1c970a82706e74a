/**
 * Cloudflare's API v4 as far as records and load balancing need it, by its published documentation and its own client 7.3.0 (read 2026-11);
 * codes and words of errors as users report them. Every answer is in the envelope, lists of records and zones have pages (one past the last
 * is empty), a proxied record answers the edge's addresses, an enabled load balancer answers in place of the records of its name.
 *
 *     const fake = await startCloudflare({ tokens: { [token]: ['Zone Read', 'DNS Write', 'Load Balancers Write'] } });
 *     const a = fake.putPool({ name: 'region-a', origins: [{ name: 'web', address: '198.51.100.10', enabled: true }] });
 *     fake.putBalancer({ name: 'www.shop.test', default_pools: [a], fallback_pool: a });
 *     fake.putPool({ name: 'region-a', healthy: false });
 */
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import type { Limit } from '../kit/limits';
import { fakeZone } from '../kit/zone';
import { guarded, type Tokens } from './access';
import { balancerRoutes } from './balancers';
import { behindTheApi, type BehindTheApi } from './behind-the-api';
import { failed, limited } from './envelope';
import { idMaker } from './ids';
import { poolRoutes } from './pools';
import { limiter, published } from './limiter';
import { recordRoutes } from './records';
import { servedBy } from './served';
import {
  balancersOf,
  poolsOf,
  recordsOf,
  type CfBalancer,
  type CfPool,
  type CfRecord,
  type Item,
  type State,
} from './state';
import { zoneRoutes } from './zones';

export interface CloudflareOptions extends DnsFakeOptions {
  tokens: Tokens;
  /** Of one token; the published one by default. Whoever goes over it is blocked for its whole time. */
  limit?: Limit;
  /** Addresses that are answered for what is proxied. */
  edge?: readonly string[];
}

export interface CloudflareFake extends DnsFake, BehindTheApi {
  zoneId: string;
  accountId: string;
  /** What is stored; `sets` is what name servers make of it. */
  records: () => readonly CfRecord[];
  pools: () => readonly CfPool[];
  balancers: () => readonly CfBalancer[];
}

export async function startCloudflare(options: CloudflareOptions): Promise<CloudflareFake> {
  const origin = originOf(options);
  const setsOf = servedBy(origin, options.edge ?? ['192.0.2.104', '192.0.2.105']);
  const state: State = fakeZone<Item>({ origin, setsOf, nameServers: serversOf(options).length });
  const [zoneId, accountId] = [idMaker('023e105f4ecef8ad9ca31a83')(), idMaker('01a7362d577a6c3019a474fd')()];
  const newId = idMaker('372e67954025e0ba6aaa6d58');
  const behind = behindTheApi(state, newId);
  const routes = [
    ...zoneRoutes(origin, zoneId, accountId),
    ...recordRoutes(state, zoneId, newId),
    ...balancerRoutes(state, zoneId),
    ...poolRoutes(state, accountId),
  ];
  const count = limiter(options.limit ?? published, options.now);
  const fake = await startDnsFake(options, {
    zone: state,
    put: behind.put,
    failed,
    limited,
    secrets: Object.keys(options.tokens),
    routes: routes.map((route) => guarded(route, options.tokens, count)),
  });
  return {
    ...fake,
    ...behind,
    url: `${fake.url}/client/v4`,
    zoneId,
    accountId,
    records: () => recordsOf(state.records()),
    pools: () => poolsOf(state.records()),
    balancers: () => balancersOf(state.records()),
  };
}
