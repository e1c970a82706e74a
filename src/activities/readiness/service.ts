/** Does the service command of each region tell the truth? A fence and a reseed rely on what its `status` says. */
import type { Site } from '../../config';
import type { CheckResult } from '../../domain/plan/result';
import { meaningOfStatus, notRunning, serviceCommandFor } from '../../domain/service-command';
import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { serviceCommandOf } from '../planning/move';
import { answerWithinMs } from '../planning/survey';
import { attempt } from './check';
import type { ServersSeen } from './servers';

/** One check for each region whose database runs on its host. */
export function serviceReadiness(site: Site, survey: ServersSeen, ports: Ports): Promise<CheckResult[]> {
  const managed = Object.keys(site.regions).filter((region) => serviceCommandOf(site, region) !== '');
  return Promise.all(
    managed.map((region) =>
      attempt(`service of ${region}`, () =>
        statusOf(region, serviceCommandOf(site, region), survey.regions[region]?.answers === true, ports),
      ),
    ),
  );
}

/** @throws PortError(refused) when the status is no answer, or contradicts the database */
async function statusOf(region: string, command: string, answers: boolean, ports: Ports): Promise<string> {
  const status = serviceCommandFor(command, 'status');
  const { code, stderr } = await ports.host(region).run(status, { timeoutMs: answerWithinMs.planned });
  const said = `"${status}" exits ${String(code)}: ${meaningOfStatus(code)}`;
  const field = `regions.${region}.services.database`;
  if (code === notRunning && answers)
    throw new PortError('refused', `${said}, but ${region}'s database answers; name its service in ${field}.`);
  if (code === 0 || code === notRunning) return `${said}.`;
  const told = stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  throw new PortError(
    'refused',
    `${said}${told === '' ? '' : ` (${told})`}. Only 0 and ${String(notRunning)} are answers; run it on ${region}'s host, and correct ${field}.`,
  );
}
