/** What one decision is given of the votes' ages and of the lag, and when the monitor is refused a move that a person is not. */
import { planTransfer } from '../../src/activities/planning';
import { consider } from '../../src/activities/monitoring/consider';
import type { DecideInput } from '../../src/contract/monitor';
import type { Target } from '../../src/domain/detection/reading';
import type { Vote } from '../../src/domain/detection/vote';
import { parseTransfer } from '../../src/domain/plan/request';
import type { DatabaseState } from '../../src/ports/ports';
import { down, facts, telling, up, vantages } from '../domain/testimony';
import { labSite } from '../world/planning';

const second = 1_000;
const here = { epoch: 1 } as const;
const of = (target: Target, vote: Vote, ageMs: number) =>
  vantages.map((vantage) => ({ vantage, target, vote, ageMs, dated: true as const }));

function input(app: Vote, ageMs: number, differs: Partial<DecideInput> = {}): DecideInput {
  return {
    site: 'lab',
    known: { epoch: 1, primary: 'A' },
    ballots: [
      ...of({ signal: 'app', region: 'A' }, app, ageMs),
      ...of({ signal: 'table', region: 'A' }, app.state === 'down' ? down : up, ageMs),
      ...of({ signal: 'app', region: 'B' }, telling(up, facts('B', here)), 0),
      ...of({ signal: 'table', region: 'B' }, up, 0),
    ],
    ...differs,
  };
}
const serving = telling(up, facts('A', here));

function looked(io: 'yes' | 'connecting', heartbeatAgeMs: number) {
  const replica = { sourceHost: 'a', io, sql: true, fetchedPosition: '', usesGtid: true, secondsBehind: null };
  const state = { readOnly: true, epoch: { epoch: 1, region: 'A', verifiedEpoch: 1 }, replica } as DatabaseState;
  return { replica: state, heartbeatAgeMs, underWay: {} };
}

describe('the lag that is remembered', () => {
  test.each([
    ['what the heartbeat shows while it is heard', serving, 0, looked('yes', 700), { lagMs: 700, agoMs: 0 }],
    [
      'as of the last votes that saw the shop, when those are old: what came later is silence',
      serving,
      100 * second,
      looked('connecting', 100.5 * second),
      { lagMs: 500, agoMs: 100 * second },
    ],
    [
      'growing while the shop serves and the link is cut',
      serving,
      0,
      looked('connecting', 300 * second),
      { lagMs: 300 * second, agoMs: 0 },
    ],
    ['none over a connection without heartbeats', serving, 0, looked('yes', 300 * second), undefined],
    ['none while the shop is down', down, 0, looked('connecting', 70 * second), undefined],
    [
      'none while many probes of the shop fail',
      { ...serving, share: 0.3 },
      0,
      looked('connecting', 70 * second),
      undefined,
    ],
  ] as [string, Vote, number, ReturnType<typeof looked>, unknown][])('%s', (_, app, ageMs, seen, lag) => {
    expect(consider(labSite, input(app, ageMs), seen).lag).toEqual(lag);
  });

  test('lets a region go that died 20 min after its writes had stalled, when the standby had all of them', () => {
    const decided = (lagBefore?: DecideInput['lagBefore']) =>
      consider(labSite, input(down, 0, lagBefore && { lagBefore }), looked('connecting', 1_260 * second)).decision;
    expect(decided()).toMatchObject({ action: 'ask' });
    expect(decided({ lagMs: 0, agoMs: 120 * second })).toMatchObject({
      action: 'act',
      proposed: { kind: 'failover' },
    });
  });

  test('lets a region go that was lost while the runbook was away', () => {
    const lagBefore = { lagMs: 500, agoMs: 160 * second };
    const lost = consider(labSite, input(down, 0, { lagBefore }), looked('connecting', 160 * second));
    expect(lost.decision).toMatchObject({ action: 'act', proposed: { kind: 'failover' } });
  });
});

test('votes of a region that is down count no longer than the vantages go on saying so', () => {
  const seen = looked('connecting', 70 * second);
  const action = (ageMs: number) => consider(labSite, input(down, ageMs), seen).decision.action;
  expect([action(0), action(40 * second), action(600 * second)]).toEqual(['act', 'act', 'hold']);
});

describe('a switchover of a shop that the runbook sees serve', () => {
  const survey = (healthy: boolean) => ({
    at: 10 * second,
    regions: {
      A: { ...regionOf('A'), readOnly: false },
      B: { ...regionOf('B'), readOnly: true, replicaOf: 'a', replicating: true, lagSeconds: 0 },
    },
    settings: {},
    shops: { A: { healthy, because: 'So it says.' }, B: { healthy: true, because: 'So it says.' } },
    dns: { 'www.shop.test. A': { values: [], ttlSeconds: 5 } },
  });
  const regionOf = (region: string) =>
    ({ region, answers: true, epoch: 1, primary: 'A', verifiedEpoch: 1, position: '0-1-9' }) as const;
  const asked = (decidedAt: number) => parseTransfer({ site: 'lab', kind: 'switchover', decidedAt });
  const planning = (healthy: boolean, decidedAt: number) =>
    planTransfer({ site: labSite, caPem: '' }, survey(healthy), asked(decidedAt));

  test('is refused to the monitor', () => {
    expect(planning(true, 9 * second)).toEqual({
      outcome: 'refused',
      because: 'The shop of A answers the runbook (So it says.), so the monitor does not move it.',
    });
  });

  test('is made for a person, and for the monitor where the runbook finds the shop ill too', () => {
    expect(planning(true, 0).outcome).toBe('plan');
    expect(planning(false, 9 * second).outcome).toBe('plan');
  });
});

describe('a deposed database that writes behind a dead shop', () => {
  const writing = { ...looked('yes', 0).replica, readOnly: false, epoch: { epoch: 1, region: 'B', verifiedEpoch: 1 } };
  const dead = (differs: Partial<DecideInput>): DecideInput => {
    const said = input(telling(up, facts('A', { epoch: 2 })), 0, differs);
    const silent = said.ballots.map((each) =>
      each.target.signal === 'app' && each.target.region === 'B' ? { ...each, vote: down } : each,
    );
    return { ...said, ballots: silent };
  };

  test('is fenced, since the runbook sees it itself', () => {
    const { decision, opinion } = consider(labSite, dead({ known: { epoch: 2, primary: 'A' } }), {
      ...{ replica: writing, heartbeatAgeMs: null, underWay: {} },
    });
    expect(opinion.verdict.state).toBe('two-writers');
    expect(decision).toMatchObject({ action: 'act', proposed: { kind: 'fence', from: 'B', to: 'A' } });
  });

  test('is no vote, and a standby that is read-only is none of it', () => {
    const { opinion } = consider(labSite, dead({ known: { epoch: 2, primary: 'A' } }), looked('yes', 0));
    expect(opinion.verdict.state).not.toBe('two-writers');
    expect(opinion.standby.state).toBe('down');
  });
});
