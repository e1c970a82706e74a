import type { Evidence, EvidenceFacts } from '../../src/domain/evidence';
import { clean, removable, runAskedFor } from '../../src/starters/evidence/command';
import { evidenceLines } from '../../src/starters/evidence/lines';

const runOf = (name: string) => ({ name, region: 'A', epoch: 3 });
const part = (name: string, change: Partial<Evidence>): Evidence => ({
  kind: 'old data',
  on: 'A',
  path: `/var/lib/mysql.${name}-old`,
  megabytes: 1_200,
  at: Date.UTC(2026, 10, 30, 10),
  run: runOf(name),
  ...change,
});
const [run, copy] = ['rejoin-shop-A-3-1795', 'rejoin-shop-A-3'];
const all = [
  part(copy, { kind: 'copy', path: `/var/lib/mysql.${copy}-new`, at: Date.UTC(2026, 10, 30, 12) }),
  part(run, {}),
  part(run, { kind: 'copied logs', on: 'B', path: `/var/tmp/${run}`, megabytes: 34 }),
];
const facts: EvidenceFacts = {
  isRunning: false,
  databases: {
    A: { replicates: true, isPrimary: false, epoch: 3 },
    B: { replicates: false, isPrimary: true, epoch: 3 },
  },
  open: 0,
};

test('each run is shown with its parts, its size, and what to type or why it stays', () => {
  expect(evidenceLines(all, facts, 'shop')).toEqual([
    `${run}, 1234 MB: of no more use; remove it with: npx handover evidence shop clean ${run}.`,
    `    A  old data        1200 MB  2026-11-30T10:00Z  /var/lib/mysql.${run}-old`,
    `    B  copied logs       34 MB  2026-11-30T10:00Z  /var/tmp/${run}`,
    `${copy}, 1200 MB: of no more use; remove it with: npx handover evidence shop clean ${copy}.`,
    `    A  copy            1200 MB  2026-11-30T12:00Z  /var/lib/mysql.${copy}-new`,
    '    A rejoin of A in epoch 3 goes on with the copy by itself.',
  ]);
  expect(evidenceLines(all, { ...facts, open: 1 }, 'shop')[0]).toMatch(
    /^rejoin-shop-A-3-1795, 1234 MB: 1 thing is left/,
  );
  expect(evidenceLines([], facts, 'shop')).toEqual(['No rejoin left anything on the hosts that answer.']);
});

const asked = (name: string, isForced = false, now = facts) =>
  removable(all, now, { site: 'shop', run: name, isForced });

test('all parts of the run that is named are removed, and no other', () => {
  expect(asked(run)).toEqual(all.slice(1));
  expect(() => asked('rejoin-shop-A-9-1')).toThrow(/^No host that answers has anything of rejoin-shop-A-9-1; .* list$/);
});

test('force removes what somebody may need, and nothing while a rejoin runs', () => {
  const open = { ...facts, open: 3 };
  expect(() => asked(run, false, open)).toThrow(/stays: 3 things are left to a person.*add --force\.$/);
  expect(asked(run, true, open)).toHaveLength(2);
  expect(() => asked(run, true, { ...facts, isRunning: true })).toThrow(/stays: rejoin\/shop runs/);
});

test.each([
  [[], /needs to be told what to do\. Usage: npx handover evidence shop list\|clean RUN/],
  [['sweep'], /needs to be told what to do/],
  [['list', 'x'], /Unexpected argument "x"/],
  [['clean'], /clean needs the name of a run/],
  [['clean', run, 'y'], /Unexpected argument "y"/],
])('the words %j are answered with what to type', (words, because) => {
  expect(() => runAskedFor('shop', words)).toThrow(because);
});

test('the words name what is asked for', () => {
  expect(runAskedFor('shop', ['list'])).toBeUndefined();
  expect(runAskedFor('shop', ['clean', run])).toBe(run);
});

test.each<[string, Partial<EvidenceFacts>]>([
  ['rejoin', { isRunning: true }],
  ['transfer', { isMoving: true }],
])('a %s that begins while the name is being typed keeps what it may need', async (what, change) => {
  const removed: string[] = [];
  const told = [facts, { ...facts, ...change }];
  const by = {
    facts: () => Promise.resolve(told.shift() ?? facts),
    ask: () => Promise.resolve(run),
    remove: ({ path }: Evidence) => Promise.resolve(void removed.push(path)),
  };
  const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await expect(clean(all, { site: 'shop', run, isForced: true }, by)).rejects.toThrow(`stays: ${what}/shop runs`);
  expect(removed).toEqual([]);
  await clean(all, { site: 'shop', run, isForced: false }, by);
  expect(removed).toHaveLength(2);
  print.mockRestore();
});
