/** From a request and a survey to a plan, or to the sentence that refuses it. Pure: everything it knows, it was given. */
import type { Site } from '../../config';
import { flawsOf, type Plan } from '../../domain/plan/plan';
import type { TransferRequest } from '../../domain/plan/request';
import { primaryOf, strayWriters, type Primary, type Survey } from '../../domain/plan/survey';
import { plannedTransfer } from './planned';
import type { Move, Planning, PlanGround } from './move';
import { fencePlan, pointerPlan, restorePlan } from './repairs';
import { refusalOf } from './refusals';
import { unplannedTransfer } from './unplanned';

export { planRejoin } from './rejoin';

/** A decision that waited longer than this was made about another world. */
const decisionHoldsMs = 60_000;

export function planTransfer(ground: PlanGround, survey: Survey, request: TransferRequest): Planning {
  if (request.decidedAt > 0 && survey.at - request.decidedAt > decisionHoldsMs) {
    const ageSeconds = Math.round((survey.at - request.decidedAt) / 1000);
    return refused(
      `The decision is ${String(ageSeconds)} s old; after ${String(decisionHoldsMs / 1000)} s the world must be looked at again.`,
    );
  }
  const primary = primaryOf(survey);
  if (!primary.known) return refused(`${primary.because} A person must say which region is the primary.`);
  const move = moveOf(ground, survey, request, primary);
  const refusal = refusalOf(move, request);
  if (refusal !== undefined) return refused(refusal);
  const plan = build(move, request);
  const flaws = flawsOf(plan);
  return flaws.length === 0 ? { outcome: 'plan', plan } : refused(flaws.join(' '));
}

const refused = (because: string): Planning => ({ outcome: 'refused', because });

function moveOf(
  { site, caPem }: PlanGround,
  survey: Survey,
  request: TransferRequest,
  primary: Extract<Primary, { known: true }>,
): Move {
  const other = Object.keys(site.regions).find((region) => region !== primary.region) ?? '';
  const movesPrimary = ['switchover', 'failover', 'failback'].includes(request.kind);
  const stray = strayWriters(survey)[0] ?? other;
  return {
    site,
    caPem,
    survey,
    from: request.kind === 'fence' ? request.to || stray : primary.region,
    to: targetOf(site, request, primary.region, other),
    epoch: movesPrimary ? primary.highestEpoch + 1 : primary.epoch,
    cause: movesPrimary ? (request.kind as Plan['cause']) : 'repair',
    because: request.because,
  };
}

function targetOf(site: Site, request: TransferRequest, primary: string, other: string): string {
  if (request.kind === 'fence') return primary;
  if (request.to !== '') return request.to;
  return request.kind === 'failback' ? site.home : other;
}

function build(move: Move, request: TransferRequest): Plan {
  switch (request.kind) {
    case 'switchover':
    case 'failback':
      return plannedTransfer(move);
    case 'failover':
      return unplannedTransfer(move, request.evenUnfenced ? 'proceed' : move.site.policy.unfenced);
    case 'pointer':
      return pointerPlan(move);
    case 'restore':
      return restorePlan(move);
    case 'fence':
      return fencePlan(move);
  }
}
