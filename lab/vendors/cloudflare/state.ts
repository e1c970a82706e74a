/**
 * What a zone at Cloudflare holds, and what its name servers make of it: a record's value only where the record is neither proxied, nor
 * flattened, nor shadowed by a load balancer of the same name.
 */
import type { RecordSet } from '../../../src/ports/ports';
import type { FakeZone } from '../kit/zone';

export interface CfRecord {
  id: string;
  /** Full, without the dot at its end. */
  name: string;
  type: string;
  /** A target is without the dot at its end. */
  content: string;
  proxiable: boolean;
  proxied: boolean;
  /** 1 is automatic. */
  ttl: number;
  settings: { flatten_cname?: boolean | undefined };
  meta: object;
  comment: string | null;
  tags: string[];
  created_on: string;
  modified_on: string;
}

export interface CfPool {
  id: string;
  name: string;
  enabled: boolean;
  /** By its monitor. */
  healthy: boolean;
  /** One of the two places that ask sees the opposite. */
  disagree?: boolean;
  origins: { name: string; address: string; enabled: boolean }[];
  /** What asks its origins; nobody does when it is left out, and then the pool counts as healthy. */
  monitor?: { id: string; type: string; path: string; expected_codes?: string } | undefined;
  /** In its place: several monitors, which are not played. */
  monitor_group?: string;
}

export interface CfBalancer {
  id: string;
  /** Host name, without the dot at its end. */
  name: string;
  enabled: boolean;
  proxied: boolean;
  /** Of the answer, when it is not proxied. */
  ttl: number;
  default_pools: string[];
  fallback_pool: string;
  region_pools: Record<string, string[]>;
  country_pools: Record<string, string[]>;
  pop_pools: Record<string, string[]>;
  rules: object[];
  steering_policy: string;
  session_affinity: string;
}

/** All of it has one history, so that a change of a pool reaches the name servers as late as one of a record. */
export type Item = { record: CfRecord } | { pool: CfPool } | { balancer: CfBalancer };
export type State = FakeZone<Item>;

export const recordsOf = (items: readonly Item[]) => items.flatMap((one) => ('record' in one ? [one.record] : []));
export const poolsOf = (items: readonly Item[]) => items.flatMap((one) => ('pool' in one ? [one.pool] : []));
export const balancersOf = (items: readonly Item[]) =>
  items.flatMap((one) => ('balancer' in one ? [one.balancer] : []));

/** Replaces the records of a zone, all at once. */
export const withRecords = (items: readonly Item[], records: readonly CfRecord[]): Item[] => [
  ...items.filter((one) => !('record' in one)),
  ...records.map((record) => ({ record })),
];

/** Ids are 32 hexadecimal digits. */
export function idMaker(first: string): () => string {
  let last = 0;
  return () => `${first}${String((last += 1)).padStart(8, '0')}`.padStart(32, '0');
}

/** How long a proxied answer lives, and an automatic TTL is. */
const automaticSeconds = 300;
const addressTypes = ['A', 'AAAA', 'CNAME'];

/** What the name servers answer. `edge` are Cloudflare's own addresses, where proxied names lead. */
export function servedBy(origin: string, edge: readonly string[]): (items: readonly Item[]) => RecordSet[] {
  return (items) => {
    const records = recordsOf(items).filter(({ type }) => addressTypes.includes(type));
    const live = balancersOf(items).filter(({ enabled }) => enabled);
    const shadowed = new Set(live.map(({ name }) => name));
    const proxied = [...records, ...live].filter((one) => one.proxied).map(({ name }) => name);
    const plain = records.filter((one) => !one.proxied && !shadowed.has(one.name));
    return [
      ...plain.flatMap((one) => answerOf(origin, records, one)),
      ...live.filter((one) => !one.proxied).map((one) => addresses(one.name, one.ttl, reached(one, poolsOf(items)))),
      ...[...new Set(proxied)].map((name) => addresses(name, automaticSeconds, edge)),
    ].filter(({ values }) => values.length > 0);
  };
}

/** The record itself or, flattened, the addresses behind the alias as far as this zone knows them. */
function answerOf(origin: string, records: readonly CfRecord[], one: CfRecord): RecordSet[] {
  const ttlSeconds = one.ttl === 1 ? automaticSeconds : one.ttl;
  const flattened = one.type === 'CNAME' && (`${one.name}.` === origin || one.settings.flatten_cname === true);
  if (flattened) {
    const behind = records.filter(({ name, type }) => name === one.content && type === 'A');
    return [
      addresses(
        one.name,
        ttlSeconds,
        behind.map(({ content }) => content),
      ),
    ];
  }
  const type = one.type === 'A' || one.type === 'AAAA' ? one.type : 'CNAME';
  return [{ name: `${one.name}.`, type, ttlSeconds, values: [one.content] }];
}

const addresses = (name: string, ttlSeconds: number, values: readonly string[]): RecordSet => ({
  name: `${name}.`,
  type: 'A',
  ttlSeconds,
  values: [...values],
});

/** The first pool of the order that is enabled and healthy, else the fallback, whatever its health. */
function reached({ default_pools: order, fallback_pool: fallback }: CfBalancer, pools: readonly CfPool[]): string[] {
  const byId = (id: string) => pools.find((pool) => pool.id === id);
  const usable = order.map(byId).find((pool) => pool?.enabled === true && pool.healthy);
  const { origins = [] } = usable ?? byId(fallback) ?? {};
  return origins.filter(({ enabled }) => enabled).map(({ address }) => address);
}
