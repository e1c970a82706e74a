/** Everything the workers register, by role, and the types that workflows know them by. */
import { Context } from '@temporalio/activity';
import type { CheckResult, TransferResult } from '../domain/result';
import type { Fault, RejoinRequest, TransferRequest } from '../domain/request';
import type { Alert } from '../providers/ports';
import { briefing, type Briefing } from './briefing';
import { consider, type Consideration, type DecideOrder } from './consider';
import { lookActivities } from './look';
import { mirrorMedia, type MirrorReport } from './mirror';
import type { Prepared } from './orders';
import { invalidInput, prepareRejoin, prepareTransfer, type Ground, type GroundFor } from './prepare';
import { readiness } from './readiness';
import { stepActivities } from './run-step';
import { steps } from './steps';
import { surveyDatabases } from './survey';
import { awaitTransfer, searchable, type AwaitOrder } from './transfers';
import { beforeOutage } from './outage';
import { watch, type Prober, type WatchOrder, type WatchReport } from './watch';

/** What runbook workers do, beside the steps. */
export interface Duties {
  /** `again`, here and below: it was `limited` before, and the workflow has waited. */
  prepareTransfer: (request: TransferRequest, again?: boolean) => Promise<Prepared>;
  prepareRejoin: (request: RejoinRequest) => Promise<Prepared>;
  notify: (site: string, alert: Alert) => Promise<void>;
  briefing: (site: string) => Promise<Briefing>;
  decide: (order: DecideOrder) => Promise<Consideration>;
  mirrorMedia: (site: string) => Promise<MirrorReport>;
  readiness: (site: string, again?: boolean) => Promise<CheckResult[]>;
  awaitTransfer: (order: AwaitOrder) => Promise<TransferResult[]>;
  beforeOutage: (site: string) => Promise<{ primary: string }>;
}

/** What a fault injector does; only labs have one. */
export interface FaultDuties {
  injectFault: (order: { site: string; fault: Fault; region: string }) => Promise<{ at: number; because: string }>;
  healFaults: (order: { site: string }) => Promise<{ at: number; because: string }>;
}

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
