/**
 * DigitalOcean DNS through its API v2. It has no conditional change, so a set is read first. A record is updated by its id, because a repeated
 * POST would create a duplicate. Facts are from the published OpenAPI description of 2026-08-07 unless noted.
 */
import { z } from 'zod';
import { fullName, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { openHttp } from '../../http/client';
import { recordZone } from '../record-zone';
import { listRecords, probeWritePermission, removeRecord, vendor, writeRecord, type Domain } from './records';
import { canonicalName, defineDns, type DnsZone } from '../provider';

const timeoutMs = 5_000;

const options = z.strictObject({
  kind: z.literal('digitalocean'),
  zone: fullName('shop.test.'),
  /** A token with the scopes `domain:read` and `domain:update`. */
  token: secret('file:digitalocean-token'),
  url: url('https://api.digitalocean.com').prefault('https://api.digitalocean.com'),
  /** CA of an https URL, unless it is a public one. */
  ca: secret('file:ca.crt').exactOptional(),
});

export const digitalocean = defineDns({
  options,
  title: 'DigitalOcean DNS',
  // Users report 422 "record ttl must be greater than 30" below this; the API description gives no minimum.
  ttlFloorSeconds: 30,
  readEveryMs: 30_000,
  // The burst limit; there is also a sliding limit of 5,000 per hour.
  limit: { requests: 250, perMs: 60_000 },
  connect: async ({ token, zone, url: baseUrl, ca }, context): Promise<DnsZone> => {
    const headers = { authorization: `Bearer ${await context.secret(token)}` };
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const http = openHttp({ server: vendor, baseUrl, headers, timeoutMs, ...authority });
    const domain: Domain = { http, zone: canonicalName(zone) };
    const methods = recordZone({
      vendor,
      zone: domain.zone,
      list: (name, type) => listRecords(domain, name, type),
      write: (id: number | undefined, to) => writeRecord(domain, id, to),
      remove: (id) => removeRecord(domain, id),
      probeWritePermission: (type) => probeWritePermission(domain, type),
    });
    return { ...methods, close: http.close };
  },
});
