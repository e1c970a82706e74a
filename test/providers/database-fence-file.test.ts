/** The option file that keeps a fence through a restart, on a server whose own option file does not say read_only. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { attemptStep, type Step } from '../../src/activities/step/step';
import { fenceDatabase } from '../../src/activities/steps/fence-database';
import { makeWritable } from '../../src/activities/steps/make-writable';
import { promoteDatabase } from '../../src/activities/steps/promote-database';
import { PortError } from '../../src/ports/errors';
import type { Database, Host, Ports } from '../../src/ports/ports';
import { mariadb } from '../../src/providers/database/mariadb/mariadb';
import { mariadbPositions } from '../../src/providers/database/mariadb/positions';
import { authority } from '../../lab/loopback/authority';
import { type RealPair, realPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { type Place, place } from '../../lab/loopback/place';

const at: Place = place();
const template = dataDirectory(at);
const ca = authority(at);
let pair: RealPair;
let files: Place;
let databases: Record<string, Database>;
let answering = true;

/** Every host is this machine. */
const host: Host = {
  run: (command, { timeoutMs }) =>
    answering
      ? new Promise((resolve) => {
          execFile('bash', ['-c', command], { timeout: timeoutMs }, (error, stdout, stderr) =>
            resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
          );
        })
      : Promise.reject(new PortError('unavailable', 'The host did not answer.')),
  close: () => Promise.resolve(),
};

const fileOf = (region: 'A' | 'B') => files.path(region, 'conf.d', 'zz-fence.cnf');

/** Both servers take their option files from a folder too, and none says read_only. */
async function withoutReadOnly() {
  for (const region of ['A', 'B'] as const) {
    mkdirSync(files.path(region, 'conf.d'));
    const main = files.path(region, 'my.cnf');
    const kept = readFileSync(main, 'utf8').replace('read-only=ON\n', '');
    writeFileSync(main, `${kept}event-scheduler=ON\n!includedir ${files.path(region, 'conf.d')}\n`);
  }
  await pair.a.kill();
  await pair.a.start();
}

beforeEach(async () => {
  files = place();
  answering = true;
  pair = await realPair(files, template, ca);
  await withoutReadOnly();
  databases = Object.fromEntries(
    (['A', 'B'] as const).map((region) => {
      const { options } = region === 'A' ? pair.a : pair.b;
      return [region, mariadb({ ...options, fenceFile: { host, path: fileOf(region) } })];
    }),
  );
});
afterEach(async () => {
  await Promise.all(Object.values(databases).map((each) => each.close()));
  await pair.close();
  files.remove();
});
afterAll(() => at.remove());

const fenceOfA = { region: 'A', peer: 'B', planned: true, unfenced: 'refuse' };

function portsAndContext(epoch: number) {
  const ports = {
    database: (region: string) => databases[region],
    positions: mariadbPositions,
    regions: ['A', 'B'],
    now: Date.now,
    sleep: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
  } as unknown as Ports;
  const ctx = {
    ...{ site: 'lab', epoch, key: 'k', facts: {}, progress: () => undefined },
    signal: AbortSignal.timeout(60_000),
  };
  return [ports, ctx] as const;
}
const trying = (step: unknown, params: object, epoch = 2) =>
  attemptStep(step as Step, params as never, ...portsAndContext(epoch));

const restart = async (region: 'a' | 'b') => {
  await pair[region].kill();
  await pair[region].start();
};
const variables = async (region: 'a' | 'b') =>
  (await pair[region].sql('SELECT @@global.read_only AS readOnly, @@global.event_scheduler AS events'))[0];

test('a fenced server that restarts is still read-only and runs no events, and the fence says that it lasts', async () => {
  const { because, facts } = await trying(fenceDatabase, fenceOfA);
  expect(facts).toMatchObject({ fenced: true, durable: 'yes' });
  expect(because).toMatch(/starts read-only after a restart \(.*zz-fence\.cnf stands\)/);
  await restart('a');
  expect(await variables('a')).toEqual({ readOnly: 1, events: 'OFF' });
  await expect(pair.a.sql("INSERT INTO shop.orders (note) VALUES ('x')", 'shop')).rejects.toThrow(/read-only/);
});

test('without such a file a restart makes a fenced server writable', async () => {
  await databases['A']!.close();
  databases['A'] = mariadb(pair.a.options);
  const { facts } = await trying(fenceDatabase, fenceOfA);
  expect(facts).not.toHaveProperty('durable');
  await restart('a');
  expect(await variables('a')).toEqual({ readOnly: 0, events: 'ON' });
});

