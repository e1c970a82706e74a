/** The eleven mistakes that must not come back. Each is made once more here, as far as the code still lets it be made. */
import { monitorConfig } from '../src/activities/monitoring/monitor-config';
import { decide } from '../src/domain/decision/decide';
import { judge } from '../src/domain/decision/judge';
import { flawsOf, type Plan } from '../src/domain/plan/plan';
import { doubted, failedReading, okReading, type Reading } from '../src/domain/detection/reading';
import { blank, remember, type Vote } from '../src/domain/detection/vote';
import { probeTable } from '../src/providers/probe';
import { powerdns } from '../src/providers/dns/powerdns/powerdns';
import { newMonitorState, decideInputFrom, type MonitorState } from '../src/workflows/monitoring/monitor-state';
import { policy } from './domain/lab-policy';
import { down, facts, refusing, silent, situation, telling, testimony, up } from './domain/testimony';
import { web, type Answering, type Web } from '../lab/loopback/web';
import { conduct } from './world/conductor';
import { missingIn } from './world/invariants';
import { labSite, planFor } from './world/planning';
import { newWorld, type World } from './world/world';
import { answered, shopName } from './world/zone';

const dead = failedReading('app', { kind: 'unavailable', because: 'No answer within 3 s.', answered: false });
const well = okReading('app', 'The shop answered.');

/** The vote after one reading every two seconds. */
const votedOn = (readings: readonly Reading[]): Vote =>
  readings.reduce((memory, reading) => remember(memory, { elapsedMs: 2_000, lateMs: 0, reading }, policy), blank())
    .vote;
const times = (count: number, reading: Reading) => Array.from({ length: count }, () => reading);

const stageOf = (plan: Plan, step: string) =>
  plan.stages.findIndex((stage) => stage.some((call) => call.step === step));
const without = (plan: Plan, step: string): Plan => ({
  ...plan,
  stages: plan.stages.map((stage) => stage.filter((call) => call.step !== step)).filter((stage) => stage.length > 0),
});

/** A world in which A is lost to everybody but its own customers, and the plan of the failover. */
async function lost(): Promise<{ world: World; plan: Plan }> {
  const world = newWorld();
  await world.pass(2_000);
  world.hidden.add('A');
  world.linkCut = true;
  world.unfenced.add('A');
  return { world, plan: await planFor(world, { kind: 'failover' }) };
}

async function moved(kind: 'switchover' | 'failback', world = newWorld()): Promise<World> {
  await world.pass(2_000);
  const run = await conduct(world, await planFor(world, { kind }));
  expect(run).toMatchObject({ ending: 'completed', followUps: [] });
  await world.pass(2_000);
  return world;
}

let server: Web | undefined;
const serve = async (answering: Answering) => (server = await web(answering));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

test('mistake 1: a dead shop with a healthy table is left, and a dead table with a healthy shop is no reason to leave', () => {
  const deadShop = decide(situation({ app: refusing, table: up }));
  expect(deadShop).toMatchObject({ action: 'act', proposed: { kind: 'switchover', from: 'A', to: 'B' } });
  const deadTable = decide(situation({ app: telling(up, facts('A')), table: down }));
  expect(deadTable).toMatchObject({ action: 'act', proposed: { kind: 'pointer' } });
});

test('mistake 2: a region is asked at its own address, so that a standby that serves is no sign of health of the primary', () => {
  const { targets } = monitorConfig({ site: labSite, ports: newWorld().ports(), caPem: '' });
  for (const asked of Object.values(targets).flat()) {
    const { target, address } = asked;
    if (target.signal === 'app') expect(address).toBe(labSite.regions[target.region]?.address);
  }
  const swapped = judge(testimony({ app: down, table: down, edge: up, standbyApp: up, replica: 'lost' }), policy);
  expect(swapped.verdict.state).toBe('region-down');
  const away = {
    primary: 'B',
    standby: 'A',
    tableOf: 'B',
    lastTransfer: { agoMs: 60_000, from: 'A', to: 'B', automatic: true, acknowledged: false },
  };
  expect(decide(situation({}, away)).action).toBe('hold');
});

test('mistake 3: one vantage, or vantages that doubt their own network, move nothing', () => {
  expect(decide(situation({ app: [down, up, up], table: [down, up, up], replica: 'lost' })).action).not.toBe('act');
  expect(
    decide(situation({ app: [down, silent, silent], table: [down, silent, silent], replica: 'lost' })).action,
  ).not.toBe('act');
  expect(doubted(dead, false)).toMatchObject({ outcome: 'silent' });
  expect(votedOn(times(40, doubted(dead, false))).state).toBe('silent');
});

test('mistake 4: one lucky probe does not clear minutes of failure', () => {
  const failing = times(40, dead);
  expect(votedOn(failing).state).toBe('down');
  expect(votedOn([...failing, well, dead]).state).toBe('down');
  expect(votedOn([...times(30, well), ...times(10, dead)]).state).toBe('up');
});

test('mistake 5: customers follow last: no plan moves DNS before the promotion and the proof, and none may', async () => {
  const world = newWorld();
  await world.pass(1_000);
  const planned = await planFor(world, { kind: 'switchover' });
  const { plan: unplanned } = await lost();
  for (const plan of [planned, unplanned]) {
    const order = ['promote-database', 'verify-region', 'open-region', 'switch-dns', 'verify-shop'];
    const at = order.map((step) => stageOf(plan, step));
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at).not.toContain(-1);
    expect(flawsOf(without(plan, 'verify-region'))).toEqual([
      'The plan moves DNS to a region that it does not verify first.',
    ]);
  }
});

