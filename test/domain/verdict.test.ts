import fc from 'fast-check';
import { judge } from '../../src/domain/decision/judge';
import type { Verdict } from '../../src/domain/decision/verdicts';
import { blank, type Vote } from '../../src/domain/detection/vote';
import { replicaWitness } from '../../src/domain/detection/witness';
import { policy } from './lab-policy';
import {
  down,
  facts,
  minute,
  opinion,
  refusing,
  silent,
  telling,
  testimony,
  up,
  vantages,
  type Said,
} from './testimony';

const held = (vote: Vote, heldMs: number): Vote => ({ ...vote, heldMs });
const readOnly = telling(refusing, facts('A', { readOnly: true }));

/** What must be found, as far as it matters. */
type Found = Partial<Record<'backing' | 'database' | 'fence' | 'epoch', unknown>> & { state: Verdict['state'] };

const table: [string, Said, Found][] = [
  ['all is well', {}, { state: 'healthy' }],

  [
    'no vantage has an answer of shop or table',
    { app: down, table: down, replica: 'lost' },
    { state: 'region-down', backing: 'all' },
  ],
  [
    'the same, and the replica cannot be asked',
    { app: down, table: down, replica: 'silent' },
    { state: 'region-down', backing: 'all' },
  ],
  [
    'the same, but the replica still hears the region',
    { app: down, table: down, replica: 'sees' },
    { state: 'region-down', backing: 'contested' },
  ],
  [
    "no answer of the shop, the replica has lost its source, the table is another company's and well (mistake 1)",
    { app: down, replica: 'lost' },
    { state: 'region-down', backing: 'all' },
  ],
  [
    'two vantages have no answer, the third is cut off',
    { app: [down, down, silent], table: [down, down, silent], replica: 'lost' },
    { state: 'region-down', backing: 'all' },
  ],

  [
    'the shop refuses, the table and the database are well (mistake 1)',
    { app: refusing, replica: 'sees' },
    { state: 'app-down', backing: 'all', database: 'answers' },
  ],
  [
    'the shop refuses and nothing is heard, over a connection that stands',
    { app: refusing, replica: 'connected' },
    { state: 'app-down', database: 'answers' },
  ],
  [
    'the shop says that its database is dead',
    { app: telling(refusing, facts('A', 'dead')), replica: 'lost' },
    { state: 'app-down', database: 'dead' },
  ],
  [
    'the shop refuses and the replica has lost its source',
    { app: refusing, replica: 'lost' },
    { state: 'app-down', database: 'dead' },
  ],
  [
    'the shop refuses and nobody can ask the replica',
    { app: refusing, replica: 'silent' },
    { state: 'app-down', database: 'unknown' },
  ],
  [
    'the shop has no answer, its table is well, the replica hears it',
    { app: down, replica: 'sees' },
    { state: 'app-down', database: 'answers' },
  ],
  [
    'shop and table refuse: the servers answer',
    { app: refusing, table: refusing, replica: 'sees' },
    { state: 'app-down', database: 'answers' },
  ],

  ['only the table is down', { table: down }, { state: 'table-down', backing: 'all' }],
  ['the table refuses our credential everywhere (mistake 11)', { table: silent }, { state: 'degraded' }],

  [
    'two of three have lost the shop for a minute',
    { app: [held(down, minute), held(down, minute), up] },
    { state: 'degraded' },
  ],
  [
    'two of three have lost it for five minutes',
    { app: [held(down, 6 * minute), held(down, 5 * minute), up], replica: 'sees' },
    { state: 'app-down', backing: 'majority' },
  ],
  [
    'one of three has lost it for an hour (mistake 3)',
    { app: [held(down, 60 * minute), up, up] },
    { state: 'degraded' },
  ],
  [
    'one has lost it and the others cannot tell (mistake 3)',
    { app: [down, silent, silent], table: [down, silent, silent], replica: 'lost' },
    { state: 'blind' },
  ],
  ['nobody can tell', { app: silent }, { state: 'blind' }],
  [
    'all votes are four minutes old',
    { app: down, table: down, replica: 'lost', ageMs: 4 * minute },
    { state: 'blind' },
  ],
  ['every vantage sees a third of the probes fail', { app: { ...up, share: 0.33 } }, { state: 'degraded' }],

  ['the shop answers by its own address, not by its name', { edge: down }, { state: 'edge-broken' }],
  ['the replica has lost its source, the shop is well', { replica: 'lost' }, { state: 'link-cut' }],

  ['the primary came back read-only', { app: readOnly }, { state: 'restarted', epoch: 7 }],
  [
    'it is read-only since a later epoch, whose primary is B',
    { app: telling(refusing, facts('A', { readOnly: true, epoch: 8, primary: 'B' })), replica: 'sees' },
    { state: 'app-down' },
  ],
  [
    'it is read-only, and nobody knows of the other database',
    { app: readOnly, standbyApp: silent },
    { state: 'app-down' },
  ],
  [
    'it is read-only, and the other database accepts writes',
    {
      app: readOnly,
      standbyApp: telling(up, facts('B', { readOnly: false, epoch: 8, primary: 'B' })),
      replica: 'sees',
    },
    { state: 'app-down' },
  ],

  [
    'the other database accepts writes in an earlier epoch',
    { standbyApp: telling(up, facts('B', { readOnly: false, epoch: 6 })) },
    { state: 'two-writers', fence: 'B' },
  ],
  [
    'the other database accepts writes in a later epoch',
    { standbyApp: telling(up, facts('B', { readOnly: false, epoch: 8, primary: 'B' })) },
    { state: 'two-writers', fence: 'A' },
  ],
  [
    'both accept writes in one epoch that names A',
    { standbyApp: telling(up, facts('B', { readOnly: false })) },
    { state: 'two-writers', fence: 'B' },
  ],
  [
    'both accept writes in one epoch, each for itself',
    { standbyApp: telling(up, facts('B', { readOnly: false, primary: 'B' })) },
    { state: 'two-writers' },
  ],
];

