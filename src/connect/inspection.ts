/** The part of the composition root that looks at what databases are set to. */
import type { Inspection } from '../ports/inspection';
import type { Ports } from '../ports/ports';
import { lazyPort } from '../providers/kit/lazy-port';
import { each } from './each';
import { kindIn, serverOf, type RegionRoot } from './region';

/** Each port is made once and kept; undefined where the kind has none. Asking for a region that the site does not name is refused. */
export function inspectionPorts(root: RegionRoot): Pick<Ports, 'inspection'> {
  return {
    inspection: each('region', root.site.regions, (_, region) => {
      const { inspection } = kindIn(root, region, 'database');
      return inspection && lazyPort<Inspection>(async () => root.opened(await inspection(serverOf(root, region))));
    }),
  };
}
