import type { RejoinRequest } from '../../domain/request';
import type { Survey } from '../../domain/survey';
import type { PlanGround, Planning } from '.';

export function planRejoin(_ground: PlanGround, _survey: Survey, request: RejoinRequest): Planning {
  return { outcome: 'refused', because: `${request.site} cannot be rejoined yet.` };
}
