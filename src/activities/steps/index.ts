/** The table of contents: a step exists when it stands here. */
import type { Facts } from '../../domain/plan/plan';
import type { Step } from '../step/step';
import { applyTail } from './apply-tail';
import { attachRejoined } from './attach-rejoined';
import { attachReplica } from './attach-replica';
import { canaryOrder } from './canary-order';
import { classifyDeposed } from './classify-deposed';
import { compareDatabases } from './compare-databases';
import { copyBinlogs } from './copy-binlogs';
import { drainDatabase } from './drain-database';
import { fenceDatabase } from './fence-database';
import { fenceSessions } from './fence-sessions';
import { flushCache } from './flush-cache';
import { followSessions } from './follow-sessions';
import { gateCheckouts } from './gate-checkouts';
import { lowerDnsTtl } from './lower-dns-ttl';
import { makeWritable } from './make-writable';
import { openRegion } from './open-region';
import { pauseScheduler } from './pause-scheduler';
import { promoteDatabase } from './promote-database';
import { promoteSessions } from './promote-sessions';
import { proveDns } from './prove-dns';
import { proveReplication } from './prove-replication';
import { proxyRegion } from './proxy-region';
import { reseedDatabase } from './reseed-database';
import { restartReplication } from './restart-replication';
import { resumeScheduler } from './resume-scheduler';
import { salvageOrders } from './salvage-orders';
import { stageSettings } from './stage-settings';
import { switchDns } from './switch-dns';
import { switchTraffic } from './switch-traffic';
import { syncMedia } from './sync-media';
import { ungateCheckouts } from './ungate-checkouts';
import { unproxyRegion } from './unproxy-region';

const contents = [
  applyTail,
  attachRejoined,
  attachReplica,
  canaryOrder,
  classifyDeposed,
  compareDatabases,
  copyBinlogs,
  drainDatabase,
  fenceDatabase,
  fenceSessions,
  flushCache,
  followSessions,
  gateCheckouts,
  lowerDnsTtl,
  makeWritable,
  openRegion,
  pauseScheduler,
  promoteDatabase,
  promoteSessions,
  proveDns,
  proveReplication,
  proxyRegion,
  reseedDatabase,
  restartReplication,
  resumeScheduler,
  salvageOrders,
  stageSettings,
  switchDns,
  switchTraffic,
  syncMedia,
  ungateCheckouts,
  unproxyRegion,
] as const;

export const steps: readonly Step[] = contents;

export type StepName = (typeof contents)[number]['name'];

/** @throws Error never for a name that compiles: each is in `contents`. */
export function stepCalled(name: StepName): Step {
  const step = steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`No step is called ${name}; the steps are ${steps.map((each) => each.name).join(', ')}.`);
  return step;
}

/** What a plan must give the step called `N`. */
export type ParamsOf<N extends StepName> = Parameters<Extract<(typeof contents)[number], { name: N }>['title']>[0] &
  Facts;
