/**
 * The region priorities of a DigitalOcean global load balancer, one vendor region per site region: the lowest number gets the customers while
 * its targets are healthy. An update sends the whole balancer, since missing fields are reset to their defaults. Facts are from the published
 * OpenAPI description of 2026-08-07 unless noted.
 */
import { z } from 'zod';
import { name, path, text } from '../../../fields/fields';
import type { Json } from '../../../domain/plan/plan';
import { PortError } from '../../../ports/errors';
import { commonOptions, openDigitalOcean, probeWritePermission, vendor } from './api';
import { findBalancer, oneBalancer, priorities, type Balancer, type BalancerLookup, type Priorities } from './balancer';
import { byRegion } from '../options';
import type { TrafficReading } from '../../../ports/traffic';
import {
  defineTraffic,
  collectFlaws,
  healthCheckFlaw,
  refuseUnexpectedState,
  refuseUnknownRegion,
  sameState,
} from '../switch';

const title = 'DigitalOcean global load balancer';
const absentId = '00000000-0000-0000-0000-000000000000';

const options = z.strictObject({
  kind: z.literal('digitalocean-global-lb'),
  balancer: text('the name or the id of the load balancer', 'shop-global'),
  /** For each site region, the DigitalOcean region of its targets. */
  targets: byRegion(name('fra1')),
  /** Path that its health check must request. */
  serving: path('/serving').prefault('/serving'),
  ...commonOptions,
});

interface GlobalBalancer extends BalancerLookup, Pick<z.output<typeof options>, 'targets' | 'serving'> {}

export const digitaloceanGlobalLb = defineTraffic({
  options,
  title,
  acrossRegions: true,
  readEveryMs: 10_000,
  // The burst limit; there is also a sliding limit of 5,000 per hour.
  limit: { requests: 250, perMs: 60_000 },
  connect: async (given, context) => {
    const api = await openDigitalOcean(given, context);
    const lookup: GlobalBalancer = { ...given, api, found: undefined };
    return {
      read: async () => readingOf(lookup, await findBalancer(lookup)),
      point: (to, expected) => point(lookup, to, expected),
      flaws: () => flaws(lookup),
      close: api.close,
    };
  },
});

function readingOf({ targets }: GlobalBalancer, balancer: Balancer): TrafficReading {
  const found = balancer.glb_settings?.region_priorities ?? {};
  const state = { region_priorities: found };
  const flaw = prioritiesFlaw(targets, balancer.name, found);
  if (flaw !== undefined) return { leadsTo: undefined, state, because: flaw };
  const order = Object.keys(targets).sort((a, b) => priorityOf(targets, found, a) - priorityOf(targets, found, b));
  const because = `${balancer.name} sends customers to ${order.join(', then ')}.`;
  const reading = { leadsTo: order[0], state, because };
  const status = balancer.status ?? 'active';
  if (status === 'active') return reading;
  return { ...reading, pending: `${vendor} is still changing ${balancer.name} (status ${status}).` };
}

const priorityOf = (targets: GlobalBalancer['targets'], found: Priorities, region: string) =>
  found[targets[region] ?? ''] ?? 0;

/** Why these priorities lead to neither region; undefined when they lead to one. */
function prioritiesFlaw(targets: GlobalBalancer['targets'], name: string, found: Priorities): string | undefined {
  const wanted = Object.values(targets);
  const missing = wanted.find((slug) => found[slug] === undefined);
  const unknown = Object.keys(found).find((slug) => !wanted.includes(slug));
  if (missing !== undefined) return `${name} has no priority for ${missing}; set one in region_priorities.`;
  if (unknown !== undefined)
    return `${name} has a priority for ${unknown}, which is not in traffic.targets; remove it.`;
  if (new Set(wanted.map((slug) => found[slug])).size === wanted.length) return undefined;
  return `${name} has the same priority for ${wanted.join(' and ')}, so it sends customers to both; set one lower.`;
}

const expectedShape = z.strictObject({ region_priorities: priorities });

