/** What comes first where several courses are open, and what never does. */
import { decide } from '../../src/domain/decision/decide';
import type { Decision, Situation } from '../../src/domain/decision/situation';
import type { TransferKind } from '../../src/domain/plan/request';
import { policy } from './lab-policy';
import { down, facts, minute, opinion, refusing, situation, telling, up, type Said } from './testimony';

const lost: Said = { app: down, table: down, replica: 'lost' };
const brief = (decision: Decision) => {
  const proposed = 'proposed' in decision ? decision.proposed : undefined;
  return proposed ? `${decision.action} ${proposed.kind} ${proposed.from}->${proposed.to}` : decision.action;
};
const decided = (said: Said, differs: Partial<Situation> = {}) => brief(decide(situation(said, differs)));

describe('a table that is out while the database is heard', () => {
  test.each<[string, Said]>([
    ['a shop that hangs', { app: down, table: down, replica: 'sees' }],
    ['a shop that says it is ill', { app: refusing, table: down, replica: 'sees' }],
    ['a shop whose database answers it', { app: telling(refusing, facts('A')), table: down, replica: 'connected' }],
  ])('%s gets the other table first', (_, said) => {
    expect(decided(said)).toBe('act pointer A->B');
  });

  test('with the pointer away already, a shop that hangs is for a person and one that refuses is switched over', () => {
    expect(decided({ app: down, table: down, replica: 'sees' }, { tableOf: 'B' })).toBe('ask failover A->B');
    expect(decided({ app: refusing, table: down, replica: 'sees' }, { tableOf: 'B' })).toBe('act switchover A->B');
  });

  test('where the other table is out too, nothing is moved and somebody is called', () => {
    const { action, alert } = decide(situation({ app: down, table: down, standbyTable: down, replica: 'sees' }));
    expect([action, alert?.severity]).toEqual(['refuse', 'critical']);
  });
});

describe('a lost region', () => {
  test('is never failed over by a majority against the word of the replica', () => {
    const long = { ...down, heldMs: 6 * minute };
    const said: Said = { app: [long, long, long], table: [long, long, long], replica: 'sees' };
    expect(decided(said, { policy: { ...policy, majorityActs: true }, tableOf: 'B' })).toBe('ask failover A->B');
  });

  test('with the other region ill as well moves nothing, and somebody is called', () => {
    const { action, alert, because } = decide(situation({ ...lost, standbyApp: down }));
    expect([action, alert?.severity]).toEqual(['refuse', 'critical']);
    expect(because).toMatch(/^The standby B is unhealthy/);
  });

  test('whose table is found out first waits up to 30 s for the votes on its shop', () => {
    const failing = { ...up, share: 0.9 };
    const table = (heldMs: number) => ({ ...down, heldMs });
    expect(decided({ app: failing, table: table(2_000) })).toBe('hold');
    expect(decided({ app: failing, table: table(31_000) })).toBe('act pointer A->B');
    expect(decided({ app: up, table: table(2_000) })).toBe('act pointer A->B');
  });
});

describe('the word on the database of a shop that is out', () => {
  const told = (reachable: boolean, ageMs: number) => telling(refusing, facts('A', reachable ? {} : 'dead'), ageMs);
  test.each<[string, Said, string]>([
    ['a replica that lost it beats an account of a minute ago', { app: told(true, 60_000), replica: 'lost' }, 'dead'],
    [
      'a replica that hears it beats an account of a minute ago',
      { app: told(false, 60_000), replica: 'sees' },
      'answers',
    ],
    ['an account of the last round beats the replica', { app: told(true, 4_000), replica: 'lost' }, 'answers'],
    [
      'but not where shop, table and replica have all lost it',
      { app: told(true, 4_000), table: down, replica: 'lost' },
      'dead',
    ],
    [
      'an old account is better than a connection without heartbeats',
      { app: told(false, 60_000), replica: 'connected' },
      'dead',
    ],
  ])('%s', (_, said, word) => {
    expect(opinion(said).verdict).toMatchObject({ state: 'app-down', database: word });
  });
});

describe('the lag of the standby when the trouble began', () => {
  const replica = (heartbeatAgeMs: number) => ({
    replica: { ...situation().replica!, heartbeatAgeMs, receiving: false },
  });

  test('is the one last measured, although the writes stalled before the region died', () => {
    expect(decided(lost, { ...replica(11 * minute), lagBefore: { lagMs: 500, agoMs: 11 * minute } })).toBe(
      'act failover A->B',
    );
  });

  test('is the one last measured, although trouble of our own hid when it began', () => {
    expect(decided(lost, { ...replica(165_000), lagBefore: { lagMs: 700, agoMs: 160_000 } })).toBe('act failover A->B');
  });

  test.each<[string, Partial<Situation>]>([
    ['a long one', { lagBefore: { lagMs: 4 * minute, agoMs: minute } }],
    ['an old measurement', { lagBefore: { lagMs: 500, agoMs: 16 * minute } }],
    ['no measurement', {}],
  ])('%s leaves a lag over policy.maxReplicaLag to a person', (_, differs) => {
    expect(decided(lost, { ...replica(6 * minute), ...differs })).toBe('ask failover A->B');
  });
});

describe('what is done again and again within an hour', () => {
  const times = (kind: TransferKind, count: number): Partial<Situation> => ({
    completed: Array.from({ length: count }, (_, index) => ({ kind, agoMs: (index + 1) * 9 * minute })),
  });
  const restarted: Said = { app: telling(refusing, facts('A', { readOnly: true })) };

  test('calls somebody from the third repair on, in words that stay the same', () => {
    const alert = (count: number) => decide(situation(restarted, times('restore', count))).alert;
    expect(alert(1)?.severity).toBe('warning');
    expect(alert(2)).toMatchObject({
      severity: 'critical',
      summary: expect.stringMatching(/again and again/) as string,
    });
    expect(alert(3)).toEqual(alert(2));
  });

  test('is left to a person where the incident says so', () => {
    const because = 'The restore was completed 5 times within an hour and did not last.';
    const decision = decide(situation(restarted, { brakes: { restore: { until: 'person', because } } }));
    expect(brief(decision)).toBe('ask restore A->A');
    expect(decision.because).toBe(
      `${because} Once that is mended, type: npx handover acknowledge shop --who "ines@shop.example"`,
    );
  });

  test('a table that comes and goes keeps the shop at the other one, unless that is down', () => {
    const well: Said = { table: { ...up, heldMs: 6 * minute } };
    const flapping = { tableOf: 'B', ...times('pointer', 4) };
    expect(decided(well, { ...flapping, ...times('pointer', 3) })).toBe('act pointer B->A');
    expect(decided(well, flapping)).toBe('ask pointer B->A');
    expect(decided({ ...well, standbyTable: down }, flapping)).toBe('act pointer B->A');
    expect(decided({ table: down }, times('pointer', 4))).toBe('act pointer A->B');
  });
});

describe('a shop that fails in part', () => {
  const failing = (share: number, failingMs: number) => ({ ...up, share, failingMs, because: 'Only some fail.' });
  test.each<[string, number, number, string]>([
    ['a fifth of the probes is a warning', 0.2, 0, 'warning'],
    ['most probes are a warning at first', 0.6, minute, 'warning'],
    ['most probes for two minutes call somebody', 0.6, 2 * minute, 'critical'],
  ])('%s', (_, share, failingMs, severity) => {
    expect(decide(situation({ app: failing(share, failingMs) })).alert?.severity).toBe(severity);
  });
});
