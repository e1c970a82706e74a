/** From a request and a survey to a plan, or to the sentence that refuses it. Pure: everything it knows, it was given. */
import type { Site } from '../../config';
import { staleness } from '../../domain/decision/freshness';
import { flawsOf, type Plan } from '../../domain/plan/plan';
import { movesPrimary, type TransferRequest } from '../../domain/plan/request';
import { otherRegion } from '../../domain/other-region';
import { primaryOf, strayWriters, type Primary, type Survey } from '../../domain/plan/survey';
import { plannedTransfer } from './planned';
import { planAnswers, type PlanAnswer } from './guards';
import type { Move, Planning, PlanContext } from './move';
import { fencePlan, pointerPlan, restorePlan } from './repairs';

import { unplannedTransfer } from './unplanned';

export { planRejoin } from './rejoin';

export function planTransfer(context: PlanContext, survey: Survey, request: TransferRequest): Planning {
  const stale = request.decidedAt > 0 ? staleness(survey.at - request.decidedAt) : undefined;
  if (stale !== undefined) return refused(stale);
  const { move, answers } = guarded(context, survey, request);
  const refusal = answers.find(({ because }) => because !== undefined)?.because;
  if (refusal !== undefined || move === undefined) return refused(refusal ?? '');
  const plan = build(move, request);
  const flaws = flawsOf(plan);
  return flaws.length === 0 ? { outcome: 'plan', plan } : refused(flaws.join(' '));
}

/** What every guard of the planner says of this request, on this survey; the monitor, the checks and whoever asks why read the same. */
export function guarded(
  context: PlanContext,
  survey: Survey,
  request: TransferRequest,
): { move?: Move; answers: PlanAnswer[] } {
  const primary = primaryOf(survey);
  const topic = 'which region is the primary is unknown';
  if (!primary.known) {
    const because = `${primary.because} Find out which region has the newest orders before you move anything.`;
    return { answers: [{ topic, because }] };
  }
  const move = moveOf(context, survey, request, primary);
  return { move, answers: [{ topic }, ...planAnswers(move, request)] };
}

const refused = (because: string): Planning => ({ outcome: 'refused', because });

function moveOf(
  { site, caPem }: PlanContext,
  survey: Survey,
  request: TransferRequest,
  primary: Extract<Primary, { known: true }>,
): Move {
  const other = otherRegion(site.regions, primary.region) ?? '';
  const stray = strayWriters(survey)[0] ?? other;
  return {
    site,
    caPem,
    survey,
    from: request.kind === 'fence' ? request.region || stray : primary.region,
    to: targetOf(site, request, primary.region, other),
    epoch: movesPrimary(request.kind) ? primary.highestEpoch + 1 : primary.epoch,
    cause: movesPrimary(request.kind) ? request.kind : 'repair',
    because: [request.because, ...warnings(survey, request)].join(' '),
  };
}

/** An outage does not wait until a setting is right, but whoever reads the plan shall know what it may cost. */
const warnings = ({ orderRisks }: Survey, { kind }: TransferRequest): string[] =>
  kind === 'failover' ? (orderRisks?.wrong ?? []).map((risk) => `Warning: ${risk}`) : [];

function targetOf(site: Site, request: TransferRequest, primary: string, other: string): string {
  if (request.kind === 'fence') return primary;
  if (request.to !== '') return request.to;
  return request.kind === 'failback' ? site.home : other;
}

function build(move: Move, request: TransferRequest): Plan {
  switch (request.kind) {
    case 'switchover':
    case 'failback':
      // A person waits for what is in flight; the monitor has decided because the shop is down.
      return plannedTransfer(move, request.decidedAt !== 0);
    case 'failover':
      return unplannedTransfer(move, request.evenUnfenced ? 'proceed' : move.site.policy.unfenced);
    case 'pointer':
      return pointerPlan(move);
    case 'restore':
      return restorePlan(move, request.peerIsOff === true);
    case 'fence':
      return fencePlan(move);
  }
}
