/** What the explorer of sequences found; it walks them all in the deep suite. */
import { scenarios, type Placed } from './explore';
import { moved, rejoinDue, walk } from './sequences';

const struck = (step: string, call: number, called: string, happen: Placed['fault']): Placed => ({
  step,
  attempt: 1,
  call,
  fault: happen,
  called,
});
const dies = (region: string, step: string, call = 0): Placed =>
  struck(step, call, `${region} dies`, (world) => ({
    kind: 'event',
    name: 'death',
    happen: () => world.crash(region),
  }));

test('a standby that came back without replicating is started by the command that the refusal names', async () => {
  const { told, end } = await walk(scenarios['a planned transfer']!, dies('B', 'stage-settings/B'));
  expect(told).toEqual([
    "switchover ended rolled-back: Apply all transactions of A on B failed: B's database refused to connect.",
    'switchover was refused: B does not replicate from A right now; restart its replication: npx handover transfer lab --kind restore',
    'restore ended completed: Completed: 1 step.',
    'switchover ended completed: Completed: 26 steps.',
  ]);
  expect(end).toBe(moved);
});

test('a primary that came back read-only beside a deposed writer is restored after that one is fenced, and asked about it', async () => {
  const { told, end } = await walk(
    scenarios['an unplanned transfer from an isolated region']!,
    dies('B', 'open-region'),
  );
  expect(told.slice(2)).toEqual([
    'restore was refused: A accepts writes, so B must stay read-only; fence A first: npx handover transfer lab --kind fence --region A',
    'fence ended completed: Completed: 3 steps.',
    expect.stringContaining('switchover was refused: B is the primary but its database is read-only'),
    expect.stringContaining('If you know that A is off and was not promoted: npx handover restore lab --peer-is-off'),
    expect.stringContaining('restore ended completed'),
    expect.stringContaining('Bring it back: npx handover rejoin lab'),
  ]);
  expect(end).toBe(rejoinDue);
});
