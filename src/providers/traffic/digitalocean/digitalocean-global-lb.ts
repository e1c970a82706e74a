/**
 * The priorities of a global load balancer of DigitalOcean, one of its regions for each region of the site: the lowest number gets the
 * customers as long as its targets are healthy. A change sends the whole balancer, since whatever is left out is reset to its default. Facts
 * as of the published OpenAPI description of 2026-08-07 unless said otherwise.
 */
import { z } from 'zod';
import { name, path, text } from '../../../fields/fields';
import type { Json } from '../../../domain/plan/plan';
import { PortError } from '../../../ports/errors';
import { common, openDigitalOcean, provokeDenial, who } from './api';
import { balancerOf, oneBalancer, priorities, type Balancer, type Finder, type Priorities } from './balancer';
import { perRegion } from '../options';
import type { TrafficReading } from '../../../ports/traffic';
import { defineTraffic, flawsOf, healthCheckFlaw, refuseThird, refuseUnknown, sameState } from '../switch';

const title = 'DigitalOcean global load balancer';
const nobody = '00000000-0000-0000-0000-000000000000';

const options = z.strictObject({
  kind: z.literal('digitalocean-global-lb'),
  balancer: text('the name or the id of the load balancer', 'shop-global'),
  /** For each region of the site the region of DigitalOcean that its targets are in. */
  targets: perRegion(name('fra1')),
  /** Path that its health check must ask. */
  serving: path('/serving').prefault('/serving'),
  ...common,
});

interface Place extends Finder, Pick<z.output<typeof options>, 'targets' | 'serving'> {}

export const digitaloceanGlobalLb = defineTraffic({
  options,
  title,
  acrossRegions: true,
  readEveryMs: 10_000,
  // The burst limit; beside it 5,000 an hour, over a window that slides.
  limit: { requests: 250, perMs: 60_000 },
  connect: async (given, context) => {
    const api = await openDigitalOcean(given, context);
    const place: Place = { ...given, api, found: undefined };
    return {
      read: async () => readingOf(place, await balancerOf(place)),
      point: (to, expected) => point(place, to, expected),
      flaws: () => flaws(place),
      close: api.close,
    };
  },
});

function readingOf({ targets }: Place, balancer: Balancer): TrafficReading {
  const found = balancer.glb_settings?.region_priorities ?? {};
  const state = { region_priorities: found };
  const mixture = mixtureOf(targets, balancer.name, found);
  if (mixture !== undefined) return { leadsTo: undefined, state, because: mixture };
  const order = Object.keys(targets).sort((a, b) => priorityOf(targets, found, a) - priorityOf(targets, found, b));
  const because = `${balancer.name} sends customers to ${order.join(', then ')}.`;
  const reading = { leadsTo: order[0], state, because };
  const status = balancer.status ?? 'active';
  if (status === 'active') return reading;
  return { ...reading, pending: `${who} is not done with ${balancer.name}: its status is ${status}.` };
}

const priorityOf = (targets: Place['targets'], found: Priorities, region: string) => found[targets[region] ?? ''] ?? 0;

/** Why these priorities lead neither to one region nor to the other; undefined when they do. */
function mixtureOf(targets: Place['targets'], called: string, found: Priorities): string | undefined {
  const wanted = Object.values(targets);
  const missing = wanted.find((slug) => found[slug] === undefined);
  const stranger = Object.keys(found).find((slug) => !wanted.includes(slug));
  if (missing !== undefined) return `${called} has no priority for ${missing}; give it one under region_priorities.`;
  if (stranger !== undefined)
    return `${called} has a priority for ${stranger}, which traffic.targets gives to no region; take it out.`;
  if (new Set(wanted.map((slug) => found[slug])).size === wanted.length) return undefined;
  return `${called} gives ${wanted.join(' and ')} the same priority, and so sends customers to both; make one lower.`;
}

const expectedShape = z.strictObject({ region_priorities: priorities });

