/**
 * A DigitalOcean reserved IP: one address that is assigned to a droplet within one vendor region. DNS does not change, and there is no health
 * check. An assignment is an action that takes a while; it is done when the address reports the droplet, whatever the action says. Facts are
 * from the published OpenAPI description of 2026-08-07 unless noted.
 */
import { z } from 'zod';
import { isIPv4, name, text, whole } from '../../../fields/fields';
import type { Json } from '../../../domain/plan/plan';
import { PortError } from '../../../ports/errors';
import { commonOptions, pollEveryMs, openDigitalOcean, probeWritePermission, vendor, type DigitalOcean } from './api';
import { byRegion } from '../options';
import type { TrafficReading } from '../../../ports/traffic';
import { defineTraffic, collectFlaws, refuseUnexpectedState, refuseUnknownRegion } from '../switch';

const title = 'DigitalOcean reserved IP';
/** Reserved for documentation, so it never exists. */
const absentIp = '192.0.2.1';

const options = z.strictObject({
  kind: z.literal('reserved-ip'),
  /** IPv4 only; IPv6 uses other calls. */
  ip: text('a reserved IPv4 address', '45.55.96.47', isIPv4),
  droplets: byRegion(whole(1, Number.MAX_SAFE_INTEGER, '3164444')),
  /** The DigitalOcean region of each droplet: the address can't leave it. */
  places: byRegion(name('fra1')),
  ...commonOptions,
});

const region = z.object({ slug: z.string() });
const addressBody = z.object({
  reserved_ip: z.object({ region, droplet: z.object({ id: z.int() }).nullish(), locked: z.boolean().nullish() }),
});
const actionBody = z.object({ action: z.object({ id: z.int(), status: z.string() }) });
const dropletBody = z.object({ droplet: z.object({ status: z.string(), region }) });

export const reservedIp = defineTraffic({
  options,
  title,
  acrossRegions: false,
  readEveryMs: pollEveryMs,
  // The burst limit; there is also a sliding limit of 5,000 per hour.
  limit: { requests: 250, perMs: 60_000 },
  connect: async (given, context) => {
    const api = await openDigitalOcean(given, context);
    const address: ReservedIp = { ...given, api, assigning: undefined };
    return {
      read: () => read(address),
      point: (to, expected) => point(address, to, expected),
      flaws: () => flaws(address),
      close: api.close,
    };
  },
});

interface ReservedIp extends Pick<z.output<typeof options>, 'ip' | 'droplets' | 'places'> {
  api: DigitalOcean;
  /** The last assignment that this worker started, until it ends. */
  assigning: { action: number; region: string } | undefined;
}

const pathOf = (ip: string) => `/v2/reserved_ips/${ip}`;

async function fetchAddress({ api, ip }: ReservedIp): Promise<z.output<typeof addressBody>['reserved_ip']> {
  const hint = `The team of the token has no reserved IP ${ip}; correct traffic.ip.`;
  return (await api.call('reserved_ip:read', { path: pathOf(ip) }, addressBody, hint)).reserved_ip;
}

async function read(address: ReservedIp): Promise<TrafficReading> {
  const { ip, droplets } = address;
  const { droplet: holder, locked } = await fetchAddress(address);
  const leadsTo = Object.keys(droplets).find((name) => droplets[name] === holder?.id);
  const status = leadsTo !== undefined && leadsTo === address.assigning?.region ? 'over' : await actionStatus(address);
  if (address.assigning !== undefined && status === 'in-progress') {
    const to = address.assigning.region;
    const because = `${vendor} is assigning ${ip} to the droplet of ${to}.`;
    return { leadsTo: to, state: { droplet: droplets[to] ?? null }, because, pending: because };
  }
  const failed = status === 'errored' ? ` ${vendor} could not reassign it (the action ended as errored).` : '';
  address.assigning = undefined;
  const reading = {
    leadsTo,
    state: { droplet: holder?.id ?? null },
    because: `${holderSentence(address, holder, leadsTo)}${failed}`,
    ...(holder ? {} : { vacant: true as const }),
  };
  return locked === true ? { ...reading, pending: `${ip} is locked by an action in progress.` } : reading;
}

