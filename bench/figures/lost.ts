import { callReferee } from '../../lab/drill/referee';
import type { RefereeSummary } from '../../src/domain/report/report';
import type { Figure, Measured } from '../figure';
import { longTtl, rejoined } from '../outage';
import { plannedRounds } from './planned';
import type { BenchLab } from '../bench-lab';

const refereeWithinMs = 30_000;

type Counted = RefereeSummary['findings'][number] & { counts?: Record<string, number> };

/** The shoppers stop first: nothing may be under way while the referee reads. */
async function judged(bench: BenchLab): Promise<Measured> {
  const { lab } = await bench.start();
  await bench.stopShoppers();
  const { verdict, because, findings } = await callReferee(lab, refereeWithinMs);
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
      `${String(missing)} lost and ${String(altered)} altered of ${String(acknowledged)} acknowledged orders; ${String(notInForce)} payments or refunds not applied`,
      verdict === 'agrees' ? 'the referee agrees' : because,
      ...others.map((finding) => `  ${finding.name}: ${finding.because}`),
    ],
    reached: missing + altered + notInForce === 0,
    values: { acknowledged, missing, altered, notInForce, verdict },
  };
}

const how =
  "After the shoppers have stopped, the referee compares the content of every order in their ledgers with the primary's database";

export const lostPlanned: Figure = {
  name: 'lost-planned',
  title: 'acknowledged orders lost or altered by planned transfers',
  goal: '0',
  how: `${how}, after the transfers of the figure \`planned\`.`,
  measure: async (bench) => {
    await bench.runOnce(plannedRounds);
    return judged(bench);
  },
};

export const lostOutage: Figure = {
  name: 'lost-outage',
  title: 'acknowledged orders lost or altered by outages, after the rejoin',
  goal: '0',
  how: `${how}, after two outages by isolation, each followed by a failover and a rejoin.`,
  measure: async (bench) => {
    await bench.runOnce(rejoined);
    await bench.runOnce(longTtl);
    return judged(bench);
  },
};
