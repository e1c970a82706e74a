/** A rejoin that ended while it replaced the region's data is gone on with by the next one, wherever it ended. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { SeedJob, Seeding } from '../../src/ports/rejoin';
import { freshPairs, partWays } from './apart';
import { planOf, runSteps, type Journal } from './run';
import { orderIn, place } from './shop';

const pair = freshPairs();
const services = () => pair().site.regions['A']!.services!;
const dataOfA = () => statSync(services().dataDirectory).ino;
const runAgain = async (until = 'compare-databases'): Promise<Journal> =>
  runSteps(pair(), await planOf(pair()), { key: 'second', until });

/** The regions part, A takes an order and is fenced. */
async function diverge(): Promise<void> {
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await pair().a.database.fence(2);
}

/** A first rejoin with this seeding, which ends where that throws. */
async function endedBy(broken: (real: Seeding) => Partial<Seeding>): Promise<void> {
  const real = pair().ports.seeding('A');
  const ports = { ...pair().ports, seeding: () => ({ ...real, ...broken(real) }) };
  await expect(runSteps({ ports }, await planOf(pair()), { key: 'first' })).rejects.toThrow(/the host went away/);
}
const wentAway = () => Promise.reject(new Error('the host went away'));

const recovered = { transactions: 1, ordersSalvaged: 1, listed: 0 };

