/**
 * DigitalOcean DNS by its API v2. It knows no condition, so a set is read before it is changed; a record keeps its id and is changed by it,
 * because a repeated POST would leave a duplicate. Facts as of the published OpenAPI description of 2026-08-07 unless said otherwise.
 */
import { z } from 'zod';
import { fullName, url } from '../../config/leaf';
import { secret } from '../../config/secrets';
import { PortError } from '../errors';
import { openHttp } from '../http';
import type { RecordSet } from '../ports';
import { listed, provokeDenial, removed, who, written, type Domain, type Stored } from './digitalocean-records';
import { stepsLeft, type Step } from './digitalocean-steps';
import {
  canonicalName,
  canonicalSet,
  defineDns,
  duplicate,
  nameWithin,
  neither,
  refuseUnsound,
  type DnsZone,
  unevenness,
} from './provider';

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
    return {
      read: async (name, type) => setOf(name, type, await listed(domain, name, type)),
      replace: (expected, next) => replace(domain, expected, next),
      flaws: (name, type) => flawsOf(domain, name, type),
      close: http.close,
    };
  },
});

/** Records may have TTLs of their own. The highest tells how long an answer may be remembered, and whether it still has to be lowered. */
function setOf(name: string, type: RecordSet['type'], found: readonly Stored[]): RecordSet | undefined {
  if (found.length === 0) return undefined;
  const ttlSeconds = Math.max(...found.map((one) => one.ttlSeconds));
  return canonicalSet({ name, type, ttlSeconds, values: found.map(({ value }) => value) });
}

async function replace(domain: Domain, expected: RecordSet, next: RecordSet): Promise<void> {
  refuseUnsound(expected, next);
  const wanted = canonicalSet(next);
  const found = await listed(domain, wanted.name, wanted.type);
  const left = stepsLeft(found, expected, wanted);
  if (left === undefined) {
    const twice = duplicate(`${wanted.type} ${wanted.name}`, found);
    if (twice !== undefined) throw new PortError('conflict', twice);
    throw neither(expected, next, setOf(wanted.name, wanted.type, found));
  }
  for (const step of left) await take(domain, step, found, wanted);
}

async function take(domain: Domain, { from, to }: Step, found: readonly Stored[], set: RecordSet): Promise<void> {
  const id = found.find(({ value }) => value === from)?.id;
  if (to !== undefined) refuseOther(set, to, await written(domain, id, { ...set, value: to }), id);
  else if (id !== undefined) await removed(domain, id);
}

/** @throws PortError garbage when another record or value is told of; refused when the TTL is not the one asked for. */
function refuseOther({ name, type, ttlSeconds }: RecordSet, value: string, stored: Stored, id = stored.id): void {
  const title = `${type} ${name}`;
  if (stored.id !== id || stored.name !== name || stored.type !== type || stored.value !== value) {
    const other = `${stored.type} ${stored.name} with ${stored.value} (record ${stored.id})`;
    throw new PortError('garbage', `${who} was told to set ${title} to ${value}, and says that it changed ${other}.`);
  }
  if (stored.ttlSeconds !== ttlSeconds) {
    const because = `${who} stored ${title} with a TTL of ${stored.ttlSeconds} s instead of ${ttlSeconds} s`;
    throw new PortError('refused', `${because}; ask for a TTL that it stores as asked.`);
  }
}

async function flawsOf(domain: Domain, name: string, type: RecordSet['type']): Promise<string[]> {
  const full = nameWithin(domain.zone, name);
  try {
    const uneven = unevenness(`${type} ${full}`, await listed(domain, full, type));
    await provokeDenial(domain, type);
    return uneven === undefined ? [] : [uneven];
  } catch (error) {
    if (error instanceof PortError && (error.kind === 'denied' || error.kind === 'absent')) return [error.message];
    throw error;
  }
}
