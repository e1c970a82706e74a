/** The project's own survey and plan builder, looking at the world. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planTransfer } from '../../src/activities/plans';
import { takeSurvey } from '../../src/activities/survey';
import { readSite } from '../../src/config/load';
import type { Plan } from '../../src/domain/plan';
import type { TransferRequest } from '../../src/domain/request';
import type { World } from './world';

export const labSite = readSite(readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8'), 'lab');

/** The plan the project makes of the world as it is now. */
export async function planFor(
  world: World,
  request: Partial<TransferRequest> & Pick<TransferRequest, 'kind'>,
): Promise<Plan> {
  const survey = await world.run(takeSurvey(labSite, world.ports()));
  const whole = {
    site: 'lab',
    to: '',
    because: 'A test asks for it.',
    decidedAt: 0,
    onsetAt: 0,
    evenUnfenced: false,
    ...request,
  };
  const planning = planTransfer({ site: labSite, caPem: '' }, survey, whole);
  if (planning.outcome === 'refused') throw new Error(`The plan was refused: ${planning.because}`);
  return planning.plan;
}
