/**
 * A reserved IP of DigitalOcean: one address that is given to a droplet or to another one, within one of its regions. DNS does not change, and
 * nothing checks health. An assignment is an action that takes a while; where the address is, not the action, says whether it is done. Facts
 * as of the published OpenAPI description of 2026-08-07 unless said otherwise.
 */
import { z } from 'zod';
import { isIPv4, name, text, whole } from '../../../fields/fields';
import type { Json } from '../../../domain/plan/plan';
import { PortError } from '../../../ports/errors';
import { common, lookEveryMs, openDigitalOcean, provokeDenial, who, type DigitalOcean } from './api';
import { perRegion } from '../options';
import type { TrafficReading } from '../../../ports/traffic';
import { defineTraffic, flawsOf, refuseThird, refuseUnknown } from '../switch';

const title = 'DigitalOcean reserved IP';
/** Of those for documentation: never anybody's. */
const nobody = '192.0.2.1';

const options = z.strictObject({
  kind: z.literal('reserved-ip'),
  /** IPv4; those of IPv6 have calls of their own. */
  ip: text('a reserved IPv4 address', '45.55.96.47', isIPv4),
  droplets: perRegion(whole(1, Number.MAX_SAFE_INTEGER, '3164444')),
  /** Where each droplet is, by DigitalOcean's name: the address can't leave it. */
  places: perRegion(name('fra1')),
  ...common,
});

const region = z.object({ slug: z.string() });
const address = z.object({
  reserved_ip: z.object({ region, droplet: z.object({ id: z.int() }).nullish(), locked: z.boolean().nullish() }),
});
const action = z.object({ action: z.object({ id: z.int(), status: z.string() }) });
const droplet = z.object({ droplet: z.object({ status: z.string(), region }) });

export const reservedIp = defineTraffic({
  options,
  title,
  acrossRegions: false,
  readEveryMs: lookEveryMs,
  // The burst limit; beside it 5,000 an hour, over a window that slides.
  limit: { requests: 250, perMs: 60_000 },
  connect: async (given, context) => {
    const api = await openDigitalOcean(given, context);
    const place: Address = { ...given, api, assigning: undefined };
    return {
      read: () => read(place),
      point: (to, expected) => point(place, to, expected),
      flaws: () => flaws(place),
      close: api.close,
    };
  },
});

interface Address extends Pick<z.output<typeof options>, 'ip' | 'droplets' | 'places'> {
  api: DigitalOcean;
  /** What this worker asked for last, until it is over. */
  assigning: { action: number; region: string } | undefined;
}

const pathOf = (ip: string) => `/v2/reserved_ips/${ip}`;

async function addressOf({ api, ip }: Address): Promise<z.output<typeof address>['reserved_ip']> {
  const hint = `The team of the token has no reserved IP ${ip}; correct traffic.ip.`;
  return (await api.ask('reserved_ip:read', { path: pathOf(ip) }, address, hint)).reserved_ip;
}

async function read(place: Address): Promise<TrafficReading> {
  const { ip, droplets } = place;
  const { droplet: holder, locked } = await addressOf(place);
  const leadsTo = Object.keys(droplets).find((name) => droplets[name] === holder?.id);
  const status = leadsTo !== undefined && leadsTo === place.assigning?.region ? 'over' : await statusOf(place);
  if (place.assigning !== undefined && status === 'in-progress') {
    const to = place.assigning.region;
    const because = `${who} is giving ${ip} to the droplet of ${to}.`;
    return { leadsTo: to, state: { droplet: droplets[to] ?? null }, because, pending: because };
  }
  const failed = status === 'errored' ? ` ${who} could not give it to another one (the action ended as errored).` : '';
  place.assigning = undefined;
  const reading = {
    leadsTo,
    state: { droplet: holder?.id ?? null },
    because: `${held(place, holder, leadsTo)}${failed}`,
    ...(holder ? {} : { vacant: true as const }),
  };
  return locked === true ? { ...reading, pending: `${ip} is locked by an action that is not over.` } : reading;
}

