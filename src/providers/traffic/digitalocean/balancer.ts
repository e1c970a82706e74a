/** Finds a DigitalOcean load balancer by id or name, with its region priorities. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { DigitalOcean } from './api';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** The largest page size. */
const perPage = 200;
const maxPages = 50;

export const priorities = z.record(z.string(), z.int());
const settings = z.looseObject({ region_priorities: priorities.nullish() });
const health = z.object({ protocol: z.string().nullish(), path: z.string().nullish() });
const balancerShape = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string().nullish(),
  status: z.string().nullish(),
  health_check: health.loose().nullish(),
  glb_settings: settings.nullish(),
});
export const oneBalancer = z.object({ load_balancer: balancerShape });
const page = z.object({
  load_balancers: z.array(balancerShape),
  links: z.object({ pages: z.object({ next: z.string().nullish() }).nullish() }).nullish(),
});

export type Balancer = z.output<typeof balancerShape>;
export type Priorities = z.output<typeof priorities>;

export interface BalancerLookup {
  api: DigitalOcean;
  /** Name or id. */
  balancer: string;
  /** The id that was found for the name. */
  found: string | undefined;
}

/** The load balancer of the options. @throws PortError absent when there is none, refused when two have the name. */
export async function findBalancer(finder: BalancerLookup): Promise<Balancer> {
  if (uuid.test(finder.balancer)) return getBalancer(finder, finder.balancer);
  try {
    if (finder.found !== undefined) return await getBalancer(finder, finder.found);
  } catch (error) {
    // It may have been recreated under the same name.
    if (!(error instanceof PortError) || error.kind !== 'absent') throw error;
  }
  const found = await balancerByName(finder);
  finder.found = found.id;
  return found;
}

async function getBalancer({ api }: BalancerLookup, id: string): Promise<Balancer> {
  const hint = `The team of the token has no load balancer ${id}; correct traffic.balancer.`;
  return (await api.call('load_balancer:read', { path: `/v2/load_balancers/${id}` }, oneBalancer, hint)).load_balancer;
}

async function balancerByName({ api, balancer }: BalancerLookup): Promise<Balancer> {
  const all: Balancer[] = [];
  for (let number = 1; number <= maxPages; number += 1) {
    const path = `/v2/load_balancers?per_page=${perPage}&page=${number}`;
    const { load_balancers: listed, links } = await api.call('load_balancer:read', { path }, page);
    all.push(...listed);
    // The link itself is not followed, so that the token is never sent elsewhere.
    if (!links?.pages?.next || listed.length === 0) break;
  }
  const [one, other] = all.filter((each) => each.name === balancer);
  if (one === undefined) {
    const known = all.map((each) => each.name).join(', ') || 'none';
    throw new PortError(
      'absent',
      `The team of the token has no load balancer ${balancer} (found: ${known}); correct traffic.balancer.`,
    );
  }
  if (other === undefined) return one;
  throw new PortError('refused', `Two load balancers are named ${balancer}; set traffic.balancer to the id of one.`);
}
