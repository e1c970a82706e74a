/**
 * DigitalOcean's DNS API as far as the adapter uses it, by its published OpenAPI description of 2026-08-07; texts of errors as users report
 * them. It answers as the real one does where that is known: pages of 20 unless asked for more, absolute links, names relative to the zone
 * while the filter wants the full one, targets that come back without their dot and as `@` for the apex, no condition and no upsert.
 */
import type { RecordSet } from '../../../src/ports/ports';
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import { fakeZone } from '../kit/zone';
import { guarded, type Tokens } from './access';
import { limiter, published, type Limits } from './limiter';
import { recordRoutes } from './records';
import { failed, limited } from './replies';
import { relative, setsOf, shownAs, type DoRecord } from './spelling';

export interface DigitalOceanOptions extends DnsFakeOptions {
  tokens: Tokens;
  /** The published ones by default. */
  limits?: Limits;
}

const nothing = { priority: null, port: null, weight: null, flags: null, tag: null };

export async function startDigitalOcean(options: DigitalOceanOptions): Promise<DnsFake> {
  const origin = originOf(options);
  const zone = fakeZone<DoRecord>({ origin, setsOf: setsOf(origin), nameServers: serversOf(options).length });
  let lastId = 28_448_429;
  const newRecord = (type: string, name: string, data: string, ttl: number): DoRecord => ({
    id: (lastId += 1),
    type,
    name,
    data,
    ttl,
    ...nothing,
  });
  zone.change(() => [
    newRecord('SOA', '@', '1800', 1_800),
    ...[1, 2, 3].map((number) => newRecord('NS', '@', `ns${number}.digitalocean.com`, 1_800)),
  ]);
  const put = (set: RecordSet) => {
    const name = relative(origin, set.name);
    const made = set.values.map((value) => newRecord(set.type, name, shownAs(origin, set.type, value), set.ttlSeconds));
    zone.change((records) => [...records.filter((one) => one.type !== set.type || one.name !== name), ...made]);
  };
  const count = limiter(options.limits ?? published, options.now);
  const routes = recordRoutes(zone, newRecord).map((route) => guarded(route, options.tokens, count));
  return startDnsFake(options, { zone, put, secrets: Object.keys(options.tokens), routes, failed, limited });
}
