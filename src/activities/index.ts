/** Everything the workers register, by role, and the types that workflows know them by. */
import { Context } from '@temporalio/activity';
import { briefing } from './monitoring/monitor-config';
import { consider } from './monitoring/decide';
import { lookActivities } from './verify';
import { mirrorMedia } from './monitoring/mirror-media';
import { invalidInput, prepareRejoin, prepareTransfer, type Ground, type GroundFor } from './planning/prepare';
import { readiness } from './readiness';
import { stepActivities } from './step/activities';
import { steps } from './steps';
import { surveyDatabases } from './planning/survey';
import { awaitTransfer, searchable } from './transfers';
import type { Duties } from '../contract/activities';
import { beforeOutage } from './drill-guard';
import { watch } from './monitoring/watch';
import type { Prober } from '../ports/probe';
import type { WatchOrder, WatchReport } from '../contract/watch';

/** Activities of the role `runbook`. */
export function runbookActivities(groundFor: GroundFor): object {
  const on = async <T>(site: string, work: (ground: Ground) => Promise<T>): Promise<T> =>
    work(await groundOrFail(groundFor, site));
  const { client } = { client: () => Context.current().client };
  const duties: Duties = {
    prepareTransfer: (request, again) =>
      on(request.site, async (ground) => prepareTransfer(ground, request, await searchable(client()), again)),
    prepareRejoin: (request) =>
      on(request.site, async (ground) => prepareRejoin(ground, request, await searchable(client()))),
    notify: (site, alert) => on(site, ({ ports }) => ports.alerts.send(alert)),
    briefing: (name) => on(name, (ground) => Promise.resolve(briefing(ground))),
    decide: (order) => on(order.site, (ground) => consider(ground, order, client())),
    mirrorMedia: (site) => on(site, mirrorMedia),
    readiness: (site, again) => on(site, (ground) => readiness(ground, again)),
    awaitTransfer: (order) => awaitTransfer(client(), order),
    beforeOutage: (site) =>
      on(site, async (ground) => beforeOutage(ground.site, await surveyDatabases(ground.site, ground.ports), client())),
  };
  return { ...duties, ...stepActivities(steps, async (site) => (await groundOrFail(groundFor, site)).ports) };
}

async function groundOrFail(groundFor: GroundFor, site: string): Promise<Ground> {
  try {
    return await groundFor(site);
  } catch (error) {
    throw invalidInput(error);
  }
}

/** Activities of the role `probe`: they know no site, hold no file, and get everything they need with the order. */
export function probeActivities(prober: Prober): object {
  return {
    watch: (order: WatchOrder): Promise<WatchReport> => watch(prober, order),
    ...lookActivities(prober),
  };
}
