/** Could the traffic switch be moved right now? Nothing to say where the site names none. */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import { primaryOf, type Survey } from '../../domain/plan/survey';
import { findKind } from '../../providers/kit/kind';
import type { Ports } from '../../ports/ports';
import { trafficSwitches } from '../../providers/traffic';
import { crossRegionFlaw } from '../../providers/traffic/switch';
import { asVital, attempt, check, unknown } from './check';

export async function trafficReadiness(site: Site, { traffic }: Ports): Promise<CheckResult[]> {
  if (site.traffic === undefined || traffic === undefined) return [];
  const kind = findKind('traffic', trafficSwitches, site.traffic);
  const stuck = crossRegionFlaw(kind, site.traffic);
  const manualCheck = kind.manualCheck?.(site.traffic);
  const able = check(
    `${kind.title} across regions`,
    stuck === undefined,
    stuck ?? 'It can send customers to either region.',
  );
  return [
    able,
    await attempt(`${kind.title} and a move`, async () => {
      const flaws = await traffic.flaws();
      if (flaws.length > 0) throw new Error(flaws.join(' '));
      return [`${kind.title} allows a move.`, manualCheck].filter(Boolean).join(' ');
    }),
  ];
}

/** Where it sends customers, against where the primary is. */
export function leads(survey: Survey): CheckResult {
  const [title, primary] = ['traffic switch', primaryOf(survey)];
  const { traffic } = survey;
  if (traffic?.answers !== true) return unknown(title, traffic?.because ?? 'It was not queried.');
  const { leadsTo, because, pending } = traffic;
  // The next move would wait for the same in vain.
  if (primary.known && leadsTo === primary.region) return check(title, pending === undefined, pending ?? because);
  const wanted = primary.known ? `not to the primary ${primary.region}` : 'and the primary is unknown';
  return asVital(check(title, false, `It points to ${leadsTo ?? 'neither region'}, ${wanted}. ${because}`));
}