/** The two regions change places, so that a move back brings back what was there. */
function prioritiesTo({ targets }: Place, to: string, expected: Json): Priorities {
  const parsed = expectedShape.safeParse(expected);
  if (!parsed.success)
    throw new PortError('refused', `The plan holds no priorities of a ${title}; plan the move anew.`);
  const { region_priorities: before } = parsed.data;
  const [first, next] = Object.keys(before).sort((a, b) => (before[a] ?? 0) - (before[b] ?? 0));
  const target = targets[to] ?? '';
  if (first === undefined || next === undefined || first === target) return before;
  return { ...before, [target]: before[first] ?? 1, [first]: before[target] ?? 2 };
}

async function point(place: Place, to: string, expected: Json): Promise<void> {
  refuseUnknown(title, place.targets, to);
  const wanted = { region_priorities: prioritiesTo(place, to, expected) };
  const balancer = await balancerOf(place);
  const found = readingOf(place, balancer).state;
  if (sameState(found, wanted)) return;
  refuseThird(balancer.name, found, expected, wanted);
  const json = wholeWith(balancer, wanted.region_priorities);
  const request = { method: 'PUT', path: `/v2/load_balancers/${balancer.id}`, json } as const;
  const told = readingOf(place, (await place.api.ask('load_balancer:update', request, oneBalancer)).load_balancer);
  if (sameState(told.state, wanted)) return;
  const because = `${who} was told to send customers to ${to}, and says that it stored ${JSON.stringify(told.state)}.`;
  throw new PortError('garbage', because);
}

const readOnly = new Set(['id', 'ip', 'ipv6', 'status', 'created_at', 'region']);

const isEmpty = (value: unknown) => value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * All that a PUT takes, as it was. Droplets are given by their ids or by a tag, and the size by `size_unit` or by `size`, never by both; what is
 * empty is left out, as by the vendor's own client godo (2026-11), for no rule for forwarding is not a list of rules.
 */
function wholeWith(balancer: Balancer, region_priorities: Priorities): Record<string, unknown> {
  const { region, tag, size_unit } = balancer;
  const slug = z.object({ slug: z.string().min(1) }).safeParse(region).data?.slug;
  const tagged = typeof tag === 'string' && tag !== '';
  const instead = new Set([...(tagged ? ['droplet_ids'] : []), ...(isEmpty(size_unit ?? null) ? [] : ['size'])]);
  const kept = Object.entries(balancer).filter(
    ([field, value]) => !readOnly.has(field) && !instead.has(field) && !isEmpty(value),
  );
  const glb_settings = { ...balancer.glb_settings, region_priorities };
  return { ...Object.fromEntries(kept), ...(slug === undefined ? {} : { region: slug }), glb_settings };
}

const rule = { entry_protocol: 'https', entry_port: 443, target_protocol: 'https', target_port: 443 };

function flaws(place: Place): Promise<string[]> {
  const json = { name: 'nobody', region: 'nyc3', droplet_ids: [], forwarding_rules: [rule] };
  const provoked = { method: 'PUT', path: `/v2/load_balancers/${nobody}`, json } as const;
  return flawsOf(
    async () => flawsIn(place, await balancerOf(place)),
    () => provokeDenial(() => place.api.ask('load_balancer:update', provoked, oneBalancer)).then(() => []),
  );
}

function flawsIn({ targets, serving }: Place, balancer: Balancer): string[] {
  const { name: called, type, status, health_check: check, glb_settings } = balancer;
  const reasons = [
    type !== 'GLOBAL' && `${called} is of the type ${type ?? 'REGIONAL'}; name a load balancer of the type GLOBAL.`,
    status === 'errored' && `${called} has the status errored; ${who}'s support must repair it.`,
    type === 'GLOBAL' && mixtureOf(targets, called, glb_settings?.region_priorities ?? {}),
    healthCheckFlaw(`The health check of ${called}`, { protocol: check?.protocol, path: check?.path }, serving),
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}
