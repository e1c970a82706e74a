/** The one act of a rejoin that can't be taken back: the copy takes the place of the old data. Nothing is moved under a server that still runs. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { addresses } from '../../lab/loopback/mariadb-server';
import { freshPairs, partWays as promoteB } from './apart';
import type { RejoinPair } from './pair';
import { planOf, runSteps } from './run';
import { place } from './shop';

const fresh = freshPairs();
let pair: RejoinPair;
beforeEach(() => {
  pair = fresh();
});

const job = { copy: 'job-1', aside: 'run-1' };

/** A copy that lies ready beside the data of A. */
function prepare(): void {
  mkdirSync(pair.at.path('work-A', job.copy), { recursive: true });
  writeFileSync(pair.at.path('work-A', job.copy, 'prepared'), '');
  mkdirSync(pair.at.path('A', `data.${job.copy}-new`));
}

/** The service command of A that ends as the script says, whatever it is asked. */
const serviceOfA = (script: string) => writeFileSync(pair.at.path('service-A'), `#!/bin/bash\n${script}\n`);

const dataOfA = () => statSync(pair.at.path('A', 'data')).ino;
const processOfA = () => Number(readFileSync(pair.at.path('A', 'pid'), 'utf8'));

test.each([
  [
    'a service command that fails at every verb, such as a sudo without rights',
    'echo "sudo: a password is required" >&2; exit 1',
    'refused',
    /"\S+service-A status" exits 1 after the stop \(sudo: a password is required\): the command failed.* Only 3 means stopped, so nothing was moved; make regions\.A\.services\.database a command that stops the database\.$/,
  ],
  ['a service that is still stopping', 'exit 0', 'unavailable', /exits 0 after the stop: the service runs\./],
  [
    'a service that is another one, and stopped',
    '[ "$1" = status ] && exit 3; exit 0',
    'unavailable',
    /its service says stopped and process \d+ uses \S+data, so nothing was moved\. Stop that server, and check that regions\.A\.services\.database names its service\.$/,
  ],
])('%s moves nothing', async (_, script, kind, because) => {
  prepare();
  serviceOfA(script);
  const [data, process] = [dataOfA(), processOfA()];
  await expect(pair.ports.seeding('A').swap(job)).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(because) as string,
  });
  expect([dataOfA(), existsSync(`/proc/${process}`)]).toEqual([data, true]);
  expect(existsSync(pair.at.path('A', `data.${job.aside}-old`))).toBe(false);
});

test('a database with a part of its data elsewhere is neither copied over nor moved', async () => {
  prepare();
  const [options, aside] = [pair.at.path('A', 'my.cnf'), pair.at.path('A-apart')];
  mkdirSync(aside);
  const said = readFileSync(options, 'utf8');
  const [data, process] = [dataOfA(), processOfA()];
  const refusals = [];
  for (const name of [
    'innodb-log-group-home-dir',
    'innodb_undo_directory',
    'aria_log_dir_path',
    'innodb_data_home_dir',
  ]) {
    writeFileSync(options, `${said}\n${name}=${aside}\n`);
    refusals.push([
      `${name.replaceAll('-', '_')} is ${aside}`,
      await refusalOf(() => pair.ports.seeding('A').swap(job)),
    ]);
  }
  refusals.push([`innodb_data_home_dir is ${aside}`, await refusalOf(() => pair.ports.seeding('A').begin(job, 'B'))]);
  writeFileSync(options, said);
  writeFileSync(pair.at.path('A', 'data', 'shop', 'wp_apart.isl'), `${aside}/wp_apart.ibd`);
  refusals.push(['/data/shop/wp_apart.isl leads out of it', await refusalOf(() => pair.ports.seeding('A').swap(job))]);
  for (const [what = '', refusal] of refusals)
    expect(refusal).toContain(`${what}, and a copy replaces ${pair.at.path('A', 'data')} only, so nothing was moved.`);
  expect([dataOfA(), existsSync(`/proc/${process}`)]).toEqual([data, true]);
});

const refusalOf = (act: () => Promise<void>): Promise<string> =>
  act().then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );

test('while something answers at the port of the server, nothing is moved', async () => {
  prepare();
  await pair.a.kill();
  const other = createServer().listen(pair.a.options.port, addresses.A);
  await new Promise((resolve) => other.once('listening', resolve));
  const data = dataOfA();
  await expect(pair.ports.seeding('A').swap(job)).rejects.toThrow(/says stopped and a server answers at 127\.0\.11\.1/);
  await new Promise((resolve) => other.close(resolve));
  expect(dataOfA()).toBe(data);
  await pair.ports.seeding('A').swap(job);
  expect(dataOfA()).not.toBe(data);
});

async function partWays(): Promise<void> {
  await promoteB(pair);
  await place(pair, 'A', 'a-1');
  await pair.a.database.fence(2);
}

test('events of the primary do not run on the database that was laid anew from it', async () => {
  await pair.a.sql(
    'CREATE EVENT shop.tidy ON SCHEDULE EVERY 1 SECOND DO INSERT INTO shop.orders (note) VALUES ("by an event")',
  );
  await partWays();
  const status = async (region: 'A' | 'B') =>
    (await pair.rows(region, "SELECT status FROM information_schema.events WHERE event_name = 'tidy'"))[0]?.['status'];
  expect(await status('B')).toBe('ENABLED');
  const { done } = await runSteps(pair, await planOf(pair), { until: 'reseed-database' });
  expect(done['reseed-database']?.because).toMatch(/reseeded at/);
  expect(await status('A')).toBe('SLAVESIDE_DISABLED');
});

test('a deposed server that took an order after it was read keeps its data, although its service command fails', async () => {
  await partWays();
  const plan = await planOf(pair);
  const journal = await runSteps(pair, plan, { until: 'salvage-orders' });
  serviceOfA('exit 1');
  await pair.a.sql('SET GLOBAL read_only = 0');
  await place(pair, 'A', 'a-2');
  const data = dataOfA();
  await expect(runSteps(pair, plan, { journal, until: 'reseed-database' })).rejects.toThrow(/fence it first/);
  expect(dataOfA()).toBe(data);
});
