import fc from 'fast-check';
import { decide } from '../../src/domain/decision/decide';
import type { Decision, LastTransfer, Situation } from '../../src/domain/decision/situation';
import { movesPrimary } from '../../src/domain/plan/request';
import { policy } from './lab-policy';
import { down, facts, minute, refusing, silent, situation, telling, up, type Said } from './testimony';

const lost: Said = { app: down, table: down, replica: 'lost' };
const majority: Said = { app: [{ ...down, heldMs: 6 * minute }, { ...down, heldMs: 6 * minute }, up], replica: 'sees' };
const hour = 60 * minute;
const moved: LastTransfer = { agoMs: 2 * hour, from: 'B', to: 'A', automatic: false, acknowledged: true };

const proposedBy = (decision: Decision) => ('proposed' in decision ? decision.proposed : undefined);
const brief = (decision: Decision) => {
  const proposed = proposedBy(decision);
  return proposed ? `${decision.action} ${proposed.kind} ${proposed.from}->${proposed.to}` : decision.action;
};

describe('the table of verdicts and actions', () => {
  const table: [string, Said, string, string][] = [
    ['all is well', {}, 'hold', 'none'],
    ['region-down fails over', lost, 'act failover A->B', 'critical'],
    [
      'a shop that hangs while its table is out and its database is heard gets the other table first',
      { ...lost, replica: 'sees' },
      'act pointer A->B',
      'warning',
    ],
    [
      'app-down with a living database switches over without loss (mistake 1)',
      { app: refusing, replica: 'sees' },
      'act switchover A->B',
      'critical',
    ],
    [
      'app-down with a dead database fails over',
      { app: telling(refusing, facts('A', 'dead')), replica: 'lost' },
      'act failover A->B',
      'critical',
    ],
    [
      'app-down with nobody knowing about the database asks',
      { app: refusing, replica: 'silent' },
      'ask switchover A->B',
      'critical',
    ],
    ['a lasting majority asks', majority, 'ask switchover A->B', 'critical'],
    ['table-down moves the pointer and nothing else', { table: down }, 'act pointer A->B', 'warning'],
    [
      'a primary that restarted is made writable again',
      { app: telling(refusing, facts('A', { readOnly: true })) },
      'act restore A->A',
      'warning',
    ],
    [
      'a second writer of a lower epoch is fenced',
      { standbyApp: telling(up, facts('B', { readOnly: false, epoch: 6 })) },
      'act fence B->A',
      'warning',
    ],
    [
      'two writers of one epoch are for a person',
      { standbyApp: telling(up, facts('B', { readOnly: false, primary: 'B' })) },
      'ask',
      'critical',
    ],
    ['edge-broken is told, never moved', { edge: down }, 'hold', 'critical'],
    ['link-cut is told, never moved', { replica: 'lost' }, 'hold', 'warning'],
    ['degraded is told, never moved', { app: [down, up, up] }, 'hold', 'warning'],
    ['blind is told, never moved', { app: silent }, 'hold', 'critical'],
    ['a table that refuses our credential is told, never moved (mistake 11)', { table: silent }, 'hold', 'warning'],
    [
      'one vantage that has lost everything moves nothing (mistake 3)',
      { app: [down, silent, silent], table: [down, silent, silent] },
      'hold',
      'critical',
    ],
  ];
  test.each(table)('%s', (_, said, action, severity) => {
    const decision = decide(situation(said));
    expect(brief(decision)).toBe(action);
    expect(decision.alert?.severity ?? 'none').toBe(severity);
    expect(decision.reasons[0]).toBe(decision.because);
  });

  test('a majority acts where the site opted in', () => {
    expect(brief(decide(situation(majority, { policy: { ...policy, majorityActs: true } })))).toBe(
      'act switchover A->B',
    );
  });
});

