/** The part of the composition root that only a rejoin uses: what the kind of each region's database brings for it. */
import { PortError } from '../ports/errors';
import type { Pile } from '../ports/pile';
import type { Comparing, RejoinPorts, Salvage } from '../ports/rejoin';
import type { Rejoin } from '../providers/database/kind';
import { lazyPort } from '../providers/kit/lazy-port';
import { each, once } from './each';
import { kindIn, serverOf, type RegionRoot } from './region';

/** Each port is made once and kept. Asking for a region that the site does not name is refused. */
export function rejoinPorts(root: RegionRoot): RejoinPorts {
  const { regions } = root.site;
  const comparing = once((pair) => {
    const [primary = '', replica = ''] = JSON.parse(pair) as string[];
    return lazyPort<Comparing>(async () =>
      root.opened(await rejoinOf(root, primary).comparing(serverOf(root, primary), serverOf(root, replica))),
    );
  });
  return {
    binlogs: each('region', regions, (_, region) => rejoinOf(root, region).binlogs(serverOf(root, region))),
    salvage: each('region', regions, (_, region) =>
      lazyPort<Salvage>(async () => root.opened(await rejoinOf(root, region).salvage(serverOf(root, region)))),
    ),
    pile: each('region', regions, (_, region) =>
      lazyPort<Pile>(async () => root.opened(await rejoinOf(root, region).pile(serverOf(root, region)))),
    ),
    seeding: each('region', regions, (_, region) => rejoinOf(root, region).seeding(serverOf(root, region))),
    comparing: (primary, replica) => comparing(JSON.stringify([primary, replica])),
    evidence: each('region', regions, (_, region) => rejoinOf(root, region).evidence(serverOf(root, region))),
  };
}

function rejoinOf(root: RegionRoot, region: string): Rejoin<unknown> {
  const { rejoin, title } = kindIn(root, region, 'database');
  if (rejoin !== undefined) return rejoin;
  throw new PortError(
    'refused',
    `handover can't rejoin ${title}, so make ${region}'s database a replica of the primary by hand, then check it: npx handover drill ${root.site.site} --kind checks`,
  );
}
