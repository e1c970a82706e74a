import { callReferee } from '../../lab/drill/referee';
import type { RefereeSummary } from '../../src/domain/report/report';
import type { Figure, Measured } from '../figure';
import { longTtl, rejoined } from '../outage';
import { plannedRounds } from './planned';
import type { World } from '../world';

const settleMs = 30_000;

type Counted = RefereeSummary['findings'][number] & { counts?: Record<string, number> };

/** The shoppers go home first: nothing may be under way while the referee looks. */
async function judged(world: World): Promise<Measured> {
  const { lab } = await world.open();
  await world.shoppers('home');
  const { verdict, because, findings } = await callReferee(lab, settleMs);
  const orders = findings.find(({ name }) => name === 'acknowledged-orders') as Counted | undefined;
  const updates = findings.find(({ name }) => name === 'acknowledged-updates') as Counted | undefined;
  const count = (of: Counted | undefined, name: string) => of?.counts?.[name];
  const acknowledged = count(orders, 'acknowledged');
  const missing = count(orders, 'missing');
  const altered = count(orders, 'altered');
  const notInForce = count(updates, 'notInForce');
  if (acknowledged === undefined || missing === undefined || altered === undefined || notInForce === undefined)
    throw new Error(`the referee could not count the orders: ${because}`);
  const others = findings.filter(({ ok, name }) => ok !== true && name !== 'acknowledged-orders');
  return {
    lines: [
      `${String(missing)} lost and ${String(altered)} altered of ${String(acknowledged)} acknowledged orders, ${String(notInForce)} payments or refunds not in force`,
      `the referee: ${verdict}${verdict === 'agrees' ? '' : ` (${because})`}`,
      ...others.map((finding) => `  ${finding.name}: ${finding.because}`),
    ],
    reached: missing + altered + notInForce === 0,
    values: { acknowledged, missing, altered, notInForce, verdict },
  };
}

const how =
  'The referee compares the shoppers’ own logs with the primary’s database, content by content, after they went home';

export const lostPlanned: Figure = {
  name: 'lost-planned',
  title: 'acknowledged orders lost or altered by planned transfers',
  goal: '0',
  how: `${how} from the transfers of the figure \`planned\`.`,
  measure: async (world) => {
    await world.once(plannedRounds);
    return judged(world);
  },
};

export const lostOutage: Figure = {
  name: 'lost-outage',
  title: 'acknowledged orders lost or altered by outages, after the rejoin',
  goal: '0',
  how: `${how} from two outages by isolation, each followed by a failover and a rejoin.`,
  measure: async (world) => {
    await world.once(rejoined);
    await world.once(longTtl);
    return judged(world);
  },
};
