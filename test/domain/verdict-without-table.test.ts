/** Verdicts of a shop that has no table: what a table would have said is absent, and counts neither as up nor as down. */
import fc from 'fast-check';
import { decide } from '../../src/domain/decision/decide';
import { verdicts, type Verdict } from '../../src/domain/decision/verdicts';
import { judge } from '../../src/domain/decision/judge';
import { policy } from './lab-policy';
import {
  down,
  examples,
  facts,
  minute,
  opinion,
  refusing,
  silent,
  situation,
  telling,
  testimony,
  up,
  type Said,
} from './testimony';

type State = Verdict['state'];
const readOnly = telling(refusing, facts('A', { readOnly: true }));
const held = (heldMs: number) => ({ ...down, heldMs });

/** Each verdict is found, and lightly missed, by what the shops, the public name and the replica say alone. */
const table: [string, Said, Partial<Verdict> & { state: State }][] = [
  ['all is well', {}, { state: 'healthy' }],
  [
    'no answer of the shop, and the replica has lost its source',
    { app: down, replica: 'lost' },
    { state: 'region-down' },
  ],
  ['the same, and one vantage is cut off', { app: [down, down, silent], replica: 'lost' }, { state: 'region-down' }],
  [
    'a majority has no answer for long, and the replica has lost its source',
    { app: [held(6 * minute), held(5 * minute), up], replica: 'lost' },
    { state: 'region-down' },
  ],
  ['no answer of the shop, but the replica hears its source', { app: down, replica: 'sees' }, { state: 'app-down' }],
  ['no answer of the shop, over a connection that stands', { app: down, replica: 'connected' }, { state: 'app-down' }],
  ['no answer of the shop, and nobody can ask the replica', { app: down, replica: 'silent' }, { state: 'app-down' }],
  ['the shop refuses, and the replica has lost its source', { app: refusing, replica: 'lost' }, { state: 'app-down' }],
  [
    'the shop says that its database is dead',
    { app: telling(refusing, facts('A', 'dead')), replica: 'lost' },
    { state: 'app-down' },
  ],
  ['the replica has lost its source, the shop is well', { replica: 'lost' }, { state: 'link-cut' }],
  [
    'one vantage has lost the shop, and the replica its source',
    { app: [down, up, up], replica: 'lost' },
    { state: 'link-cut' },
  ],
  ['one vantage has lost the shop', { app: [down, up, up] }, { state: 'degraded' }],
  ['every vantage sees a third of the probes fail', { app: { ...up, share: 0.33 } }, { state: 'degraded' }],
  ['the shop answers by its own address, not by its name', { edge: down }, { state: 'edge-broken' }],
  [
    'the shop answers and says that it serves nobody',
    { app: telling(up, { ...facts('A'), serving: false }) },
    { state: 'not-served' },
  ],
  ['nobody can tell', { app: silent, replica: 'lost' }, { state: 'blind' }],
  ['only one vantage can tell', { app: [down, silent, silent], replica: 'lost' }, { state: 'blind' }],
  ['the primary came back read-only', { app: readOnly }, { state: 'restarted' }],
  [
    'the other database accepts writes too',
    { standbyApp: telling(up, facts('B', { readOnly: false, epoch: 6 })) },
    { state: 'two-writers' },
  ],
];

test.each(table)('%s', (_, said, found) => {
  const { verdict, tables } = opinion({ ...said, plain: true });
  expect(verdict).toMatchObject(found);
  expect(verdict.because).not.toMatch(/table/);
  expect(tables).toEqual({});
});

test('each verdict but table-down is among the cases', () => {
  const found = new Set(table.map(([, , { state }]) => state));
  expect(verdicts.map(({ state }) => state).filter((state) => !found.has(state))).toEqual(['table-down']);
});

test.each([
  ['no answer of the shop, and the replica has lost its source', { app: down, replica: 'lost' }, 'act', 'failover'],
  ['the database is dead', { app: telling(refusing, facts('A', 'dead')), replica: 'lost' }, 'act', 'failover'],
  ['the shop is down, its database answers', { app: refusing, replica: 'sees' }, 'act', 'switchover'],
  ['no answer of the shop, and nobody can ask the replica', { app: down, replica: 'silent' }, 'ask', 'switchover'],
] as [string, Said, string, string][])('%s: the decision', (_, said, action, kind) => {
  expect(decide(situation({ ...said, plain: true }))).toMatchObject({ action, proposed: { kind } });
});

test.each([
  ['all is well', {}],
  ['the regions cannot reach each other', { replica: 'lost' }],
  ['the public name leads nowhere', { edge: down }],
  ['nobody can tell', { app: silent, replica: 'lost' }],
] as [string, Said][])('%s: nothing is moved', (_, said) => {
  expect(decide(situation({ ...said, plain: true })).action).toBe('hold');
});

test('it tells the vantages, the replica and no table', () => {
  expect(opinion({ app: down, replica: 'lost', plain: true }).verdict.because).toBe(
    'Region A does not answer at all: north, east and west say app of A is down (No answer within 3 s); The replica said so.',
  );
});

describe('for every set of votes', () => {
  const vote = fc.constantFrom(up, down, refusing, silent, held(6 * minute), telling(refusing, facts('A', 'dead')));
  const three = fc.tuple(vote, vote, vote);
  const any = fc.record({
    app: three,
    table: three,
    edge: three,
    replica: fc.constantFrom('lost' as const, 'sees' as const, 'silent' as const, 'connected' as const),
  });

  test('a region is lost without a table only where it would be with any', () => {
    fc.assert(
      fc.property(any, (said) => {
        const { state } = opinion({ ...said, plain: true }).verdict;
        if (state === 'region-down') expect(opinion(said).verdict.state).toBe('region-down');
        expect(state).not.toBe('table-down');
      }),
    );
  });

  test('votes on a table of a site that has none any more change nothing', () => {
    fc.assert(
      fc.property(any, (said) => {
        const withVotes = judge({ ...testimony(said), hasTable: false }, policy);
        expect(withVotes).toEqual(opinion({ ...said, plain: true }));
      }),
    );
  });

  test('nothing but the replica that lost its source makes it a failover of a region', () => {
    fc.assert(
      fc.property(any, (said) => {
        const { state } = opinion({ ...said, plain: true }).verdict;
        if (state === 'region-down') expect(said.replica).toBe('lost');
      }),
    );
  });
});

test('every example but that of table-down stands without a table', () => {
  const states = Object.entries(examples).filter(([state]) => state !== 'table-down');
  expect(states.map(([, said]) => opinion({ ...said, plain: true }).verdict.state)).toEqual(
    states.map(([state]) => state),
  );
});
