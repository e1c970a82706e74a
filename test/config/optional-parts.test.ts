import { parse, stringify } from 'yaml';
import { plainSite } from '../../lab/shop-kind';
import { readSite } from '../../src/config/load';
import { lab, problemsAfter, problemsOf, value, type Tree } from './lab-site';

const plain = plainSite(lab);

function problemsOfPlainAfter(change: (site: Tree) => unknown): string[] {
  const site = parse(plain) as Tree;
  change(site);
  return problemsOf(stringify(site));
}

test('a site without a table and without session stores is a site', () => {
  const site = readSite(plain, 'lab');
  expect([site.table, site.regions.A?.tableRegion, site.regions.A?.sessions, site.vantages.north?.key]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

const noTable = 'is set, but the site has no table; remove it, or add the block table';

test.each([
  ['tableRegion', (s) => (s.regions!.A!.tableRegion = value('lab-a')), `regions.A.tableRegion ${noTable}`],
  [
    'the key of a vantage',
    (s) => (s.vantages!.north!.key = value('file:table-north')),
    `vantages.north.key ${noTable}`,
  ],
  ['tableBackAfter', (s) => (s.policy!.tableBackAfter = value('5m')), `policy.tableBackAfter ${noTable}`],
] as [string, (site: Tree) => unknown, string][])('without a table %s is refused', (_, change, problem) => {
  expect(problemsOfPlainAfter(change)).toEqual([problem]);
});

test.each([
  [
    'a region without tableRegion',
    (s) => delete s.regions!.B!.tableRegion,
    'regions.B.tableRegion is missing; name the region of its table, for example us-east-1, or remove the block table where the shop has none',
  ],
  [
    'a vantage without its key',
    (s) => delete s.vantages!.east!.key,
    'vantages.east.key is missing; name the key for its own canary items, for example file:table-east, or remove the block table where the shop has none',
  ],
] as [string, (site: Tree) => unknown, string][])('with a table %s is refused', (_, change, problem) => {
  expect(problemsAfter(change)).toEqual([problem]);
});

test('a site from which only the block table was removed is told each field that belonged to it', () => {
  expect(problemsAfter((s) => delete s.table)).toEqual(
    [
      ...['regions.A.tableRegion', 'regions.B.tableRegion'],
      ...['vantages.north.key', 'vantages.east.key', 'vantages.west.key', 'policy.tableBackAfter'],
    ].map((path) => `${path} ${noTable}`),
  );
});

test.each(['A', 'B'])('a session store that only the other region than %s has is refused', (region) => {
  const other = region === 'A' ? 'B' : 'A';
  expect(problemsAfter((s) => delete s.regions![region]!.sessions)).toEqual([
    `regions.${region}.sessions is missing, but region ${other} has one; name the session store of both regions, or of none`,
  ]);
});

test.each([
  ['sessions alone', (s) => Object.values(s.regions!).forEach((region) => delete region.sessions)],
  [
    'a table alone',
    (s) => {
      delete s.table;
      delete s.policy!.tableBackAfter;
      Object.values(s.regions!).forEach((region) => delete region.tableRegion);
      Object.values(s.vantages!).forEach((vantage) => delete vantage.key);
    },
  ],
] as [string, (site: Tree) => unknown][])('a site may lack %s', (_, change) => {
  expect(problemsAfter(change)).toEqual([]);
});

test('with a table the own one must have been well for five minutes where the site does not say', () => {
  const site = parse(lab) as Tree;
  delete site.policy!.tableBackAfter;
  expect(readSite(stringify(site), 'lab').policy.tableBackAfterMs).toBe(300_000);
});

test('that default is held to the window too', () => {
  const policy = { window: value('10m'), majorityAfter: value('30m'), cooldown: value('2h') };
  expect(problemsAfter((s) => delete Object.assign(s.policy!, policy).tableBackAfter)).toEqual([
    'policy.tableBackAfter must be at least policy.window (10m), for example 50m',
  ]);
});