describe('guards', () => {
  const last = (differs: Partial<LastTransfer>): Partial<Situation> => ({ lastTransfer: { ...moved, ...differs } });
  const fit = situation().replica;
  const replica = (differs: object): Partial<Situation> => ({ ...(fit && { replica: { ...fit, ...differs } }) });
  const away = { home: 'B' };

  const cases: [string, Partial<Situation>, 'refuse' | 'ask', string][] = [
    [
      'a freeze',
      { freeze: { by: 'ines', because: 'The router is being replaced.', endsInMs: 20 * minute } },
      'refuse',
      'Frozen for another 20 min by ines: The router is being replaced.',
    ],
    [
      'a freeze without end',
      { freeze: { by: 'ines', because: 'No changes today.' } },
      'refuse',
      'Frozen until thawed by ines: No changes today.',
    ],
    ['a transfer under way', { running: 'transfer/shop' }, 'refuse', 'transfer/shop is running.'],
    [
      'a rejoin under way',
      { rejoining: 'rejoin/shop' },
      'ask',
      'rejoin/shop is running and changes B; a transfer must wait for its end. End it with: temporal workflow cancel --workflow-id rejoin/shop',
    ],
    [
      'three tries that failed',
      {
        brakes: { failover: { until: 'person', because: 'The failover was tried 3 times and last was refused: No.' } },
      },
      'ask',
      'The failover was tried 3 times and last was refused: No. Once that is mended, type: npx handover acknowledge shop --who "ines@shop.example"',
    ],
    [
      'an opinion older than a minute',
      { opinionAgeMs: 61_000 },
      'refuse',
      'Decision is stale (61 s, limit 60 s); start again.',
    ],
    [
      'the cool-down',
      last({ automatic: true, agoMs: 40 * minute }),
      'refuse',
      'The shop was moved from B to A 40 min ago; policy.cooldown ends in 20 min.',
    ],
    [
      'a transfer nobody acknowledged',
      last({ acknowledged: false }),
      'refuse',
      'The transfer from B to A is not acknowledged yet.',
    ],
    [
      'a first automatic transfer with no way home since',
      { ...away, ...last({ automatic: true }) },
      'ask',
      'The shop was moved to A automatically and has not been home since; a second automatic transfer is never started.',
    ],
    [
      'being away from home with no memory of why (mistake 9)',
      away,
      'ask',
      'The shop is away from home and how it came to A is unknown, so the next transfer needs a person.',
    ],
    ['automatic off', { policy: { ...policy, automatic: false } }, 'ask', 'policy.automatic is false for this site.'],
    [
      'a standby whose database could not be asked',
      { replica: undefined } as never,
      'refuse',
      'The database of B did not answer.',
    ],
    ['a standby that is no replica', replica({ configured: false }), 'refuse', 'The database of B is not a replica.'],
    ['a replica without GTID', replica({ usesGtid: false }), 'refuse', 'The database of B does not replicate by GTID.'],
    [
      'a replica that stopped applying',
      replica({ applying: false, error: 'Duplicate entry 7' }),
      'refuse',
      'The database of B has stopped applying: Duplicate entry 7.',
    ],
    [
      'a replica of another epoch',
      replica({ epoch: 5 }),
      'refuse',
      'The database of B holds the shop of epoch 5, not of 7.',
    ],
    [
      'a lag nobody knows',
      replica({ heartbeatAgeMs: null }),
      'ask',
      'The replication lag of B is unknown: it never applied a heartbeat of the primary.',
    ],
    [
      'a lag beyond the bound',
      replica({ heartbeatAgeMs: 5 * minute }),
      'ask',
      'B was 4 min behind when the outage began; policy.maxReplicaLag is 30 s.',
    ],
  ];
  test.each(cases)('%s stops a failover and calls a person', (name, differs, action, because) => {
    const decision = decide(situation(lost, differs));
    expect(decision).toMatchObject({ action, because, proposed: { kind: 'failover' } });
    expect(decision.alert?.severity).toBe(name === 'a transfer under way' ? undefined : 'critical');
  });

  test('a standby without a fit shop is not moved to, and the refusal says what is wrong with it', () => {
    const decision = decide(situation({ ...lost, standbyApp: down }));
    expect(decision.action).toBe('refuse');
    expect(decision.because).toContain('The standby B is unhealthy: North, east and west say app of B is down');
  });

  test('a site without a second region has nowhere to go', () => {
    const { standby: _gone, ...alone } = situation(lost);
    expect(decide(alone)).toMatchObject({ action: 'refuse', because: 'shop has no other region to go to.' });
  });

  test('a lossless switchover is not tried while the standby fetches nothing', () => {
    const decision = decide(situation({ app: refusing, replica: 'sees' }, replica({ receiving: false })));
    expect(decision).toMatchObject({
      action: 'ask',
      because: 'B fetches nothing from the primary, so a planned transfer is not possible.',
    });
  });

  test('the heartbeats that a dead region could no longer write are no lag', () => {
    expect(decide(situation(lost, replica({ heartbeatAgeMs: 66_000 }))).action).toBe('act');
  });

  test('the table is not pointed at one that is down too', () => {
    expect(decide(situation({ table: down, standbyTable: down }))).toMatchObject({
      action: 'refuse',
      proposed: { kind: 'pointer' },
    });
  });

  test('all that stands in the way is told, the first as the reason', () => {
    const { reasons, because } = decide(
      situation(lost, {
        freeze: { by: 'ines', because: 'No.' },
        ...last({ automatic: true, agoMs: 0 }),
        ...replica({ configured: false }),
      }),
    );
    expect(reasons).toHaveLength(4);
    expect(reasons[0]).toBe(because);
    expect(reasons.slice(1, 3)).toEqual([
      'The shop was moved from B to A 0 s ago; policy.cooldown ends in 60 min.',
      'The database of B is not a replica.',
    ]);
  });

  test('a second writer beside a rejoin is fenced by the rejoin, and nobody is called for that', () => {
    const twoWriters: Said = { standbyApp: telling(up, facts('B', { readOnly: false, epoch: 6 })) };
    const decision = decide(situation(twoWriters, { rejoining: 'rejoin/shop' }));
    expect(decision).toMatchObject({
      action: 'refuse',
      because: 'rejoin/shop is running and fences the region itself.',
    });
    expect(decision.alert).toBeUndefined();
  });

  test('a try that failed a moment ago holds the next one back, and calls nobody again', () => {
    const because = 'The failover was refused and is tried again in 20 s: No.';
    const decision = decide(situation(lost, { brakes: { failover: { until: 'wait', because } } }));
    expect(decision).toMatchObject({ action: 'refuse', because });
    expect(decision.alert).toBeUndefined();
  });

  test('a move that a person made lately, as a drill does, holds back no failover', () => {
    expect(brief(decide(situation(lost, last({ agoMs: minute }))))).toBe('act failover A->B');
  });

  test('repairs in place go on with automatic moves off and in a cool-down, but not under a freeze', () => {
    const twoWriters: Said = { standbyApp: telling(up, facts('B', { readOnly: false, epoch: 6 })) };
    const off = {
      policy: { ...policy, automatic: false },
      ...last({ agoMs: minute, automatic: true, acknowledged: false }),
    };
    expect(brief(decide(situation(twoWriters, off)))).toBe('act fence B->A');
    expect(decide(situation(twoWriters, { freeze: { by: 'ines', because: 'No.' } })).action).toBe('refuse');
  });

  test('what was seen of a database before the last plan ended repairs nothing', () => {
    const stale: Said = { app: telling(refusing, facts('A', { readOnly: true }), 9_000) };
    expect(decide(situation(stale, { lastPlanAgoMs: 4_000 }))).toMatchObject({
      action: 'refuse',
      proposed: { kind: 'restore' },
    });
    expect(decide(situation(stale, { lastPlanAgoMs: 4_000 })).alert).toBeUndefined();
    expect(decide(situation(stale, { lastPlanAgoMs: 20_000 })).action).toBe('act');
  });
});