/** The two regions' priorities are swapped, so that a move back restores the exact state. */
function prioritiesTo({ targets }: GlobalBalancer, to: string, expected: Json): Priorities {
  const parsed = expectedShape.safeParse(expected);
  if (!parsed.success)
    throw new PortError('refused', `The plan contains no priorities of a ${title}; start a new transfer.`);
  const { region_priorities: before } = parsed.data;
  const [first, next] = Object.keys(before).sort((a, b) => (before[a] ?? 0) - (before[b] ?? 0));
  const target = targets[to] ?? '';
  if (first === undefined || next === undefined || first === target) return before;
  return { ...before, [target]: before[first] ?? 1, [first]: before[target] ?? 2 };
}

async function point(lookup: GlobalBalancer, to: string, expected: Json): Promise<void> {
  refuseUnknownRegion(title, lookup.targets, to);
  const wanted = { region_priorities: prioritiesTo(lookup, to, expected) };
  const balancer = await findBalancer(lookup);
  const found = readingOf(lookup, balancer).state;
  if (sameState(found, wanted)) return;
  refuseUnexpectedState(balancer.name, found, expected, wanted);
  const json = requestBody(balancer, wanted.region_priorities);
  const request = { method: 'PUT', path: `/v2/load_balancers/${balancer.id}`, json } as const;
  const { load_balancer: updated } = await lookup.api.call('load_balancer:update', request, oneBalancer);
  const stored = readingOf(lookup, updated);
  if (sameState(stored.state, wanted)) return;
  const because = `${vendor} did not store the priorities for ${to}; it reported ${JSON.stringify(stored.state)}.`;
  throw new PortError('garbage', because);
}

const readOnly = new Set(['id', 'ip', 'ipv6', 'status', 'created_at', 'region']);

const isEmpty = (value: unknown) => value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * The body of a PUT that changes the priorities only. Droplets are sent as ids or as a tag, and the size as `size_unit` or `size`, never both.
 * Empty fields are left out, as in the vendor's client godo (2026-11), because the API rejects an empty list of forwarding rules.
 */
function requestBody(balancer: Balancer, region_priorities: Priorities): Record<string, unknown> {
  const { region, tag, size_unit } = balancer;
  const slug = z.object({ slug: z.string().min(1) }).safeParse(region).data?.slug;
  const tagged = typeof tag === 'string' && tag !== '';
  const redundant = new Set([...(tagged ? ['droplet_ids'] : []), ...(isEmpty(size_unit ?? null) ? [] : ['size'])]);
  const kept = Object.entries(balancer).filter(
    ([field, value]) => !readOnly.has(field) && !redundant.has(field) && !isEmpty(value),
  );
  const glb_settings = { ...balancer.glb_settings, region_priorities };
  return { ...Object.fromEntries(kept), ...(slug === undefined ? {} : { region: slug }), glb_settings };
}

const rule = { entry_protocol: 'https', entry_port: 443, target_protocol: 'https', target_port: 443 };

function flaws(lookup: GlobalBalancer): Promise<string[]> {
  const json = { name: 'absent', region: 'nyc3', droplet_ids: [], forwarding_rules: [rule] };
  const request = { method: 'PUT', path: `/v2/load_balancers/${absentId}`, json } as const;
  return collectFlaws(
    async () => balancerFlaws(lookup, await findBalancer(lookup)),
    () => probeWritePermission(() => lookup.api.call('load_balancer:update', request, oneBalancer)).then(() => []),
  );
}

function balancerFlaws({ targets, serving }: GlobalBalancer, balancer: Balancer): string[] {
  const { name, type, status, health_check: check, glb_settings } = balancer;
  const reasons = [
    type !== 'GLOBAL' &&
      `${name} has the type ${type ?? 'REGIONAL'}; set traffic.balancer to a load balancer of the type GLOBAL.`,
    status === 'errored' && `${name} has the status errored; contact ${vendor} support.`,
    type === 'GLOBAL' && prioritiesFlaw(targets, name, glb_settings?.region_priorities ?? {}),
    healthCheckFlaw(`The health check of ${name}`, { protocol: check?.protocol, path: check?.path }, serving),
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}
