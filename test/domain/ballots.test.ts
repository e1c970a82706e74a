/** What the vantages reported, as votes. */
import { allHaveVoted, type VantageReports } from '../../src/domain/detection/ballots';
import type { Target } from '../../src/domain/detection/reading';
import { blank } from '../../src/domain/detection/vote';

const app: Target = { signal: 'app', region: 'A' };
const table: Target = { signal: 'table', region: 'A' };
const targets = { north: [{ target: app }, { target: table }], east: [{ target: app }] };
const saying = (state: 'up' | 'down' | 'silent') => ({ ...blank(), vote: { ...blank().vote, state } });

test.each<[string, VantageReports, boolean]>([
  ['nobody has reported', {}, false],
  [
    'one vantage has not reported',
    { north: { memories: { 'app of A': saying('up'), 'table of A': saying('up') }, at: 0 } },
    false,
  ],
  [
    'a target has not been probed',
    {
      north: { memories: { 'app of A': saying('up') }, at: 0 },
      east: { memories: { 'app of A': saying('up') }, at: 0 },
    },
    false,
  ],
  [
    'a vantage can not tell',
    {
      north: { memories: { 'app of A': saying('silent'), 'table of A': saying('up') }, at: 0 },
      east: { memories: { 'app of A': saying('up') }, at: 0 },
    },
    false,
  ],
  [
    'all say up or down',
    {
      north: { memories: { 'app of A': saying('down'), 'table of A': saying('up') }, at: 0 },
      east: { memories: { 'app of A': saying('up') }, at: 0 },
    },
    true,
  ],
])('while %s', (_, heard, all) => {
  expect(allHaveVoted(targets, heard)).toBe(all);
});
