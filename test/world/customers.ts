/** Customers order all the time: through the public name with and without an old answer in hand, and from inside each region. */
import { notServing, type RegionState } from './region';
import { writeOrder } from './server';

export interface Acknowledgement {
  order: string;
  id: number;
  region: RegionState;
  at: number;
}

/** Takes one order that arrives at `region`; undefined when it is refused. Who orders gets an answer only after the commit. */
export function order(
  region: RegionState,
  regions: ReadonlyMap<string, RegionState>,
  linkCut: boolean,
  key: string,
  at: number,
): Acknowledgement | undefined {
  const target = served(region, regions, linkCut);
  if (!target || target.gate !== undefined || notServing(target) !== undefined) return undefined;
  return { order: key, id: writeOrder(target.server, key), region: target, at };
}

/** The region that answers a request which arrives at `region`; proxied requests go on once. */
function served(
  region: RegionState,
  regions: ReadonlyMap<string, RegionState>,
  linkCut: boolean,
): RegionState | undefined {
  if (region.proxy === undefined) return region;
  const next = [...regions.values()].find((each) => each.address === region.proxy);
  return next && !linkCut && next.hostUp ? next : undefined;
}
