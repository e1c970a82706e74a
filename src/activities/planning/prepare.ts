/** From a request to a plan that lies in the history: look first, then decide with the pure planner. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Site } from '../../config';
import type { RejoinRequest, TransferRequest } from '../../domain/plan/request';
import { urgently, wholly } from '../../providers/rate-limit/scope';
import type { Ports } from '../../ports/ports';
import type { Prepared } from '../../contract/steps';
import { asFailure } from '../step/failure';
import { planRejoin, planTransfer } from '.';
import { takeSurvey } from './survey';

export interface Ground {
  site: Site;
  ports: Ports;
  /** The authority that signed the shop's certificates; public, so it may travel. */
  caPem: string;
}

/** @throws ApplicationFailure `InvalidInput`, never retried, when the site is unknown or its YAML is wrong. */
export type GroundFor = (site: string) => Promise<Ground>;

export async function prepareTransfer(
  ground: Ground,
  request: TransferRequest,
  searchable: boolean,
  again?: boolean,
): Promise<Prepared> {
  const look = () => takeSurvey(ground.site, ground.ports);
  // An outage does not wait for what a vendor would tell later; a plan that rests on it does.
  const looking = request.kind === 'failover' ? urgently('failover', look) : wholly('prepare', look, again);
  const survey = await looking.catch((error: unknown) => {
    throw asFailure(error);
  });
  return { ...planTransfer(ground, survey, request), survey, searchable };
}

export async function prepareRejoin(ground: Ground, request: RejoinRequest, searchable: boolean): Promise<Prepared> {
  const survey = await takeSurvey(ground.site, ground.ports);
  return { ...planRejoin(ground, survey, request), survey, searchable };
}

/** Turns a wrong site into a failure that no retry can mend. */
export function invalidInput(error: unknown): ApplicationFailure {
  return ApplicationFailure.nonRetryable(error instanceof Error ? error.message : String(error), 'InvalidInput');
}