describe('the pointer comes back', () => {
  const pointedAway = { tableOf: 'B' };
  const well = (heldMs: number) => ({ ...up, heldMs });
  test.each([
    ['not while its own table is down', { table: down }, 'hold'],
    ['not when its own table has been well for a minute only', { table: well(minute) }, 'hold'],
    ['when its own table has been well for five minutes', { table: well(5 * minute) }, 'act pointer B->A'],
    ['at once when the borrowed table is down', { table: well(minute), standbyTable: down }, 'act pointer B->A'],
  ] as [string, Said, string][])('%s', (_, said, action) => {
    expect(brief(decide(situation(said, pointedAway)))).toBe(action);
  });
});

describe('the standby is watched too', () => {
  const ill: Said = { standbyApp: down };
  test('at home, an unfit standby is a warning', () => {
    expect(decide(situation(ill))).toMatchObject({
      action: 'hold',
      alert: { severity: 'warning', summary: 'shop: A serves, but could not be replaced now: the standby is unfit.' },
    });
  });
  test('away from home it pages', () => {
    expect(decide(situation(ill, { home: 'B' })).alert?.severity).toBe('critical');
  });
  test("during a transfer it is nobody's alarm", () => {
    expect(decide(situation(ill, { running: 'transfer/shop' })).alert).toBeUndefined();
  });
});

