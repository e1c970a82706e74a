/** Sets made and removed in a vendor's zone by other means than its adapter's `replace`: what the contract of a zone finds there. */
import { cloudflare } from '../../src/providers/dns/cloudflare/cloudflare';
import { call, vendor as cloudflareWho, openZone } from '../../src/providers/dns/cloudflare/api';
import { listRecords as cloudflareListed, writeSet } from '../../src/providers/dns/cloudflare/records';
import { digitalocean } from '../../src/providers/dns/digitalocean/digitalocean';
import {
  listRecords,
  removeRecord,
  vendor as digitaloceanWho,
  writeRecord,
} from '../../src/providers/dns/digitalocean/records';
import { google } from '../../src/providers/dns/google/google';
import { openGoogle, vendor as googleWho } from '../../src/providers/dns/google/calls';
import { openTokens, serviceAccountOf } from '../../src/providers/dns/google/token';
import { canonicalName } from '../../src/providers/dns/provider';
import { route53 } from '../../src/providers/dns/route53/route53';
import { openRoute53 } from '../../src/providers/dns/route53/calls';
import type { Context } from '../../src/providers/kit/kind';
import { openHttp } from '../../src/providers/http/client';
import type { RecordSet } from '../../src/ports/ports';
import { requireSuccess } from '../../src/providers/http/read-response';
import { z } from 'zod';
import type { LivePlan } from './plan';

export interface Writer {
  /** Adds a set where there is none of its name and type. */
  make: (set: RecordSet) => Promise<void>;
  /** Removes what is listed under this name and type; how many records or sets that were. */
  remove: (name: string, type: RecordSet['type']) => Promise<number>;
  close: () => void;
}

const timeoutMs = 5_000;

const authority = async (ca: string | undefined, { secret }: Context) =>
  ca === undefined ? {} : { ca: await secret(ca) };

/** The one public zone of this name. */
function only<T>(zones: readonly T[], name: string): T {
  const [zone, other] = zones;
  if (zone === undefined || other !== undefined)
    throw new Error(
      `There are ${zones.length} public zones ${name}, where one is expected; name its id in dns.provider.`,
    );
  return zone;
}

async function forDigitalOcean(given: unknown, context: Context): Promise<Writer> {
  const { zone, token, url: baseUrl, ca } = digitalocean.options.parse(given);
  const headers = { authorization: `Bearer ${await context.secret(token)}` };
  const trust = await authority(ca, context);
  const http = openHttp({ server: digitaloceanWho, baseUrl, headers, timeoutMs, ...trust });
  const domain = { http, zone: canonicalName(zone) };
  return {
    make: async ({ values, ...rest }) => {
      for (const value of values) await writeRecord(domain, undefined, { ...rest, value });
    },
    remove: async (name, type) => {
      const found = await listRecords(domain, name, type);
      for (const { id } of found) await removeRecord(domain, id);
      return found.length;
    },
    close: http.close,
  };
}

async function forCloudflare(given: unknown, context: Context): Promise<Writer> {
  const { zone: name, zoneId, token, url: baseUrl, ca } = cloudflare.options.parse(given);
  const headers = { authorization: `Bearer ${await context.secret(token)}` };
  const trust = await authority(ca, context);
  const http = openHttp({ server: cloudflareWho, baseUrl, headers, timeoutMs, ...trust });
  const zone = openZone(http, canonicalName(name), zoneId);
  return {
    make: (set) => writeSet(zone, [], set),
    remove: async (asked, type) => {
      const found = await cloudflareListed(zone, asked, type);
      for (const { id } of found) {
        const path = `/zones/${await zone.id()}/dns_records/${id}`;
        await call(http, 'DNS Write', { method: 'DELETE', path }, z.unknown());
      }
      return found.length;
    },
    close: http.close,
  };
}

async function forRoute53(given: unknown, context: Context): Promise<Writer> {
  const { zone, hostedZoneId, key, url, ca } = route53.options.parse(given);
  const calls = await openRoute53({ url, key: await context.secret(key), ...(await authority(ca, context)) });
  const publicId = async (name: string) => {
    const found = (await calls.zones(name)).filter((one) => one.Name === name && one.Config?.PrivateZone !== true);
    return (only(found, name).Id ?? '').replace(/^\/hostedzone\//, '');
  };
  const id = hostedZoneId ?? (await publicId(canonicalName(zone)));
  return {
    make: async ({ name: Name, type: Type, ttlSeconds: TTL, values }) => {
      const ResourceRecordSet = { Name, Type, TTL, ResourceRecords: values.map((Value) => ({ Value })) };
      await calls.change(id, [{ Action: 'CREATE', ResourceRecordSet }]);
    },
    remove: async (name, type) => {
      const from = { StartRecordName: name, StartRecordType: type, MaxItems: 10 };
      const { sets } = await calls.sets({ HostedZoneId: id, ...from });
      const found = sets.filter((one) => one.Name === name && one.Type === type);
      for (const ResourceRecordSet of found) await calls.change(id, [{ Action: 'DELETE', ResourceRecordSet }]);
      return found.length;
    },
    close: calls.close,
  };
}

async function forGoogle(given: unknown, context: Context): Promise<Writer> {
  const { zone, project: named, managedZone, key, url: baseUrl, tokenUrl, ca } = google.options.parse(given);
  const account = serviceAccountOf(await context.secret(key));
  const project = named ?? account.project_id;
  const trust = await authority(ca, context);
  const tokens = await openTokens(account, tokenUrl, trust);
  const calls = openGoogle(project, baseUrl, trust, tokens);
  const http = openHttp({ server: googleWho, baseUrl, timeoutMs, ...trust });
  const publicName = async (name: string) => {
    const found = (await calls.zonesNamed(name)).filter(({ visibility = 'public' }) => visibility === 'public');
    return only(found, name).name;
  };
  const id = managedZone ?? (await publicName(canonicalName(zone)));
  const path = `/dns/v1/projects/${project}/managedZones/${id}/changes`;
  return {
    make: async ({ name, type, ttlSeconds: ttl, values: rrdatas }) => {
      const headers = { authorization: `Bearer ${await tokens.current()}` };
      const json = { additions: [{ name, type, ttl, rrdatas }] };
      requireSuccess(await http.send({ method: 'POST', path, headers, json }));
    },
    remove: async (name, type) => {
      const found = (await calls.sets(id, name, type)).filter((one) => one.name === name && one.type === type);
      for (const one of found) await calls.change(id, one, undefined);
      return found.length;
    },
    close: () => {
      http.close();
      calls.close();
    },
  };
}

/** @throws PortError, or an error of the schema that names the field. */
export const writers: Readonly<Record<LivePlan['kind'], (options: unknown, context: Context) => Promise<Writer>>> = {
  cloudflare: forCloudflare,
  digitalocean: forDigitalOcean,
  google: forGoogle,
  route53: forRoute53,
};
