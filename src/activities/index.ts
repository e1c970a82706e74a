/** Everything the workers register, by role, and the types that workflows know them by. */
import { Context } from '@temporalio/activity';
import { monitorConfig } from './monitoring/monitor-config';
import { judgeAndDecide } from './monitoring/decide';
import { verifyActivities } from './verify';
import { mirrorMedia } from './monitoring/mirror-media';
import {
  invalidInput,
  prepareRejoin,
  prepareTransfer,
  type SiteContext,
  type SiteContextFor,
} from './planning/prepare';
import { readiness } from './readiness';
import { stepActivities } from './step/activities';
import { steps } from './steps';
import { surveyDatabases } from './planning/survey';
import { awaitTransfer, searchable } from './transfers';
import type { RunbookActivities } from '../contract/activities';
import { beforeOutage } from './drill-guard';
import { watch } from './monitoring/watch';
import type { Prober } from '../ports/probe';
import type { WatchInput, WatchResult } from '../contract/watch';

/** Activities of the role `runbook`. */
export function runbookActivities(groundFor: SiteContextFor): object {
  const on = async <T>(site: string, work: (context: SiteContext) => Promise<T>): Promise<T> =>
    work(await groundOrFail(groundFor, site));
  const { client } = { client: () => Context.current().client };
  const duties: RunbookActivities = {
    prepareTransfer: (request, again) =>
      on(request.site, async (context) => prepareTransfer(context, request, await searchable(client()), again)),
    prepareRejoin: (request) =>
      on(request.site, async (context) => prepareRejoin(context, request, await searchable(client()))),
    notify: (site, alert) => on(site, ({ ports }) => ports.alerts.send(alert)),
    briefing: (name) => on(name, (context) => Promise.resolve(monitorConfig(context))),
    decide: (input) => on(input.site, (context) => judgeAndDecide(context, input, client())),
    mirrorMedia: (site) => on(site, mirrorMedia),
    readiness: (site, again) => on(site, (context) => readiness(context, again)),
    awaitTransfer: (input) => awaitTransfer(client(), input),
    beforeOutage: (site) =>
      on(site, async (context) =>
        beforeOutage(context.site, await surveyDatabases(context.site, context.ports), client()),
      ),
  };
  return { ...duties, ...stepActivities(steps, async (site) => (await groundOrFail(groundFor, site)).ports) };
}

async function groundOrFail(groundFor: SiteContextFor, site: string): Promise<SiteContext> {
  try {
    return await groundFor(site);
  } catch (error) {
    throw invalidInput(error);
  }
}

/** Activities of the role `probe`: they know no site, hold no file, and get everything they need with the input. */
export function probeActivities(prober: Prober): object {
  return {
    watch: (input: WatchInput): Promise<WatchResult> => watch(prober, input),
    ...verifyActivities(prober),
  };
}
