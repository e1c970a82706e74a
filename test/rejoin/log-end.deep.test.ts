/** A deposed server that is down: its logs are believed only where something outside them says that they are whole. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { SeedJob } from '../../src/ports/rejoin';
import { mariadbPositions } from '../../src/providers/database/mariadb/positions';
import { freshPairs, partWays } from './apart';
import { planOf, runSteps } from './run';
import { orderIn, place } from './shop';

const pair = freshPairs();

const services = () => pair().site.regions['A']!.services!;
const file = (name: string) => `${services().binlogDirectory}/${name}`;
const stop = () => execFileSync(services().database, ['stop']);
const indexed = () => readFileSync(file('binlog.index'), 'utf8').trim().split('\n');
const index = (names: readonly string[]) => writeFileSync(file('binlog.index'), `${names.join('\n')}\n`);

/** Two orders that only A has, each in a log of its own. */
async function twoLogs(): Promise<void> {
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await pair().a.sql('FLUSH BINARY LOGS');
  await place(pair(), 'A', 'a-2');
  await pair().a.database.fence(2);
}

/** A new run, from its survey to the end: what it refused with. */
const rejoin = async () => runSteps(pair(), await planOf(pair()), { key: 'again' });
const outcome = async (): Promise<string> => {
  try {
    const { done } = await rejoin();
    return `done: ${JSON.stringify(done)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const refusal = 'Recover it by hand: see "A log that cannot be read" in docs/operating.md.';
const keepsItsData = () =>
  expect(readdirSync(services().binlogDirectory).filter((name) => name.endsWith('-old'))).toEqual([]);

test('an index that lacks a log of its directory stops the rejoin, and so does an index of a log that is gone', async () => {
  await twoLogs();
  stop();
  const names = indexed();
  index(names.slice(0, -1));
  expect(await outcome()).toBe(
    `A's host has binlog.000002 in ${services().binlogDirectory}, and binlog.index does not name it, so an end of the logs may be missing. ${refusal}`,
  );
  index([...names, file('binlog.000003')]);
  expect(await outcome()).toBe(
    `binlog.index in ${services().binlogDirectory} on A's host names binlog.000003, and that file is not there, so an end of the logs may be missing. ${refusal}`,
  );
  keepsItsData();
});

test('a server that was stopped wrote down where its logs end: without their last one, or its end, nothing is reseeded', async () => {
  await twoLogs();
  stop();
  const names = indexed();
  const [whole, last] = [statSync(file('binlog.000002')).size, readFileSync(file('binlog.000002'))];
  truncateSync(file('binlog.000002'), whole - 300);
  const lost =
    /^A's binary logs end at \d+-1-(\d+), and A's server stopped at 0-1-(\d+) \(binlog.state\), so the end of the logs is missing\. Recover/;
  expect(await outcome()).toMatch(lost);
  index(names.slice(0, -1));
  rmSync(file('binlog.000002'));
  expect(await outcome()).toMatch(lost);
  keepsItsData();
  index(names);
  writeFileSync(file('binlog.000002'), last);
  await rejoin();
  expect(await orderIn(pair(), 'B', 'a-2')).toMatch(/sku-01/);
});

test('logs that were closed, of a server that did not write down where they end, are not believed', async () => {
  await twoLogs();
  stop();
  rmSync(file('binlog.state'));
  expect(await outcome()).toBe(
    `A's database does not answer, and whether its binary logs are whole is unknown: binlog.000002 was closed, and there is no binlog.state. Start it, read-only and without replication, so that it names its last transaction: ${services().database} start. Then start again: npx handover rejoin lab --region A`,
  );
  keepsItsData();
  execFileSync(services().database, ['start']);
  await rejoin();
  expect(await orderIn(pair(), 'B', 'a-2')).toMatch(/sku-01/);
});

test('a server that was killed is rejoined by the logs that it left open, and nothing of them is lost', async () => {
  await twoLogs();
  await pair().a.kill();
  const { done } = await rejoin();
  expect(done['classify-deposed']?.because).toMatch(/Its server was not stopped cleanly/);
  expect(done['reseed-database']?.because).toMatch(/reseeded at/);
  for (const key of ['a-1', 'a-2']) expect(await orderIn(pair(), 'B', key)).toMatch(/sku-01/);
});

test('the log of a killed server that ends before what the primary has of it is not believed', async () => {
  await place(pair(), 'A', 'old-1');
  const whole = statSync(file('binlog.000001')).size;
  await place(pair(), 'A', 'old-2');
  await partWays(pair());
  await pair().a.kill();
  truncateSync(file('binlog.000001'), whole);
  const known = await pair().ports.salvage('B').known();
  const of = mariadbPositions.places(known).find(({ writer }) => writer === '1');
  expect(await outcome()).toMatch(
    new RegExp(
      `^A's binary logs end at 0-1-\\d+, and B has transaction number ${of?.number} of A's server, so the end`,
    ),
  );
  keepsItsData();
});

test('what a server is killed after is not lost with a log that ends before the position of its fence', async () => {
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  const whole = statSync(file('binlog.000001')).size;
  await place(pair(), 'A', 'a-2');
  const plan = await planOf(pair());
  const journal = await runSteps(pair(), plan, { until: 'fence-database' });
  await pair().a.kill();
  truncateSync(file('binlog.000001'), whole);
  await expect(runSteps(pair(), plan, { journal })).rejects.toThrow(
    /A's binary logs end at (\S+), and A's server was at (?!\1)0-1-\d+ when it was fenced, so the end of the logs is missing\./,
  );
  keepsItsData();
});

test('a swap that was cut off while it moved the logs is completed, although they can no longer be read', async () => {
  await twoLogs();
  const plan = await planOf(pair());
  const journal = await runSteps(pair(), plan, { until: 'salvage-orders' });
  const real = pair().ports.seeding('A');
  const swap = ({ aside }: SeedJob) => {
    const old = `${services().dataDirectory}.${aside}-old`;
    stop();
    renameSync(services().dataDirectory, old);
    mkdirSync(`${old}.binlogs`);
    for (const name of ['binlog.state', 'binlog.000001']) renameSync(file(name), `${old}.binlogs/${name}`);
    return Promise.reject(new Error('the host was restarted'));
  };
  const cutOff = { ...pair().ports, seeding: () => ({ ...real, swap }) };
  await expect(runSteps({ ports: cutOff }, plan, { journal })).rejects.toThrow('restarted');
  const { done } = await runSteps(pair(), plan, { journal });
  expect(done['reseed-database']?.because).toMatch(/reseeded at/);
});

test('a server that took a write after it was classified, and is stopped then, is not reseeded', async () => {
  await twoLogs();
  const plan = await planOf(pair());
  const journal = await runSteps(pair(), plan, { until: 'salvage-orders' });
  await pair().a.sql("UPDATE shop.wp_wc_orders SET status = 'cancelled' LIMIT 1");
  await pair().a.kill();
  await expect(runSteps(pair(), plan, { journal })).rejects.toThrow(
    /A's binary logs changed after they were copied to B\. Start again: npx handover rejoin lab --region A/,
  );
  keepsItsData();
});
