/** Requirements of an outage drill. */
import { ApplicationFailure } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Site } from '../config';
import type { Fault } from '../domain/plan/request';
import { primaryOf, type Survey } from '../domain/plan/survey';
import { monitorId } from '../contract/ids';

/** @throws ApplicationFailure `Refused` on a site without a fault injector or without the table that `fault` would break, without a running monitor, or without a known primary. */
export async function beforeOutage(
  site: Site,
  regions: Survey['regions'],
  client: Client,
  fault?: Fault,
): Promise<{ primary: string }> {
  if (site.faultInjector === undefined) {
    throw refused(
      `${site.site} has no faultInjector in its site file, so a drill of kind outage is refused; use --kind switchover.`,
    );
  }
  if (fault === 'table-errors' && site.table === undefined) {
    throw refused(`${site.site} has no table, so a drill of the fault table-errors is refused; use --fault isolate.`);
  }
  if (!(await monitorRuns(client, site.site))) {
    throw refused(
      `No monitor runs for ${site.site}, so the drill's outage would not be detected; start it first: npx handover monitor ${site.site}`,
    );
  }
  const primary = primaryOf({ regions });
  if (!primary.known) throw refused(primary.because);
  return { primary: primary.region };
}

const refused = (because: string): ApplicationFailure => ApplicationFailure.nonRetryable(because, 'Refused');

async function monitorRuns(client: Client, site: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(monitorId(site)).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
