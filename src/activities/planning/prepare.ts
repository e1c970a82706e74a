/** From a request to a plan in the history: takes a survey, then calls the pure planner. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Site } from '../../config';
import { isPlanned, movesPrimary, type RejoinRequest, type TransferRequest } from '../../domain/plan/request';
import type { Survey } from '../../domain/plan/survey';
import { withPriority, withPriorityUnlessHeldBack } from '../../providers/rate-limit/scope';
import type { Ports } from '../../ports/ports';
import type { PrepareResult } from '../../contract/steps';
import { orderRisks } from './preflight';
import { asFailure } from '../step/failure';
import { planRejoin, planTransfer } from '.';
import { answerWithinMs, takeSurvey } from './survey';

export interface SiteContext {
  site: Site;
  ports: Ports;
  /** The authority that signed the shop's certificates; public, so it may travel. */
  caPem: string;
  /** What is wrong with the site file as it is now, where the last valid one stays in use. */
  problem?: string;
}

/** @throws ApplicationFailure `InvalidInput`, never retried, when the site is unknown or its YAML is wrong. */
export type SiteContextFor = (site: string) => Promise<SiteContext>;

export async function prepareTransfer(
  context: SiteContext,
  request: TransferRequest,
  searchable: boolean,
  again?: boolean,
): Promise<PrepareResult> {
  const { site, ports } = context;
  const within = isPlanned(request.kind) ? answerWithinMs.planned : answerWithinMs.outage;
  const look = async (): Promise<Survey> => {
    if (!movesPrimary(request.kind)) return takeSurvey(site, ports, within);
    const [seen, risks] = await Promise.all([
      takeSurvey(site, ports, within),
      orderRisks(site, ports, isPlanned(request.kind)),
    ]);
    return { ...seen, orderRisks: risks };
  };
  // An outage does not wait for what a vendor would tell later; a plan that rests on it does.
  const looking =
    request.kind === 'failover' ? withPriority('failover', look) : withPriorityUnlessHeldBack('prepare', look, again);
  const survey = await looking.catch((error: unknown) => {
    throw asFailure(error);
  });
  return { ...planTransfer(context, survey, request), survey, searchable };
}

export async function prepareRejoin(
  context: SiteContext,
  request: RejoinRequest,
  searchable: boolean,
): Promise<PrepareResult> {
  const survey = await takeSurvey(context.site, context.ports, answerWithinMs.planned);
  return { ...planRejoin(context, survey, request), survey, searchable };
}

/** A non-retryable failure for an unknown or invalid site. */
export function invalidInput(error: unknown): ApplicationFailure {
  return ApplicationFailure.nonRetryable(error instanceof Error ? error.message : String(error), 'InvalidInput');
}
