/**
 * What Cloudflare's name servers make of a zone: a record's value only where the record is neither proxied, nor flattened, nor shadowed by a
 * load balancer of the same name.
 */
import type { RecordSet } from '../../../src/ports/ports';
import { balancersOf, poolsOf, recordsOf, type CfBalancer, type CfPool, type CfRecord, type Item } from './state';

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
