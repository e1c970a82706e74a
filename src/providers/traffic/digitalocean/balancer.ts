/** A load balancer of DigitalOcean by its id or its name, as far as priorities of regions need it. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { DigitalOcean } from './api';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** The longest page there is. */
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

export interface Finder {
  api: DigitalOcean;
  /** Its name or its id. */
  balancer: string;
  /** The id that its name led to. */
  found: string | undefined;
}

/** The one that the options name. @throws PortError absent when there is none, refused when there are two by that name. */
export async function balancerOf(finder: Finder): Promise<Balancer> {
  if (uuid.test(finder.balancer)) return balancerOfId(finder, finder.balancer);
  try {
    if (finder.found !== undefined) return await balancerOfId(finder, finder.found);
  } catch (error) {
    // It was made anew by the same name.
    if (!(error instanceof PortError) || error.kind !== 'absent') throw error;
  }
  const found = await balancerCalled(finder);
  finder.found = found.id;
  return found;
}

async function balancerOfId({ api }: Finder, id: string): Promise<Balancer> {
  const hint = `The team of the token has no load balancer ${id}; correct traffic.balancer.`;
  return (await api.ask('load_balancer:read', { path: `/v2/load_balancers/${id}` }, oneBalancer, hint)).load_balancer;
}

async function balancerCalled({ api, balancer }: Finder): Promise<Balancer> {
  const all: Balancer[] = [];
  for (let number = 1; number <= maxPages; number += 1) {
    const path = `/v2/load_balancers?per_page=${perPage}&page=${number}`;
    const { load_balancers: shown, links } = await api.ask('load_balancer:read', { path }, page);
    all.push(...shown);
    // Of the link to the next page nothing is taken: the token goes nowhere else.
    if (!links?.pages?.next || shown.length === 0) break;
  }
  const [one, other] = all.filter((each) => each.name === balancer);
  if (one === undefined) {
    const known = all.map((each) => each.name).join(', ') || 'none';
    throw new PortError(
      'absent',
      `The team of the token has no load balancer ${balancer} (${known}); correct traffic.balancer.`,
    );
  }
  if (other === undefined) return one;
  throw new PortError('refused', `Two load balancers are called ${balancer}; give the id of one as traffic.balancer.`);
}
