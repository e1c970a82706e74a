/** What must hold for each verdict of the list, and for the order in which they stand. */
import type { Course } from '../../src/domain/decision/course';
import { decide } from '../../src/domain/decision/decide';
import { courseFor, heaviest, verdicts, type Verdict } from '../../src/domain/decision/verdicts';
import type { VerdictOf } from '../../src/domain/decision/verdicts/define';
import { hear } from '../../src/domain/detection/hearing';
import { tablesDown } from '../docs/examples/tables-down';
import { policy } from './lab-policy';
import {
  down,
  examples,
  facts,
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
const rows = verdicts.map((row) => [row.state, row] as const);

test('no two verdicts have the same name', () => {
  expect(new Set(verdicts.map(({ state }) => state)).size).toBe(verdicts.length);
});

test.each(rows)('%s is found where its example is said', (state) => {
  expect(opinion(examples[state]).verdict).toMatchObject({ state, region: 'A' });
});

test.each(rows)('%s has a headline that goes on after "region A"', (_, { headline }) => {
  expect(headline).toMatch(/^(?:is|has|serves|can't) ?.*[a-z]$/);
});

/** Of `not-served` readiness tells, once it lasts: each planned transfer goes through it. */
const untold: readonly State[] = ['healthy', 'not-served'];

test.each(rows.filter(([state]) => !untold.includes(state)))(
  '%s is told in the words of its headline',
  (state, row) => {
    expect(decide(situation(examples[state])).alert?.summary).toContain(`shop: region A ${row.headline}.`);
  },
);

test.each(untold)('%s calls nobody by itself', (state) => {
  expect(decide(situation(examples[state])).alert).toBeUndefined();
});

/** What each verdict would like where its example is said, before any guard has spoken. */
const wishes: Record<State, Course> = {
  'two-writers': { wish: 'act', action: { kind: 'fence', from: 'B', to: 'A' } },
  restarted: { wish: 'act', action: { kind: 'restore', from: 'A', to: 'A' } },
  blind: { wish: 'nothing', notice: 'critical' },
  'region-down': { wish: 'act', action: { kind: 'failover', from: 'A', to: 'B' } },
  'app-down': { wish: 'act', action: { kind: 'switchover', from: 'A', to: 'B' } },
  'table-down': { wish: 'act', action: { kind: 'pointer', from: 'A', to: 'B' } },
  'not-served': { wish: 'nothing' },
  'edge-broken': { wish: 'nothing', notice: 'critical' },
  'link-cut': { wish: 'nothing', notice: 'warning' },
  degraded: { wish: 'nothing', notice: 'warning' },
  healthy: { wish: 'nothing' },
};

test.each(rows)('%s has a course of its own', (state) => {
  const said = situation(examples[state]);
  expect(courseFor(said, said.opinion.verdict)).toEqual(wishes[state]);
});

/** The fields that lie in histories, beside those that every verdict has. */
const own: Record<State, string[]> = {
  'two-writers': ['fence'],
  restarted: ['epoch'],
  blind: [],
  'region-down': ['backing', 'tableIsOut'],
  'app-down': ['backing', 'database', 'tableIsOut'],
  'table-down': ['backing', 'shopFails'],
  'not-served': [],
  'edge-broken': [],
  'link-cut': [],
  degraded: ['failedShare'],
  healthy: [],
};

test.each(rows)('%s keeps the fields that lie in histories', (state) => {
  const common = ['state', 'region', 'because', 'vantages', 'forMs', 'failingForMs', 'evidenceAgeMs'];
  expect(Object.keys(opinion(examples[state]).verdict).sort()).toEqual([...common, ...own[state]].sort());
});

describe('of two verdicts that hold at once the weightier one is found:', () => {
  const readOnly = facts('A', { readOnly: true });
  const both: [State, State, Said][] = [
    ['two-writers', 'blind', { ...examples['two-writers'], app: [silent, silent, telling(up, facts('A'))] }],
    ['two-writers', 'app-down', { ...examples['two-writers'], app: telling(refusing, facts('A')) }],
    ['restarted', 'blind', { app: [silent, silent, telling(up, readOnly)] }],
    ['restarted', 'app-down', { app: telling(refusing, readOnly) }],
    ['blind', 'table-down', { app: silent, table: down }],
    ['region-down', 'app-down', { app: down, table: down, replica: 'lost' }],
    ['app-down', 'table-down', { app: refusing, table: refusing }],
    ['table-down', 'edge-broken', { table: down, edge: down }],
    ['edge-broken', 'link-cut', { edge: down, replica: 'lost' }],
    ['link-cut', 'degraded', { app: [down, up, up], replica: 'lost' }],
  ];
  test.each(both)('%s before %s', (first, second, said) => {
    const hearing = hear(testimony(said), policy);
    const holds = (state: State) => verdicts.find((row) => row.state === state)?.find(hearing)?.state;
    expect([holds(first), holds(second)]).toEqual([first, second]);
    expect(opinion(said).verdict.state).toBe(first);
  });
});

describe('a new verdict that stands before table-down', () => {
  const at = verdicts.findIndex(({ state }) => state === 'table-down');
  const longer = [...verdicts.slice(0, at), tablesDown, ...verdicts.slice(at)];
  const found = (said: Said) => heaviest<VerdictOf>(longer, hear(testimony(said), policy))?.state;
  const noTable: Said = { table: down, standbyTable: down };

  test('is found before the weaker ones that hold too', () => {
    expect(found({ ...noTable, edge: down, replica: 'lost' })).toBe('tables-down');
  });

  test('is not found where a weightier one holds', () => {
    expect(found({ ...noTable, app: refusing })).toBe('app-down');
  });

  test.each(rows)('changes nothing where it does not hold and %s does', (state) => {
    expect(found(examples[state])).toBe(state);
  });
});
