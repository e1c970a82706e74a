/** Does a region's host answer over ssh, and run commands? Settings, uploads, fence and rejoin need it. */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import { PortError, sentenceOf } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { siteRegion } from '../planning/move';
import { answerWithinMs } from '../planning/survey';
import { attempt } from './check';

export function hostReadiness(site: Site, region: string, ports: Ports): Promise<CheckResult> {
  const { address, port, user } = siteRegion(site, region).host;
  const next = `Try it from a runbook worker: ssh -p ${String(port)} ${user}@${address} true`;
  return attempt(`host of ${region}`, async () => {
    const timeoutMs = answerWithinMs.planned;
    const { code } = await ports
      .host(region)
      .run('true', { timeoutMs })
      .catch((error: unknown) => {
        throw new PortError('unavailable', `${sentenceOf(error)} ${next}`);
      });
    if (code === 0) return 'The host answers over ssh and runs commands.';
    throw new PortError('refused', `The host answers over ssh, but "true" exits ${String(code)}. ${next}`);
  });
}