async function expectRejoined({ done, facts }: Journal): Promise<void> {
  expect(facts['salvage-orders']).toMatchObject(recovered);
  expect(done['compare-databases']?.because).toMatch(/all \d+ tables of A are equal to B's/);
  expect(await orderIn(pair(), 'A', 'a-1')).toBe(await orderIn(pair(), 'B', 'a-1'));
  expect((await pair().a.database.state()).replica).toMatchObject({ sql: true, io: 'yes' });
}

describe('a rejoin that ended between the reseed and the attach is gone on with', () => {
  test('by its data, which are not copied once more, and it tells again what was recovered', async () => {
    await diverge();
    await runSteps(pair(), await planOf(pair()), { until: 'reseed-database' });
    const data = dataOfA();
    const second = await runAgain();
    await expectRejoined(second);
    expect(dataOfA()).toBe(data);
    expect(second.done['copy-binlogs']?.because).toMatch(
      /^The rejoin rejoin-lab-A-2-\d+ copied 1 binary logs of A to B, and then began to replace A's data; this one goes on with it\.$/,
    );
    expect(second.done['classify-deposed']?.because).toMatch(
      /^After 0-1-\d+ A committed 1 .* read this log to its end before it moved the data\.$/,
    );
  });

  test('where the server did not start on the new data', async () => {
    await diverge();
    await endedBy(() => ({ startService: wentAway }));
    await expectRejoined(await runAgain());
  });

  test('where the new data waited for more than a day, which are copied once more', async () => {
    await diverge();
    await runSteps(pair(), await planOf(pair()), { until: 'reseed-database' });
    const data = dataOfA();
    const daysAgo = Date.now() / 1_000 - 25 * 3_600;
    utimesSync(`${services().dataDirectory}/handover-seeded`, daysAgo, daysAgo);
    await expectRejoined(await runAgain());
    expect(dataOfA()).not.toBe(data);
  });

  test('where the new data took an order before they were fenced, which is recovered too', async () => {
    await diverge();
    await runSteps(pair(), await planOf(pair()), { until: 'reseed-database' });
    await pair().a.sql('SET GLOBAL read_only = 0');
    await place(pair(), 'A', 'a-2');
    await pair().a.database.fence(2);
    const { done, facts } = await runAgain();
    expect(facts['salvage-orders']).toMatchObject(recovered);
    expect(done['compare-databases']?.because).toMatch(/all \d+ tables of A are equal to B's/);
    expect(await orderIn(pair(), 'B', 'a-2')).toMatch(/a-2/);
  });

  test('unless the copies of the old logs are gone, and then it says where the logs are', async () => {
    await diverge();
    await runSteps(pair(), await planOf(pair()), { until: 'reseed-database' });
    const copies = pair().site.regions['B']!.services!.workDirectory;
    for (const folder of readdirSync(copies).filter((name) => name.startsWith('rejoin-')))
      rmSync(`${copies}/${folder}`, { recursive: true });
    await expect(runAgain()).rejects.toThrow(
      /its copies of A's binary logs are gone from B's host\. Copy the files of A's rejoin-lab-A-2-\d+-old\.binlogs, beside its data directory, to rejoin-lab-A-2-\d+ in B's work directory/,
    );
  });
});

describe('a swap that was cut off is finished by the next rejoin', () => {
  test('where it had moved the data and the logs but the index', async () => {
    await diverge();
    await endedBy(() => ({
      swap: ({ copy, aside }: SeedJob) => {
        const { dataDirectory, workDirectory, binlogDirectory, database } = services();
        const old = `${dataDirectory}.${aside}-old`;
        execFileSync(database, ['stop']);
        writeFileSync(`${workDirectory}/${copy}/aside`, `${old}\n`);
        renameSync(dataDirectory, old);
        mkdirSync(`${old}.binlogs`);
        for (const name of readdirSync(binlogDirectory).filter((each) => /^binlog\.(state|\d+)$/.test(each)))
          renameSync(`${binlogDirectory}/${name}`, `${old}.binlogs/${name}`);
        return wentAway();
      },
    }));
    await expectRejoined(await runAgain());
  });

  test('where the logs lie in the data directory, so that both are gone', async () => {
    const { dataDirectory } = services();
    const cnf = `${dirname(dataDirectory)}/my.cnf`;
    await pair().a.kill();
    writeFileSync(cnf, readFileSync(cnf, 'utf8').replace(/log-bin=(.*)\/binlog/, 'log-bin=$1/data/binlog'));
    await pair().a.start();
    // Its logs begin anew, after those that B has read.
    const [row] = await pair().rows('B', 'SELECT @@gtid_slave_pos AS at');
    await pair().a.sql(`SET GLOBAL read_only = 0; SET GLOBAL gtid_binlog_state = '${String(row?.['at'])}'`);
    services().binlogDirectory = dataDirectory;
    await place(pair(), 'A', 'old-1');
    await diverge();
    await endedBy((real) => ({
      swap: async (job) => {
        const blocked = `${dataDirectory}.${job.aside}-old.binlogs`;
        writeFileSync(blocked, 'no directory can be made here');
        await expect(real.swap(job)).rejects.toThrow(/File exists/);
        rmSync(blocked);
        return wentAway();
      },
    }));
    expect(existsSync(dataDirectory)).toBe(false);
    await expectRejoined(await runAgain());
  });
});

test('the note of a swap that has ended is not taken for the reseed of a later rejoin', async () => {
  await diverge();
  const plan = await planOf(pair());
  const reseed = plan.stages.flat().find(({ step }) => step === 'reseed-database')!;
  const { copy, job } = reseed.params as { copy: string; job: string };
  await runSteps(pair(), plan, { key: 'first' });
  mkdirSync(`${services().workDirectory}/${copy}`);
  appendFileSync(`${services().workDirectory}/${copy}/aside`, `${services().dataDirectory}.${job}-old\n`);
  await place(pair(), 'B', 'b-1');
  await pair().a.database.waitFor((await pair().b.database.state()).position, 10_000);
  await pair().a.sql(
    "STOP REPLICA; RESET REPLICA ALL; UPDATE shop.wp_handover_stock SET stock = stock - 1 WHERE sku = 'sku-01'",
  );
  const { done } = await runAgain();
  expect(done['reseed-database']?.because).not.toContain(`${job}-old`);
  expect(done['compare-databases']?.because).toMatch(/all \d+ tables of A are equal to B's/);
});

test('a reseed of an earlier rejoin is no reason to copy a region that only lost its connection', async () => {
  await diverge();
  await runSteps(pair(), await planOf(pair()));
  await place(pair(), 'B', 'b-1');
  await pair().a.database.waitFor((await pair().b.database.state()).position, 10_000);
  await pair().a.sql('STOP REPLICA; RESET REPLICA ALL');
  const data = dataOfA();
  const { done, facts } = await runAgain();
  expect(facts['salvage-orders']).toMatchObject({ transactions: 0 });
  expect(done['reseed-database']?.because).toMatch(/has not diverged/);
  expect(dataOfA()).toBe(data);
});
