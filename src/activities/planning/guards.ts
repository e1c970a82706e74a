/** The guards of the planner, on a fresh survey: a person's request passes them too. The monitor's own are in `domain/decision/guards.ts`. */
import { kindsThatChange, transferKinds, type TransferKind, type TransferRequest } from '../../domain/plan/request';
import type { Move } from './move';
import * as refusal from './refusals';
import { pointerless, pointerUnmoved } from './refusals-pointer';

interface Row {
  /** The reason in a few words that never change. */
  topic: string;
  over: readonly TransferKind[];
  says: refusal.PlanGuard;
}

const planned: readonly TransferKind[] = ['switchover', 'failback'];
const moves = kindsThatChange('primary');
const all = transferKinds;
const except = (...kinds: TransferKind[]) => all.filter((kind) => !kinds.includes(kind));

/** What forbids a failover while all is well. */
export const topicOfServing = 'the primary serves';

/** Most certain first; the first that speaks is the refusal. */
const rows: readonly Row[] = [
  { topic: 'the site has no table', over: ['pointer'], says: pointerless },
  { topic: 'there is no such region', over: except('restore'), says: refusal.unknownRegion },
  { topic: 'a fence takes "region"', over: ['fence'], says: refusal.fenceTakesRegion },
  { topic: 'only a fence takes "region"', over: except('fence'), says: refusal.onlyFenceTakesRegion },
  { topic: 'the pointer stands there already', over: ['pointer'], says: pointerUnmoved },
  { topic: 'it is the primary already', over: moves, says: refusal.alreadyThere },
  { topic: 'the traffic switch can not leave its region', over: moves, says: refusal.trafficStuck },
  { topic: topicOfServing, over: ['failover'], says: refusal.contradicted },
  { topic: 'the shop answers the runbook', over: planned, says: refusal.servesAfterAll },
  { topic: 'the database of the primary is silent', over: [...planned, 'restore'], says: refusal.sourceSilent },
  { topic: 'the primary is read-only', over: planned, says: refusal.sourceReadOnly },
  { topic: 'the primary accepts writes already', over: ['restore'], says: refusal.alreadyWritable },
  { topic: 'the other region may have been promoted', over: ['restore'], says: refusal.peerUnknown },
  { topic: 'a second database accepts writes', over: planned, says: refusal.strayWriter },
  { topic: 'nothing is writable beside the primary', over: ['fence'], says: refusal.notStray },
  { topic: 'the database of the standby is silent', over: moves, says: refusal.targetSilent },
  { topic: 'the standby is no replica', over: planned, says: refusal.targetNoReplica },
  { topic: 'the standby is no replica', over: ['failover'], says: refusal.targetNotPromotable },
  { topic: 'the standby lags too far behind', over: planned, says: refusal.targetBehind },
  { topic: 'the shop of the standby is ill', over: planned, says: refusal.targetIll },
  { topic: 'a record could not be read', over: planned, says: refusal.recordsUnread },
  { topic: 'the traffic switch leads elsewhere', over: planned, says: refusal.trafficElsewhere },
  { topic: 'orders would be at risk', over: planned, says: refusal.ordersAtRisk },
];

export interface PlanAnswer {
  topic: string;
  /** Absent where it has no objection. */
  because?: string;
}

/** What each guard over this kind of plan says. */
export function planAnswers(move: Move, request: TransferRequest): PlanAnswer[] {
  return rows
    .filter(({ over }) => over.includes(request.kind))
    .map(({ topic, says }) => {
      const because = says(move, request);
      return because === undefined ? { topic } : { topic, because };
    });
}
