/**
 * DigitalOcean DNS by its API v2. It knows no condition, so a set is read before it is changed; a record keeps its id and is changed by it,
 * because a repeated POST would leave a duplicate. Facts as of the published OpenAPI description of 2026-08-07 unless said otherwise.
 */
import { z } from 'zod';
import { fullName, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { openHttp } from '../../http/client';
import { byRecord } from '../by-record';
import { listed, provokeDenial, removed, who, written, type Domain } from './records';
import { canonicalName, defineDns, type DnsZone } from '../provider';

const timeoutMs = 5_000;

const options = z.strictObject({
  kind: z.literal('digitalocean'),
  zone: fullName('shop.test.'),
  /** A token with the scopes `domain:read` and `domain:update`. */
  token: secret('file:digitalocean-token'),
  url: url('https://api.digitalocean.com').prefault('https://api.digitalocean.com'),
  /** The authority behind an https URL, when it is not a well-known one. */
  ca: secret('file:ca.crt').exactOptional(),
});

export const digitalocean = defineDns({
  options,
  title: 'DigitalOcean DNS',
  // Users report 422 "record ttl must be greater than 30" for less; the API description names no floor.
  ttlFloorSeconds: 30,
  readEveryMs: 30_000,
  // The burst limit; beside it 5,000 an hour, over a window that slides.
  limit: { requests: 250, perMs: 60_000 },
  connect: async ({ token, zone, url: baseUrl, ca }, context): Promise<DnsZone> => {
    const headers = { authorization: `Bearer ${await context.secret(token)}` };
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const http = openHttp({ who, baseUrl, headers, timeoutMs, ...authority });
    const domain: Domain = { http, zone: canonicalName(zone) };
    const zoneOfRecords = byRecord({
      who,
      zone: domain.zone,
      listed: (name, type) => listed(domain, name, type),
      written: (id: number | undefined, to) => written(domain, id, to),
      removed: (id) => removed(domain, id),
      provokeDenial: (type) => provokeDenial(domain, type),
    });
    return { ...zoneOfRecords, close: http.close };
  },
});
