/**
 * PowerDNS through its HTTP API (4.7 or newer). The server has no conditional change and raises the serial even when nothing changes, so a
 * set is read first. Its caches should be off (`cache-ttl=0`): otherwise it may serve the old answer for the record's TTL.
 */
import { z } from 'zod';
import { fullName, name, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpClient } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { httpError, requireEmpty, bodyOf } from '../../http/read-response';
import { canonicalName, canonicalSet, defineDns, nameWithin, replaceByReading, type DnsZone } from '../provider';

const timeoutMs = 5_000;

const options = z.strictObject({
  kind: z.literal('powerdns'),
  url: url('http://198.18.0.53:8081'),
  apiKey: secret('file:pdns-api-key'),
  zone: fullName('shop.test.'),
  /** Server id in the API. */
  server: name('localhost').prefault('localhost'),
  /** CA of an https URL, unless it is a public one. */
  ca: secret('file:ca.crt').exactOptional(),
});

const zoneAnswer = z.object({
  kind: z.string().default('Native'),
  rrsets: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      ttl: z.number().int(),
      records: z.array(z.object({ content: z.string(), disabled: z.boolean().default(false) })),
    }),
  ),
});

export const powerdns = defineDns({
  options,
  title: 'PowerDNS',
  ttlFloorSeconds: 1,
  readEveryMs: 3_000,
  limit: undefined,
  connect: async ({ url: baseUrl, apiKey, zone, server, ca }, context): Promise<DnsZone> => {
    const key = await context.secret(apiKey);
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const zoneName = canonicalName(zone);
    const http = withAdvice(
      openHttp({ server: 'PowerDNS', baseUrl, headers: { 'x-api-key': key }, timeoutMs, ...authority }),
      `The server ${server} has no zone ${zoneName}; correct dns.provider.zone or dns.provider.server, or create the zone.`,
    );
    const path = `/api/v1/servers/${encodeURIComponent(server)}/zones/${encodeURIComponent(zoneName)}`;
    const find = (name: string, type: RecordSet['type']) => findSet(http, path, nameWithin(zoneName, name), type);
    const readWritable = async (name: string, type: RecordSet['type']) => {
      const { set, secondary } = await find(name, type);
      if (secondary) throw new PortError('refused', secondaryFlaw(zoneName));
      return set;
    };
    const write = async (next: RecordSet) =>
      requireEmpty(await http.send({ method: 'PATCH', path, json: { rrsets: [replacement(next)] } }));
    return {
      read: async (name, type) => (await find(name, type)).set,
      replace: (expected, next) => replaceByReading({ read: readWritable, write }, expected, next),
      flaws: async (name, type) => ((await find(name, type)).secondary ? [secondaryFlaw(zoneName)] : []),
      close: http.close,
    };
  },
});

/** Adds to 401 and 404 responses what to change. */
function withAdvice(http: HttpClient, missing: string): HttpClient {
  const advice: Partial<Record<number, string>> = {
    401: 'Correct the secret that dns.provider.apiKey refers to.',
    404: missing,
  };
  return {
    ...http,
    send: async (request) => {
      const response = await http.send(request);
      const words = advice[response.status];
      if (words === undefined) return response;
      const { kind, message } = httpError(response);
      throw new PortError(kind, `${message} ${words}`);
    },
  };
}

/** A secondary accepts changes through its API and loses them at the next zone transfer (seen with 4.7.3). */
const secondaryFlaw = (zone: string) =>
  `PowerDNS is a secondary of ${zone}, so the next zone transfer would undo a change; point dns.provider.url at the primary.`;

/** Older servers ignore the filter, so this filters here too. */
async function findSet(
  http: HttpClient,
  path: string,
  name: string,
  type: RecordSet['type'],
): Promise<{ set: RecordSet | undefined; secondary: boolean }> {
  const query = new URLSearchParams({ rrset_name: name, rrset_type: type });
  const { kind, rrsets } = bodyOf(await http.send({ path: `${path}?${query.toString()}` }), zoneAnswer);
  const found = rrsets.find((set) => set.type === type && canonicalName(set.name) === name);
  const values = found?.records.filter((record) => !record.disabled).map((record) => record.content) ?? [];
  const set =
    found === undefined || values.length === 0
      ? undefined
      : canonicalSet({ name, type, ttlSeconds: found.ttl, values });
  return { set, secondary: /^(slave|secondary|consumer)$/i.test(kind) };
}

function replacement(set: RecordSet): unknown {
  const records = set.values.map((content) => ({ content, disabled: false }));
  return { name: set.name, type: set.type, ttl: set.ttlSeconds, changetype: 'REPLACE', records };
}
