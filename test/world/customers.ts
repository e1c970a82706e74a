/** Customers order all the time: through the public name with and without an old answer in hand, and from inside each region. */
import { PortError } from '../../src/providers/errors';
import { notServing, type RegionState } from './region';
import { writeOrder } from './server';

export interface Acknowledgement {
  order: string;
  id: number;
  region: RegionState;
}

/** Takes one order that arrives at `region`, or says why not. Who orders gets an answer only after the commit. */
export function order(
  region: RegionState,
  regions: ReadonlyMap<string, RegionState>,
  linkCut: boolean,
  key: string,
): Acknowledgement {
  const target = served(region, regions, linkCut);
  const because = target.gate ?? notServing(target);
  if (because !== undefined) throw new PortError('unavailable', `503: ${because}`);
  return { order: key, id: writeOrder(target.server, key), region: target };
}

/** The region that answers a request which arrives at `region`; proxied requests go on once. */
function served(region: RegionState, regions: ReadonlyMap<string, RegionState>, linkCut: boolean): RegionState {
  if (region.proxy === undefined) return region;
  const next = [...regions.values()].find((each) => each.address === region.proxy);
  if (!next || linkCut || !next.hostUp) throw new PortError('unavailable', '502');
  return next;
}
