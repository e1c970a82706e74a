/** The project's own survey and plan builder, looking at the world. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { plainSite } from '../../lab/shop-kind';
import { planTransfer } from '../../src/activities/planning';
import { takeSurvey } from '../../src/activities/planning/survey';
import { readSite } from '../../src/config/load';
import type { Site } from '../../src/config';
import type { Plan } from '../../src/domain/plan/plan';
import type { TransferRequest } from '../../src/domain/plan/request';
import type { World } from './world';

const source = readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8');
export const labSite = readSite(source, 'lab');

/** The same shop without a table and without session stores. */
export const plainShop = readSite(plainSite(source), 'lab');

/** The same shop behind a load balancer: its name stays, and the order of pools moves customers. */
export const pooledSite = readSite(
  stringify({
    ...(parse(source) as { dns: object }),
    dns: {
      ...(parse(source) as { dns: object }).dns,
      records: [{ name: 'www.shop.test.', type: 'A', values: { A: ['192.0.2.104'], B: ['192.0.2.104'] } }],
    },
    traffic: {
      kind: 'cloudflare-pools',
      zone: 'shop.test.',
      balancer: 'www.shop.test',
      token: 'file:cloudflare-token',
      pools: { A: 'region-a', B: 'region-b' },
    },
  }),
  'lab',
);

/** The plan the project makes of the world as it is now. */
export async function planFor(
  world: World,
  request: Partial<TransferRequest> & Pick<TransferRequest, 'kind'>,
  site: Site = labSite,
): Promise<Plan> {
  const survey = await world.run(takeSurvey(site, world.ports()));
  const whole = {
    site: 'lab',
    to: '',
    region: '',
    because: 'A test asks for it.',
    decidedAt: 0,
    onsetAt: 0,
    evenUnfenced: false,
    ...request,
  };
  const planning = planTransfer({ site, caPem: '' }, survey, whole);
  if (planning.outcome === 'refused') throw new Error(`The plan was refused: ${planning.because}`);
  return planning.plan;
}
