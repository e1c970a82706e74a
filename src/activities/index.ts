/** Everything the workers register, by role, and the types that workflows know them by. */
import { Context } from '@temporalio/activity';
import { monitorConfig } from './monitoring/monitor-config';
import { judgeAndDecide } from './monitoring/decide';
import { explain } from './monitoring/explain';
import { verifyActivities } from './verify';
import { watchStandby } from './monitoring/watch-standby';
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
import { awaitTransfer, knownAttributes, searchable } from './transfers';
import type { AlertActivities, MirrorActivities, RunbookActivities } from '../contract/activities';
import type { SampleActivities } from '../contract/sample';
import { sample } from './sampling';
import { deliver, handOver, logAlone, unreadable } from './alerts';
import { compareStandbyActivity } from './compare-standby';
import { refuseAfterPivot } from './after-pivot';
import { beforeOutage } from './drill-guard';
import { refuseBesideRejoin, refuseBesideTransfer } from './other-run';
import { salvagePileActivity } from './salvage/pile';
import { watch } from './monitoring/watch';
import type { Prober } from '../ports/probe';
import type { WatchInput, WatchResult } from '../contract/watch';

/** Activities of the role `runbook`. */
export function runbookActivities(contextFor: SiteContextFor): object {
  const on = async <T>(site: string, work: (context: SiteContext) => Promise<T>): Promise<T> =>
    work(await contextOrFail(contextFor, site));
  const { client } = { client: () => Context.current().client };
  const activities: RunbookActivities = {
    prepareTransfer: (request, again) =>
      on(request.site, async (context) => {
        await refuseBesideRejoin(client(), request.site, request.kind);
        await refuseAfterPivot(client(), request);
        return prepareTransfer(context, request, await searchable(client()), again);
      }),
    prepareRejoin: (request) =>
      on(request.site, async (context) => {
        await refuseBesideTransfer(client(), request.site);
        return prepareRejoin(context, request, await searchable(client()));
      }),
    // Also where the site file cannot be read: that very thing must be told.
    notify: async (site, alert) => {
      const { ports } = await contextFor(site).catch(() => ({ ports: logAlone }));
      await handOver(client(), site, alert, ports.recipients);
    },
    briefing: (name) =>
      on(name, async (context) => ({ ...monitorConfig(context), attributes: await knownAttributes(client()) })),
    decide: (input) => on(input.site, (context) => judgeAndDecide(context, input, client())),
    watchStandby: (input) => on(input.site, (context) => watchStandby(context, input)),
    readiness: (site, again) => on(site, (context) => readiness(context, again)),
    salvagePile: (input) => on(input.site, (context) => salvagePileActivity(context, input, client())),
    awaitTransfer: (input) => awaitTransfer(client(), input),
    beforeOutage: (site, fault) =>
      on(site, async (context) =>
        beforeOutage(context.site, await surveyDatabases(context.site, context.ports), client(), fault),
      ),
  };
  // Those of the queue of long work too: runs that began before there was one asked for them here.
  return {
    ...activities,
    ...mirrorActivities(contextFor),
    ...stepActivities(steps, async (site) => (await contextOrFail(contextFor, site)).ports),
  };
}

/** Activities of the workers of the queue of long work, which the role `runbook` runs too. */
export function mirrorActivities(contextFor: SiteContextFor): MirrorActivities {
  const { client } = { client: () => Context.current().client };
  return {
    mirrorMedia: async (site) => mirrorMedia(await contextOrFail(contextFor, site)),
    compareStandby: async ({ site, key }) =>
      compareStandbyActivity(await contextOrFail(contextFor, site), key, client()),
  };
}

/** Activities of the workers of the queue of alerts, which the role `runbook` runs too. */
export function alertActivities(contextFor: SiteContextFor): AlertActivities {
  return {
    tellDeadMan: async (site) => (await contextOrFail(contextFor, site)).ports.deadMan?.allIsWell(),
    deliverAlert: async (asked) => {
      const { ports } = await contextFor(asked.site).catch((error: unknown) => {
        // Of a site that nobody can read, the log is still there.
        if (asked.channel === 'log') return { ports: logAlone };
        throw unreadable(error);
      });
      return ports.alertChannels.includes(asked.channel) ? deliver(ports.alerts, asked) : undefined;
    },
  };
}

/** Activities of the workers of the sampler's queue, which the role `runbook` runs too. */
export function sampleActivities(contextFor: SiteContextFor): SampleActivities {
  return {
    sample: async (input) => sample(await contextOrFail(contextFor, input.site), input),
    explain: async (input) => explain(await contextOrFail(contextFor, input.site), input, Context.current().client),
  };
}

async function contextOrFail(contextFor: SiteContextFor, site: string): Promise<SiteContext> {
  try {
    return await contextFor(site);
  } catch (error) {
    throw invalidInput(error);
  }
}

/** Activities of the role `probe`: their input has everything they need; they read no site file. */
export function probeActivities(prober: Prober): object {
  return {
    watch: (input: WatchInput): Promise<WatchResult> => watch(prober, input),
    ...verifyActivities(prober),
  };
}