test('undoing the fence removes the file, so that the next restart finds a writable server', async () => {
  await trying(fenceDatabase, fenceOfA);
  const sentence = await fenceDatabase.undo!(fenceOfA as never, ...portsAndContext(2));
  expect(sentence).toMatch(/accepts writes again in epoch 1; B's database is read-only\.$/);
  expect(existsSync(fileOf('A'))).toBe(false);
  await restart('a');
  expect(await variables('a')).toEqual({ readOnly: 0, events: 'ON' });
});

test('a restarted primary that is made writable again loses the file', async () => {
  await trying(fenceDatabase, fenceOfA);
  await restart('a');
  await trying(makeWritable, { region: 'A' }, 1);
  expect(existsSync(fileOf('A'))).toBe(false);
  expect(await variables('a')).toEqual({ readOnly: 0, events: 'ON' });
});

describe('the event scheduler that the file stopped', () => {
  /** As a region comes home: started with its file, on data that came from the other one and do not tell what the fence changed. */
  async function reseeded() {
    await pair.a.sql('CREATE EVENT shop.tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders WHERE id < 0');
    await trying(fenceDatabase, fenceOfA);
    await restart('a');
    await pair.a.sql('SET sql_log_bin = 0; DROP ROLE handover_fence_events');
    await databases['A']!.fence(2);
  }

  test('runs again after a promotion, as the own option file of the server says', async () => {
    await reseeded();
    await trying(promoteDatabase, { region: 'A', idGap: 1000 }, 3);
    expect(existsSync(fileOf('A'))).toBe(false);
    expect(await variables('a')).toEqual({ readOnly: 0, events: 'ON' });
  });

  test('runs again after the fence is lifted', async () => {
    await reseeded();
    await databases['A']!.unfence(1);
    expect(await variables('a')).toEqual({ readOnly: 0, events: 'ON' });
  });

  test('stays stopped where no option file of the server starts it', async () => {
    const main = files.path('A', 'my.cnf');
    writeFileSync(main, readFileSync(main, 'utf8').replace('event-scheduler=ON\n', ''));
    await restart('a');
    await trying(makeWritable, { region: 'A' }, 1);
    await trying(fenceDatabase, fenceOfA);
    await restart('a');
    await databases['A']!.unfence(1);
    expect(await variables('a')).toEqual({ readOnly: 0, events: 'OFF' });
  });

  test('stays stopped where its owner had stopped it and the server was not restarted', async () => {
    await pair.a.sql('SET GLOBAL event_scheduler = OFF');
    await trying(fenceDatabase, fenceOfA);
    await databases['A']!.fence(2);
    await databases['A']!.writeFenceFile();
    await databases['A']!.unfence(1);
    expect(await variables('a')).toEqual({ readOnly: 0, events: 'OFF' });
  });

  test('is named by a promotion where the host does not answer, since events do not run', async () => {
    await reseeded();
    answering = false;
    const { because } = await trying(promoteDatabase, { region: 'A', idGap: 1000 }, 3);
    expect(because).toMatch(
      /; 1 of its events does not run, since event_scheduler is OFF \(SET GLOBAL event_scheduler = ON\)/,
    );
    answering = true;
    await trying(promoteDatabase, { region: 'A', idGap: 1000 }, 3);
    expect(await variables('a')).toEqual({ readOnly: 0, events: 'ON' });
  });
});

test('a promotion removes the file of an earlier fence', async () => {
  await databases['B']!.writeFenceFile();
  await trying(promoteDatabase, { region: 'B', idGap: 1000 });
  expect(existsSync(fileOf('B'))).toBe(false);
});

test('a host that does not answer keeps neither the fence nor the promotion, and both say what is not known', async () => {
  await databases['B']!.writeFenceFile();
  answering = false;
  const fence = await trying(fenceDatabase, fenceOfA);
  expect(fence).toMatchObject({
    facts: { fenced: true, means: 'read-only', durable: 'unknown' },
    because: expect.stringMatching(
      /Whether a restart keeps it fenced is not known: The host did not answer\.$/,
    ) as string,
  });
  const { because } = await trying(promoteDatabase, { region: 'B', idGap: 1000 });
  expect(because).toMatch(/Whether its fence file is gone is not known/);
  answering = true;
  await trying(promoteDatabase, { region: 'B', idGap: 1000 });
  expect(existsSync(fileOf('B'))).toBe(false);
});

test('a folder that the server does not read, or that is not there, makes no lasting fence', async () => {
  rmSync(files.path('A', 'conf.d'), { recursive: true });
  const { because, facts } = await trying(fenceDatabase, fenceOfA);
  expect(facts).toMatchObject({ fenced: true, durable: 'no' });
  expect(because).toMatch(/A restart would make it writable: .*zz-fence\.cnf does not stand/);
  mkdirSync(files.path('A', 'conf.d'));
  await databases['A']!.close();
  const elsewhere = { host, path: files.path('A', 'unread.cnf') };
  databases['A'] = mariadb({ ...pair.a.options, fenceFile: elsewhere });
  const again = await trying(fenceDatabase, fenceOfA);
  expect(again.facts).toMatchObject({ durable: 'no' });
  expect(again.because).toMatch(/unread\.cnf stands, and read_only is not ON at its start/);
});

test('a fence that the server refuses in the name of a later epoch writes no file', async () => {
  await pair.a.sql("UPDATE shop.handover_epoch SET epoch = 5 WHERE site = 'lab'");
  await expect(trying(fenceDatabase, { ...fenceOfA, planned: false })).rejects.toThrow(/primary of epoch 5/);
  await expect(databases['A']!.fence(2)).rejects.toMatchObject({ kind: 'refused' });
  expect(existsSync(fileOf('A'))).toBe(false);
});
