/** What is said of transfers and drills when they are over: times that add up, aims, and the last line. */
import { aimOf, type Aim } from '../../src/domain/report/aim';
import { lossOf } from '../../src/domain/report/loss';
import { recoveryOf } from '../../src/domain/report/recovery';
import { reportOfDrill, reportOfTransfer, type RefereeSummary } from '../../src/domain/report/report';
import { parseDrill, type DrillRequest } from '../../src/domain/plan/request';
import { primaryAfter, type DrillResult, type TransferResult } from '../../src/domain/plan/result';
import { aResult, entry, planned, pointer, rejoined, zero } from './results';

describe('the recovery time', () => {
  test('of an outage runs from its onset to the proof, in parts that add up', () => {
    const recovery = recoveryOf(aResult());
    expect(recovery?.totalMs).toBe(75_000);
    expect(recovery?.parts.map(({ name, from, to }) => `${name} ${to - from}`)).toEqual([
      ...['detect 70000', 'decide 200', 'fence 1800', 'promote 1000', 'traffic 1500', 'verify 500'],
    ]);
    expect(recovery?.parts.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(recovery?.totalMs);
  });

  test('of a planned move runs from the gate, since until then customers missed nothing', () => {
    const recovery = recoveryOf(planned());
    expect(recovery).toMatchObject({ from: zero + 70_200, totalMs: 4_800 });
    expect(recovery?.parts.map(({ name }) => name)).toEqual(['fence', 'promote', 'traffic', 'verify']);
  });

  test('has parts that never run backwards, whatever the clocks did', () => {
    const journal = [entry('fence', 5_000, 6_000), entry('promote', 6_000, 5_500), entry('verify', 6_500, 7_000)];
    const parts = recoveryOf(aResult({ journal, decidedAt: zero + 9_000 }))?.parts ?? [];
    for (const { from, to } of parts) expect(to).toBeGreaterThanOrEqual(from);
  });

  test.each<[string, TransferResult]>([
    ['a repair', pointer()],
    ['a rejoin', rejoined()],
    ['a transfer that was rolled back', planned({ ending: 'rolled-back' })],
    ['a transfer that a person must end', aResult({ ending: 'needs-operator' })],
    ['a transfer that was never verified', aResult({ journal: [entry('fence', 1, 2)] })],
  ])('is not given for %s', (_, result) => {
    expect(recoveryOf(result)).toBeUndefined();
  });
});

test.each<[string, TransferResult, string]>([
  ['completed', aResult(), 'B'],
  ['rolled back before the point of no return', planned({ ending: 'rolled-back', pivotAttempted: false }), 'A'],
  ['stopped behind it', aResult({ ending: 'needs-operator' }), ''],
  ['a repair', pointer(), ''],
])('who is primary after a transfer that was %s', (_, result, primary) => {
  expect(primaryAfter(result)).toBe(primary);
});

describe('the aim of a drill', () => {
  const home = planned({ cause: 'failback', from: 'B', to: 'A', epoch: 3 });
  const drill = (input: object): DrillRequest => parseDrill({ site: 'shop', ...input });
  const [outage, table, cut] = ['isolate', 'table-errors', 'vantage-cut'].map((fault) =>
    drill({ kind: 'outage', fault }),
  );
  const there = drill({ kind: 'switchover' });
  test.each<[string, DrillRequest | undefined, TransferResult[], TransferResult | undefined, Aim]>([
    [
      'there and back',
      there,
      [planned(), home],
      undefined,
      { met: true, because: 'The shop was moved and brought home: A → B → A.' },
    ],
    [
      'there and not back',
      there,
      [planned()],
      undefined,
      { met: false, because: 'The shop was moved to B and not brought home to A.' },
    ],
    [
      'there to stay',
      drill({ kind: 'switchover', comeHome: false }),
      [planned()],
      undefined,
      { met: true, because: 'The shop was moved from A to B and stays there.' },
    ],
    ['nothing moved', there, [], undefined, { met: false, because: 'Nothing was moved.' }],
    [
      'a transfer that rolled back',
      there,
      [planned({ ending: 'rolled-back', because: 'B is ill.' })],
      undefined,
      { met: false, because: 'The switchover ended rolled-back: B is ill.' },
    ],
    [
      'an outage and home',
      outage,
      [aResult(), home],
      rejoined(),
      { met: true, because: 'The shop was lost, moved, rejoined and brought home: A → B → A.' },
    ],
    [
      'an outage without a rejoin',
      outage,
      [aResult()],
      undefined,
      { met: false, because: 'The lost region did not rejoin.' },
    ],
    [
      'an outage whose rejoin failed',
      outage,
      [aResult()],
      rejoined({ ending: 'needs-operator', because: 'No log.' }),
      { met: false, because: 'The repair ended needs-operator: No log.' },
    ],
    [
      'an outage answered by a switchover',
      outage,
      [planned(), home],
      rejoined(),
      { met: false, because: 'The fault isolate should have led to unplanned, but led to planned.' },
    ],
    [
      'an outage that nobody answered',
      outage,
      [],
      undefined,
      { met: false, because: 'The fault isolate should have led to unplanned, but led to nothing.' },
    ],
    [
      'a table there and back',
      table,
      [pointer(), pointer()],
      undefined,
      { met: true, because: 'The table pointer was moved and moved back; the primary stayed.' },
    ],
    [
      'a table that moved the shop',
      table,
      [aResult(), home],
      undefined,
      {
        met: false,
        because: 'The fault table-errors should have led to pointer and pointer, but led to unplanned and planned.',
      },
    ],
    [
      'a cut vantage and stillness',
      cut,
      [],
      undefined,
      { met: true, because: 'The fault vantage-cut was detected and the shop was not moved, as expected.' },
    ],
    [
      'a cut vantage that moved the shop',
      cut,
      [aResult()],
      undefined,
      { met: false, because: 'The fault vantage-cut must not move the shop, but a failover ran.' },
    ],
  ])('%s', (_, request, transfers, rejoin, aim) => {
    expect(request && aimOf(request, transfers, rejoin)).toEqual(aim);
  });
});

describe('the last line of a report', () => {
  const referee = (over: Partial<RefereeSummary>): RefereeSummary => ({
    verdict: 'agrees',
    because: 'All 812 are there.',
    findings: [],
    ...over,
  });
  const found = [{ name: 'orders', ok: false, because: 'Two are missing.', examples: ['k-1', 'k-2'] }];
  const drilled = (over: Partial<DrillResult>): DrillResult => ({
    site: 'shop',
    kind: 'outage',
    fault: 'isolate',
    startedAt: zero,
    endedAt: zero + 100_000,
    onsetAt: zero,
    healedAt: zero,
    transfers: [aResult()],
    checks: [],
    aim: { met: true, because: '' },
    ...over,
  });
  test('is honest while the lost region has not been read', () => {
    expect(reportOfTransfer(aResult()).lastLine).toBe(
      'Whether an order was lost is unknown until A rejoins: npx handover rejoin shop',
    );
    expect(reportOfDrill(drilled({}), { referee: referee({}) }).lastLine).toMatch(
      /^Whether an order was lost is unknown until A rejoins: npx handover rejoin/,
    );
  });
  test.each<[string, Partial<RefereeSummary>, RegExp]>([
    ['agrees', {}, /^No acknowledged order was lost\. All 812 are there\.$/],
    ['finds loss', { verdict: 'finds loss', findings: found }, /^Orders were lost or altered: k-1; k-2$/],
    [
      'cannot tell',
      { verdict: 'cannot tell', because: 'A did not answer.' },
      /^Whether an order was lost is unknown: A did not answer\.$/,
    ],
  ])('follows the referee who %s', (_, over, line) => {
    expect(reportOfDrill(drilled({ rejoin: rejoined() }), { referee: referee(over) }).lastLine).toMatch(line);
  });
  test('the last line says when no referee ran', () => {
    expect(reportOfDrill(drilled({ rejoin: rejoined() })).lastLine).toMatch(/no referee checked\.$/);
    expect(reportOfTransfer(planned()).lastLine).toBe(
      'No order was lost: every write was drained before the promotion.',
    );
  });

  test.each<[string, TransferResult[], RegExp, number | null]>([
    ['nothing', [], /^Nothing was moved, so no order could be lost\.$/, 0],
    ['a planned move', [planned()], /^No order was lost: every write was drained/, 0],
    ['a planned move that nobody proved drained', [planned({ facts: {} })], /unknown: .* nothing proves/, null],
    [
      'a planned move that stopped behind its point of no return',
      [planned({ ending: 'needs-operator' })],
      /unknown: The switchover ended needs-operator/,
      null,
    ],
    [
      'a planned move that was rolled back',
      [planned({ ending: 'rolled-back', pivotAttempted: false, facts: {} })],
      /^The primary was not moved, so no order was lost by it\.$/,
      0,
    ],
    ['a table that was moved', [pointer()], /^The primary was not moved/, 0],
    ['a fenced second writer', [pointer({ kind: 'fence' })], /unknown until A rejoins/, null],
    ['a fenced second writer that rejoined since', [pointer({ kind: 'fence' }), rejoined()], /none is left to a/, 0],
    ['a rejoin that found nothing', [rejoined({}, { errant: 0 })], /B has everything that A committed\.$/, 0],
    ['a rejoin that decided all of it', [rejoined()], /Each of the 3 transactions that only A had is decided/, 0],
    [
      'a rejoin that left some of it to a person',
      [rejoined({}, { errant: 12, listed: 12 })],
      /^Not known: 12 items that only A had are left to a person\. forAPerson lists them with their reasons\.$/,
      null,
    ],
    ['a rejoin that did not end well', [rejoined({ ending: 'needs-operator' })], /unknown until A rejoins/, null],
    ['a rejoin that read nothing', [rejoined({ facts: {} })], /unknown: Nothing tells what only A had\.$/, null],
    [
      'an outage of which one item is left to a person',
      [aResult({ facts: { 'drain-database': { lastHeartbeatAtMs: zero } } }), rejoined({}, { errant: 9, listed: 1 })],
      /^Not known: 1 item that only A had is left to a person\./,
      null,
    ],
    ['an outage after which the region rejoined', [aResult(), rejoined()], /no referee checked\.$/, null],
    [
      'an outage and a move home that nobody proved',
      [aResult(), rejoined(), planned({ facts: {} })],
      /nothing proves/,
      null,
    ],
  ])('after %s says no more than was proven', (_, results, line, seconds) => {
    const loss = lossOf(results);
    expect(loss.line).toMatch(line);
    expect(loss.seconds).toBe(seconds);
  });

  test('says what is left to a person though the referee agrees, and what the referee finds though nothing is left', () => {
    const left = drilled({ rejoin: rejoined({}, { errant: 5, listed: 5 }) });
    expect(reportOfDrill(left, { referee: referee({}) }).lastLine).toMatch(/^Not known: 5 .* All 812 are there\.$/);
    const loss = referee({ verdict: 'finds loss', findings: found });
    expect(reportOfDrill(left, { referee: loss }).lastLine).toMatch(/^Orders were lost or altered: k-1; k-2$/);
    expect(reportOfTransfer(rejoined({}, { listed: 2 })).loss).toMatchObject({ seconds: null });
  });

  test('stands under a loss in seconds, where unknown is not zero', () => {
    const heard = { 'drain-database': { lastHeartbeatAtMs: zero - 1_500 } };
    expect(reportOfTransfer(aResult({ facts: heard })).loss).toMatchObject({ seconds: 1.5 });
    expect(reportOfTransfer(aResult()).loss).toMatchObject({ seconds: null });
    expect(reportOfTransfer(planned()).loss).toMatchObject({ seconds: 0 });
  });

  test('and the chapters stand in the order of the story', () => {
    const home = planned({ cause: 'failback', from: 'B', to: 'A', epoch: 3 });
    const titles = reportOfDrill(drilled({ transfers: [aResult(), home], rejoin: rejoined() })).chapters.map(
      ({ title }) => title,
    );
    expect(titles).toEqual([
      'Failover from A to B, epoch 2',
      'Rejoin A as the standby',
      'Failback from B to A, epoch 3',
    ]);
  });
});
