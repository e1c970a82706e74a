/** Does a region's table store and return what is written? */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import type { Survey } from '../../domain/plan/survey';
import type { Ports } from '../../ports/ports';
import { siteRegion } from '../planning/move';
import { attempt } from './check';

/** No check where the site has no table. */
export function tableReadiness(site: Site, survey: Survey, ports: Ports, region: string): Promise<CheckResult>[] {
  const { tableRegion } = siteRegion(site, region);
  if (tableRegion === undefined) return [];
  return [
    attempt(`table of ${region}`, async () => {
      const { ms } = await ports.table(tableRegion).canary(`canary#runbook#${region}`, String(survey.at), 0);
      return `Its table stored and returned a canary in ${String(Math.round(ms))} ms.`;
    }),
  ];
}