test('mistake 6: nothing is promoted before a fence, and an old primary that could not be fenced is written down as such', async () => {
  const { world, plan } = await lost();
  expect(flawsOf(without(plan, 'fence-database'))).toEqual([
    'The plan promotes without fencing the old primary first.',
  ]);
  const run = await conduct(world, plan);
  expect(run).toMatchObject({ ending: 'completed', facts: { 'fence-database': { fenced: false, means: 'none' } } });

  const home = await moved('switchover');
  expect(home.region('A').server.readOnly).toBe(true);
  expect(home.violations).toEqual([]);
  const accounts = {
    app: telling(up, facts('A', { epoch: 6 })),
    standbyApp: telling(up, facts('B', { readOnly: false, primary: 'B' })),
  };
  expect(decide(situation(accounts, { primary: 'B', standby: 'A' }))).toMatchObject({
    action: 'act',
    proposed: { kind: 'fence', from: 'A' },
  });
});

test('mistake 7: coming home is a transfer: every order taken away from home comes along, and without a replica nobody goes home', async () => {
  const world = await moved('switchover');
  const takenAway = () => world.acknowledged.filter(({ region }) => region.name === 'B').length;
  expect(takenAway()).toBeGreaterThan(5);
  await moved('failback', world);
  expect(missingIn(world, 'A')).toEqual([]);

  const { world: torn, plan } = await lost();
  await conduct(torn, plan);
  torn.hidden.clear();
  torn.linkCut = false;
  await expect(planFor(torn, { kind: 'failback' })).rejects.toThrow(
    /refused: A accepts writes although B is the primary; fence it, then rejoin it: npx handover transfer lab --kind fence/,
  );
});

test('mistake 8: a transfer is done when customers were seen to be served, not when its calls returned', async () => {
  const world = newWorld({
    faults: [1, 2, 3, 4, 5].map((attempt) => ({
      step: 'open-region',
      attempt,
      call: 1,
      fault: { kind: 'ignored' as const },
    })),
  });
  await world.pass(1_000);
  const stop = { answer: 'stop', because: 'Nobody is served.' } as const;
  const run = await conduct(world, await planFor(world, { kind: 'switchover' }), { answer: () => stop });
  expect(run.ending).toBe('needs-operator');
  expect(run.journal.map(({ step }) => step)).not.toContain('switch-dns');
  expect(answered(world.zone, shopName, 'A', world.gate.clock.now())).toEqual([world.region('A').address]);
});

test('mistake 9: what the monitor remembers travels as data, and one that remembers nothing does not move the shop again', () => {
  const vigil: MonitorState = {
    ...newMonitorState(),
    known: { epoch: 8, primary: 'B' },
    lastTransfer: { endedAt: 1_000, from: 'A', to: 'B', automatic: true, acknowledged: false },
  };
  const carried = JSON.parse(JSON.stringify(vigil)) as MonitorState;
  expect(decideInputFrom(carried, 5_000)).toEqual(decideInputFrom(vigil, 5_000));
  expect(decideInputFrom(carried, 5_000)).toMatchObject({
    known: { primary: 'B' },
    lastTransfer: { agoMs: 4_000, to: 'B' },
  });
  const forgetful = situation({ app: down, table: down, replica: 'lost' }, { primary: 'A', standby: 'B', home: 'B' });
  expect(decide(forgetful)).toMatchObject({ action: 'ask', proposed: { from: 'A', to: 'B' } });
});

test('mistake 10: the probe only reads the health page, and a record is found in a zone of any length', async () => {
  const { targets } = monitorConfig({ site: labSite, ports: newWorld().ports(), caPem: '' });
  expect(JSON.stringify(targets)).not.toContain('wp-cron');
  const record = (name: string, content: string) => ({ name, type: 'A', ttl: 60, records: [{ content }] });
  const many = Array.from({ length: 3_000 }, (_, index) => record(`host-${index}.shop.test.`, '192.0.2.1'));
  const { url } = await serve(() => ({ body: { rrsets: [...many, record('www.shop.test.', '198.51.100.10')] } }));
  const options = { kind: 'powerdns', url, apiKey: 'file:key', zone: 'shop.test.', server: 'localhost' } as const;
  const zone = await powerdns.connect(options, {
    secret: () => Promise.resolve('a-key'),
  });
  expect(await zone.read('www.shop.test.', 'A')).toMatchObject({ values: ['198.51.100.10'] });
  zone.close();
});

test.each([
  [400, 'AccessDeniedException'],
  [400, 'ExpiredTokenException'],
  [403, 'UnrecognizedClientException'],
  [401, 'IncompleteSignatureException'],
  [400, 'ProvisionedThroughputExceededException'],
])('mistake 11: a table that answers %s %s is silent and never down', async (status, type) => {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'No.' };
  const { url } = await serve(() => ({ status, body }));
  const asked = {
    vantage: 'north',
    region: 'A',
    tableRegion: 'lab-a',
    table: 'shop',
    key: 'id:secret',
    timeoutMs: 2_000,
  };
  const reading = await probeTable({ ...asked, endpoint: url });
  expect(reading).toMatchObject({ outcome: 'silent', answered: true });
  const vote = votedOn(times(40, reading));
  expect(vote.state).toBe('silent');
  const decision = decide(situation({ app: telling(up, facts('A')), table: vote }));
  expect(decision).toMatchObject({ action: 'hold', alert: { severity: 'warning' } });
});
