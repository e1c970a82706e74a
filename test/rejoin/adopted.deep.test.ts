/** A copy outlives the rejoin that began it: the next rejoin of the same epoch goes on with it. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { until } from '../../lab/loopback/until';
import type { SeedJob } from '../../src/ports/rejoin';
import { freshPairs, partWays as promoteB } from './apart';
import type { RejoinPair } from './pair';
import { planOf, runSteps } from './run';
import { place } from './shop';

const fresh = freshPairs();
let pair: RejoinPair;
beforeEach(() => {
  pair = fresh();
});

async function partWays(): Promise<void> {
  await promoteB(pair);
  await place(pair, 'A', 'a-1');
  await pair.a.database.fence(2);
}

/** What the reseed of a rejoin that is planned now is told. */
async function jobNow(): Promise<SeedJob> {
  const { stages } = await planOf(pair);
  const { params } = stages.flat().find(({ step }) => step === 'reseed-database')!;
  const { copy, job } = params as { copy: string; job: string };
  return { copy, aside: job };
}

const phase = async (job: SeedJob) => (await pair.ports.seeding('A').state(job)).phase;
const prepared = (job: SeedJob) => until('the copy is prepared', async () => (await phase(job)) === 'prepared');

test('a copy under way, and a complete one, are gone on with by a new rejoin of the same epoch and by no other', async () => {
  await partWays();
  const [first, second] = [await jobNow(), await jobNow()];
  expect(second.aside).not.toBe(first.aside);
  const other = { ...first, copy: first.copy.replace(/\d+$/, '3') };
  await pair.ports.seeding('A').begin(first, 'B');
  await prepared(second);
  expect(await phase(other)).toBe('none');
  const copied = statSync(pair.at.path('A', `data.${first.copy}-new`)).ino;
  const { done } = await runSteps(pair, await planOf(pair));
  expect(done['reseed-database']?.because).toMatch(/reseeded at/);
  expect(done['compare-databases']?.because).toMatch(/all \d+ tables of A are equal to B's/);
  expect(statSync(pair.at.path('A', 'data')).ino).toBe(copied);
  expect(readdirSync(pair.at.path('A')).filter((name) => name.endsWith('-new'))).toEqual([]);
});

test('a reseed of an earlier rejoin of the same epoch is not taken for that of this one', async () => {
  await partWays();
  const [first, second] = [await jobNow(), await jobNow()];
  await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
  await pair.ports.seeding('A').begin(first, 'B');
  await prepared(first);
  await pair.ports.seeding('A').swap(first);
  expect([await phase(first), await phase(second)]).toEqual(['seeded', 'none']);
});

test('a swap that was cut off is finished by a new rejoin, with the old data where they were moved', async () => {
  await partWays();
  const first = await jobNow();
  await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
  await pair.ports.seeding('A').begin(first, 'B');
  await prepared(first);
  const old = pair.at.path('A', `data.${first.aside}-old`);
  writeFileSync(`${old}.binlogs`, 'no directory can be made here');
  await expect(pair.ports.seeding('A').swap(first)).rejects.toThrow(/File exists/);
  expect([existsSync(old), existsSync(pair.at.path('A', 'data'))]).toEqual([true, false]);
  rmSync(`${old}.binlogs`);
  const second = await jobNow();
  expect(await phase(second)).toBe('swapping');
  await pair.ports.seeding('A').swap(second);
  expect([existsSync(old), existsSync(pair.at.path('A', 'data'))]).toEqual([true, true]);
  expect(readdirSync(`${old}.binlogs`)).toContain('binlog.index');
});

test('a copy that waited for more than a day is made anew', async () => {
  await partWays();
  const job = await jobNow();
  await pair.ports.seeding('A').begin(job, 'B');
  await prepared(job);
  const hoursAgo = (hours: number) => Date.now() / 1_000 - hours * 3_600;
  utimesSync(pair.at.path('work-A', job.copy, 'prepared'), hoursAgo(23), hoursAgo(23));
  expect(await phase(job)).toBe('prepared');
  utimesSync(pair.at.path('work-A', job.copy, 'prepared'), hoursAgo(25), hoursAgo(25));
  expect(await pair.ports.seeding('A').state(job)).toMatchObject({
    phase: 'none',
    because: 'A: none, the prepared copy is older than a day, so the data are copied again.',
  });
});

test('a copy of another epoch that still runs is waited for by name', async () => {
  const job = { copy: 'rejoin-lab-A-3', aside: 'rejoin-lab-A-3-1795000000' };
  writeFileSync(pair.at.path('work-A', 'handover-seeding.lock'), 'rejoin-lab-A-2\n');
  const holder = spawn('flock', [pair.at.path('work-A', 'handover-seeding.lock'), 'cat'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await until('the lock is held', async () => (await phase(job)) === 'copying');
  expect((await pair.ports.seeding('A').state(job)).because).toBe(
    'A: copying, it waits for the copy rejoin-lab-A-2, which runs on this host.',
  );
  holder.stdin.end();
  await until('the lock is free', async () => (await phase(job)) === 'none');
});

test('a copy reads no more of the primary a second than the site file allows', async () => {
  pair.site.regions['B']!.services!.reseedRate = 3;
  const job = { copy: 'rejoin-lab-A-2', aside: 'rejoin-lab-A-2-1795000000' };
  const begun = performance.now();
  await pair.ports.seeding('A').begin(job, 'B');
  await prepared(job);
  // Its system tablespace alone has 12 MB.
  expect(performance.now() - begun).toBeGreaterThan(4_000);
});