describe('alerts', () => {
  test('carry the command that a person could type', () => {
    const { alert } = decide(situation(lost, { policy: { ...policy, automatic: false } }));
    expect(alert).toEqual({
      key: 'shop/region-down/A',
      severity: 'critical',
      summary: 'shop: region A is down. Not acted: automatic moves are off.',
      command: 'npx handover transfer shop --kind failover --to B',
    });
  });

  test('say the same while the same is so, whatever the clock does', () => {
    const at = (ageMs: number) =>
      decide(situation({ ...lost, ageMs }, { lastTransfer: { ...moved, agoMs: 30 * minute + ageMs } })).alert;
    expect(at(9_000)).toEqual(at(0));
  });
});

describe('for every situation', () => {
  const vote = fc.constantFrom(up, down, refusing, silent);
  const three = fc.tuple(vote, vote, vote);
  const said = fc.record({
    app: three,
    table: three,
    edge: three,
    standbyApp: three,
    standbyTable: three,
    replica: fc.constantFrom('lost' as const, 'sees' as const, 'silent' as const),
  });
  const quiet = fc.record({
    home: fc.constantFrom('A', 'B'),
    tableOf: fc.constantFrom('A', 'B'),
    opinionAgeMs: fc.nat({ max: 120_000 }),
  });

  test('nothing moves under a freeze, and the runbook never brings the shop home by itself (mistake 2)', () => {
    fc.assert(
      fc.property(said, quiet, fc.boolean(), (heard, differs, frozen) => {
        const freeze = frozen ? { freeze: { by: 'ines', because: 'No.' } } : {};
        const decision = decide(situation(heard, { ...differs, ...freeze }));
        if (frozen) expect(decision.action).not.toBe('act');
        expect(proposedBy(decision)?.kind).not.toBe('failback');
      }),
    );
  });

  test('a move always rests on two vantages and leads to a standby that two vantages reach', () => {
    fc.assert(
      fc.property(said, quiet, (heard, differs) => {
        const decision = decide(situation(heard, differs));
        if (decision.action !== 'act') return;
        const moves = movesPrimary(decision.proposed.kind);
        if (moves) expect(heard.app.filter(({ state }) => state === 'down').length).toBeGreaterThanOrEqual(2);
        if (moves) expect(heard.standbyApp.filter(({ state }) => state !== 'silent').length).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});