describe('the verdict when', () => {
  test.each(table)('%s', (_, said, found) => {
    const { verdict } = opinion(said);
    expect(verdict).toMatchObject(found);
    expect('fence' in verdict).toBe('fence' in found);
    expect(verdict.region).toBe('A');
    expect(verdict.because).toMatch(/^[A-Z].*\.$/);
  });

  test('a region is down, it names the vantages that say so, for how long, and since when it fails', () => {
    const { verdict } = opinion({
      app: [down, held(down, 20_000), silent],
      table: down,
      replica: 'lost',
      ageMs: 1_000,
    });
    expect(verdict).toMatchObject({
      vantages: ['north', 'east'],
      forMs: 6_000,
      failingForMs: 66_000,
      evidenceAgeMs: 0,
    });
    expect(verdict.because).toBe(
      'Region A does not answer at all: north and east say app of A is down (No answer within 3 s); west cannot tell about app of A (Its control targets fail too); north, east and west say table of A is down (No answer within 3 s); The replica said so.',
    );
  });

  test('a vantage has never reported, it is silent and not up', () => {
    const said = testimony({ app: down, table: down, replica: 'lost' });
    const twoOfThree = { ...said, ballots: said.ballots.filter(({ vantage }) => vantage !== 'west') };
    expect(judge(twoOfThree, policy).verdict).toMatchObject({
      state: 'region-down',
      backing: 'all',
      vantages: ['north', 'east'],
    });
  });
});

test('the public name never speaks for a region: with the name well, a lost region is lost (mistake 2)', () => {
  expect(opinion({ app: down, table: down, edge: up, replica: 'lost' }).verdict.state).toBe('region-down');
  expect(opinion({ app: up, table: up, edge: up }).verdict.state).toBe('healthy');
});

test('the standby and both tables are judged beside the primary', () => {
  const { standby, tables } = opinion({ standbyApp: [down, down, up], standbyTable: [down, up, up], table: silent });
  expect(standby.state).toBe('down');
  expect(tables).toMatchObject({ A: { state: 'unknown' }, B: { state: 'up' } });
});

describe('a replica as witness', () => {
  test.each([
    ['hears a fresh heartbeat', { io: 'yes', heartbeatAgeMs: 900 }, 'sees'],
    ['has heard nothing for long over a connection that stands', { io: 'yes', heartbeatAgeMs: 45_000 }, 'connected'],
    ['is trying to connect', { io: 'connecting', heartbeatAgeMs: 45_000 }, 'lost'],
    ['is stopped and never heard anything', { io: 'no', heartbeatAgeMs: null }, 'lost'],
    ['lost its source a moment ago', { io: 'connecting', heartbeatAgeMs: 3_000 }, 'sees'],
  ] as const)('that %s says what it knows', (_, view, says) => {
    expect(replicaWitness(view).says).toBe(says);
  });

  test('that could not be asked is silent', () => {
    expect(replicaWitness(undefined).says).toBe('silent');
  });

  test('is not believed a window later', () => {
    const said = testimony({ replica: 'lost' });
    const old = said.witnesses.map((witness) => ({ ...witness, ageMs: policy.windowMs + 1 }));
    expect(judge({ ...said, witnesses: old }, policy).verdict.state).toBe('healthy');
  });
});

describe('for every set of votes', () => {
  const vote = fc.constantFrom(up, down, refusing, silent, held(down, 6 * minute), blank().vote);
  const three = fc.tuple(vote, vote, vote);
  const any = fc.record({
    app: three,
    table: three,
    edge: three,
    replica: fc.constantFrom('lost' as const, 'sees' as const, 'silent' as const, 'connected' as const),
  });
  const out = (said: Said) => ['region-down', 'app-down', 'table-down'].includes(opinion(said).verdict.state);

  test('the names of the vantages change nothing (symmetry)', () => {
    fc.assert(
      fc.property(any, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (said, order) => {
        const turn = (votes: [Vote, Vote, Vote]) => order.map((index) => votes[index]) as [Vote, Vote, Vote];
        const turned = { ...said, app: turn(said.app), table: turn(said.table), edge: turn(said.edge) };
        const essence = ({ state, forMs, ...rest }: Verdict) => ({
          state,
          forMs,
          backing: 'backing' in rest && rest.backing,
        });
        expect(essence(opinion(turned).verdict)).toEqual(essence(opinion(said).verdict));
      }),
    );
  });

  test('one vantage that turns from down to up or silent never brings a loss of the shop about (monotony)', () => {
    fc.assert(
      fc.property(any, fc.nat({ max: 2 }), fc.constantFrom(up, silent), (said, index, better) => {
        if (said.app[index]?.state !== 'down') return;
        const app = said.app.map((each, at) => (at === index ? better : each)) as [Vote, Vote, Vote];
        const lost = ({ state }: Verdict) => state === 'region-down' || state === 'app-down';
        if (!lost(opinion(said).verdict)) expect(lost(opinion({ ...said, app }).verdict)).toBe(false);
      }),
    );
  });

  test('with fewer than two opinions on the shop nothing is ever out', () => {
    fc.assert(
      fc.property(any, vote, fc.nat({ max: 2 }), (said, lone, index) => {
        const app = vantages.map((_, at) => (at === index ? lone : silent)) as [Vote, Vote, Vote];
        expect(out({ ...said, app })).toBe(false);
      }),
    );
  });
});