function held({ ip }: Address, holder: { id: number } | null | undefined, leadsTo: string | undefined): string {
  if (!holder) return `${ip} belongs to no droplet, or the token lacks the scope droplet:read and is not shown it.`;
  if (leadsTo === undefined) return `${ip} belongs to droplet ${holder.id}, which traffic.droplets gives to no region.`;
  return `${ip} belongs to the droplet of ${leadsTo}.`;
}

/** How the assignment that we asked for stands; an action that can't be read says nothing, and the address itself decides. */
async function statusOf({ api, ip, assigning }: Address): Promise<string> {
  if (assigning === undefined) return 'over';
  const path = `${pathOf(ip)}/actions/${assigning.action}`;
  try {
    return (await api.ask('reserved_ip:read', { path }, action)).action.status;
  } catch (error) {
    // Addresses that a customer brought along answer 404 here (users of the Terraform provider).
    if (error instanceof PortError && error.kind === 'absent') return 'unknown';
    throw error;
  }
}

async function point(place: Address, to: string, expected: Json): Promise<void> {
  const { api, ip, droplets } = place;
  refuseUnknown(title, droplets, to);
  const wanted = droplets[to] ?? 0;
  const { droplet: holder } = await addressOf(place);
  if (holder?.id === wanted) return;
  if (place.assigning?.region === to && (await statusOf(place)) === 'in-progress') return;
  // Whoever loses a droplet leaves its address to nobody; but nobody is also what a token sees that may not see droplets.
  if (holder) refuseThird(ip, { droplet: holder.id }, expected, { droplet: wanted });
  else await dropletOf(place, to);
  const json = { type: 'assign', droplet_id: wanted };
  const request = { method: 'POST', path: `${pathOf(ip)}/actions`, json } as const;
  const told = await api.ask('reserved_ip:update', request, action);
  place.assigning = { action: told.action.id, region: to };
}

function flaws(place: Address): Promise<string[]> {
  const json = { type: 'assign', droplet_id: 1 };
  const provoked = { method: 'POST', path: `${pathOf(nobody)}/actions`, json } as const;
  return flawsOf(
    () => addressFlaws(place),
    ...Object.keys(place.droplets).map((name) => () => dropletFlaws(place, name)),
    () => provokeDenial(() => place.api.ask('reserved_ip:update', provoked, action)).then(() => []),
  );
}

async function addressFlaws(place: Address): Promise<string[]> {
  const { ip, places } = place;
  const { region: here, droplet: holder } = await addressOf(place);
  const away = Object.entries(places).find(([, where]) => where !== here.slug);
  return [
    ...(away ? [`${ip} is in ${here.slug} and can't leave it, but traffic.places puts ${away[0]} in ${away[1]}.`] : []),
    ...(holder ? [] : [held(place, holder, undefined)]),
  ];
}

async function dropletOf({ api, droplets }: Address, name: string): Promise<z.output<typeof droplet>['droplet']> {
  const id = droplets[name] ?? 0;
  const hint = `The team of the token has no droplet ${id}; correct traffic.droplets.${name}.`;
  return (await api.ask('droplet:read', { path: `/v2/droplets/${id}` }, droplet, hint)).droplet;
}

async function dropletFlaws(place: Address, name: string): Promise<string[]> {
  const { ip, droplets, places } = place;
  const id = droplets[name] ?? 0;
  const { status, region: here } = await dropletOf(place, name);
  const elsewhere = `Droplet ${id} of ${name} is in ${here.slug}, not in ${places[name] ?? ''}; correct traffic.places.${name}.`;
  return [
    ...(here.slug === places[name] ? [] : [elsewhere]),
    ...(status === 'active'
      ? []
      : [`Droplet ${id} of ${name} is ${status}, and would answer nobody at ${ip}; start it.`]),
  ];
}
