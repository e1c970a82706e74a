/**
 * PowerDNS by its HTTP API (4.7 or newer). The server knows no condition and raises the serial even when nothing changes, so a set is
 * read first. Its caches should be off (`cache-ttl=0`), or an answer of before the change can live on for the record's TTL.
 */
import { z } from 'zod';
import { fullName, name, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpClient } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { httpError, requireEmpty, bodyOf } from '../../http/answers';
import { canonicalName, canonicalSet, defineDns, nameWithin, replaceByReading, type DnsZone } from '../provider';

const timeoutMs = 5_000;

const options = z.strictObject({
  kind: z.literal('powerdns'),
  url: url('http://198.18.0.53:8081'),
  apiKey: secret('file:pdns-api-key'),
  zone: fullName('shop.test.'),
  /** Name of the server within its API. */
  server: name('localhost').prefault('localhost'),
  /** The authority behind an https URL, when it is not a well-known one. */
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
    const http = advised(
      openHttp({ who: 'PowerDNS', baseUrl, headers: { 'x-api-key': key }, timeoutMs, ...authority }),
      `Its server ${server} has no zone ${zoneName}; correct zone or server of dns.provider, or make the zone.`,
    );
    const path = `/api/v1/servers/${encodeURIComponent(server)}/zones/${encodeURIComponent(zoneName)}`;
    const look = (name: string, type: RecordSet['type']) => lookedUp(http, path, nameWithin(zoneName, name), type);
    const writable = async (name: string, type: RecordSet['type']) => {
      const { set, secondary } = await look(name, type);
      if (secondary) throw new PortError('refused', copied(zoneName));
      return set;
    };
    const write = async (next: RecordSet) =>
      requireEmpty(await http.ask({ method: 'PATCH', path, json: { rrsets: [replacement(next)] } }));
    return {
      read: async (name, type) => (await look(name, type)).set,
      replace: (expected, next) => replaceByReading({ read: writable, write }, expected, next),
      flaws: async (name, type) => ((await look(name, type)).secondary ? [copied(zoneName)] : []),
      close: http.close,
    };
  },
});

/** Says what to do where the answer only says no. */
function advised(http: HttpClient, missing: string): HttpClient {
  const advice: Partial<Record<number, string>> = { 401: 'Correct what dns.provider.apiKey refers to.', 404: missing };
  return {
    ...http,
    ask: async (request) => {
      const answer = await http.ask(request);
      const words = advice[answer.status];
      if (words === undefined) return answer;
      const { kind, message } = httpError(answer);
      throw new PortError(kind, `${message} ${words}`);
    },
  };
}

/** A secondary takes a change by its API, and loses it when its primary's zone next arrives (seen with 4.7.3). */
const copied = (zone: string) =>
  `PowerDNS holds ${zone} as a secondary, so a change there is lost when the primary's next one arrives; let dns.provider.url lead to the primary.`;

/** The filter is a favour that older servers don't do, so the set is looked for in whatever came. */
async function lookedUp(
  http: HttpClient,
  path: string,
  name: string,
  type: RecordSet['type'],
): Promise<{ set: RecordSet | undefined; secondary: boolean }> {
  const query = new URLSearchParams({ rrset_name: name, rrset_type: type });
  const { kind, rrsets } = bodyOf(await http.ask({ path: `${path}?${query.toString()}` }), zoneAnswer);
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