function holderSentence(
  { ip }: ReservedIp,
  holder: { id: number } | null | undefined,
  leadsTo: string | undefined,
): string {
  if (!holder)
    return `${ip} is assigned to no droplet, or the token lacks the scope droplet:read, without which the droplet is not returned.`;
  if (leadsTo === undefined) return `${ip} is assigned to droplet ${holder.id}, which is not in traffic.droplets.`;
  return `${ip} is assigned to the droplet of ${leadsTo}.`;
}

/** The status of our assignment; `unknown` when the action can't be read, and then the address decides. */
async function actionStatus({ api, ip, assigning }: ReservedIp): Promise<string> {
  if (assigning === undefined) return 'over';
  const path = `${pathOf(ip)}/actions/${assigning.action}`;
  try {
    return (await api.call('reserved_ip:read', { path }, actionBody)).action.status;
  } catch (error) {
    // For addresses that a customer brought along this returns 404 (users of the Terraform provider).
    if (error instanceof PortError && error.kind === 'absent') return 'unknown';
    throw error;
  }
}

async function point(address: ReservedIp, to: string, expected: Json): Promise<void> {
  const { api, ip, droplets } = address;
  refuseUnknownRegion(title, droplets, to);
  const wanted = droplets[to] ?? 0;
  const { droplet: holder } = await fetchAddress(address);
  if (holder?.id === wanted) return;
  if (address.assigning?.region === to && (await actionStatus(address)) === 'in-progress') return;
  // A destroyed droplet leaves its address unassigned; but a token without droplet:read sees every address as unassigned.
  if (holder) refuseUnexpectedState(ip, { droplet: holder.id }, expected, { droplet: wanted });
  else await fetchDroplet(address, to);
  const json = { type: 'assign', droplet_id: wanted };
  const request = { method: 'POST', path: `${pathOf(ip)}/actions`, json } as const;
  const started = await api.call('reserved_ip:update', request, actionBody);
  address.assigning = { action: started.action.id, region: to };
}

function flaws(address: ReservedIp): Promise<string[]> {
  const json = { type: 'assign', droplet_id: 1 };
  const request = { method: 'POST', path: `${pathOf(absentIp)}/actions`, json } as const;
  return collectFlaws(
    () => addressFlaws(address),
    ...Object.keys(address.droplets).map((name) => () => dropletFlaws(address, name)),
    () => probeWritePermission(() => address.api.call('reserved_ip:update', request, actionBody)).then(() => []),
  );
}

async function addressFlaws(address: ReservedIp): Promise<string[]> {
  const { ip, places } = address;
  const { region: here, droplet: holder } = await fetchAddress(address);
  const elsewhere = Object.entries(places).find(([, where]) => where !== here.slug);
  return [
    ...(elsewhere
      ? [
          `${ip} is in ${here.slug} and can't leave it, but traffic.places.${elsewhere[0]} is ${elsewhere[1]}; correct it.`,
        ]
      : []),
    ...(holder ? [] : [holderSentence(address, holder, undefined)]),
  ];
}

async function fetchDroplet(
  { api, droplets }: ReservedIp,
  name: string,
): Promise<z.output<typeof dropletBody>['droplet']> {
  const id = droplets[name] ?? 0;
  const hint = `The team of the token has no droplet ${id}; correct traffic.droplets.${name}.`;
  return (await api.call('droplet:read', { path: `/v2/droplets/${id}` }, dropletBody, hint)).droplet;
}

async function dropletFlaws(address: ReservedIp, name: string): Promise<string[]> {
  const { ip, droplets, places } = address;
  const id = droplets[name] ?? 0;
  const { status, region: here } = await fetchDroplet(address, name);
  const elsewhere = `Droplet ${id} of ${name} is in ${here.slug}, not in ${places[name] ?? ''}; correct traffic.places.${name}.`;
  return [
    ...(here.slug === places[name] ? [] : [elsewhere]),
    ...(status === 'active'
      ? []
      : [`Droplet ${id} of ${name} is ${status}, so ${ip} would not answer there; start it.`]),
  ];
}
