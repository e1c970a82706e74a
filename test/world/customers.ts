/** Customers order all the time: through the public name with and without an old answer in hand, and from inside each region. */
import { PortError } from '../../src/providers/errors';
import { notServing, type RegionState } from './region';
import { positionOf, write } from './server';

export interface Acknowledgement {
  order: string;
  region: string;
  position: string;
  at: number;
}

/** Takes one order in `region`, or says why not. Who orders gets an answer only after the commit. */
export function order(
  region: RegionState,
  regions: ReadonlyMap<string, RegionState>,
  linkCut: boolean,
  name: string,
): string {
  const target = served(region, regions, linkCut);
  const because = target.gate ?? notServing(target);
  if (because !== undefined) throw new PortError('unavailable', `503: ${because}`);
  write(target.server, { order: name });
  return target.name;
}

/** The region that answers a request which arrives at `region`; proxied requests go on once. */
function served(region: RegionState, regions: ReadonlyMap<string, RegionState>, linkCut: boolean): RegionState {
  if (region.proxy === undefined) return region;
  const next = [...regions.values()].find((each) => each.address === region.proxy);
  if (!next || linkCut || !next.hostUp) throw new PortError('unavailable', '502');
  return next;
}

export function acknowledge(region: RegionState, name: string, at: number): Acknowledgement {
  return { order: name, region: region.name, position: positionOf(region.server.log), at };
}
