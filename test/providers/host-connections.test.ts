/** Which connection a command runs over: as few connections as the host's sshd allows, told in a world of counters. */
import { connections } from '../../src/providers/host/connections';
import { slots } from '../../src/providers/host/slots';

const full = new Error('full');

/** A host that lets `sessions` commands run over one connection. */
function world(sessions: number) {
  let [nowMs, pausedMs, tries] = [0, 0, 0];
  const opened: { running: number; most: number; retired: boolean; lost: () => void }[] = [];
  const lines = connections({
    open: (lost) => {
      const connection = { running: 0, most: 0, retired: false, lost };
      opened.push(connection);
      return Promise.resolve(connection);
    },
    retire: (connection) => (connection.retired = true),
    isFull: (error) => error === full,
    nowMs: () => nowMs,
    pause: (ms) => Promise.resolve((pausedMs += ms)),
  });
  const command = (until: Promise<unknown> = new Promise(setImmediate)) =>
    lines.run(async (connection) => {
      tries += 1;
      if (connection.running === sessions) throw full;
      connection.most = Math.max(connection.most, (connection.running += 1));
      await until;
      connection.running -= 1;
      return opened.indexOf(connection);
    });
  const told = () => ({ most: opened.map(({ most }) => most), tries, pausedMs });
  return {
    lines,
    opened,
    command,
    told,
    wait: (ms: number) => (nowMs += ms),
    allow: (count: number) => (sessions = count),
  };
}

/** What lasts until it is told to end. */
function lasting() {
  let end = (): void => undefined;
  const until = new Promise<void>((resolve) => (end = resolve));
  return { until, end };
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

test.each([
  { sessions: 10, most: [8] },
  { sessions: 8, most: [8] },
  { sessions: 3, most: [3, 3, 2] },
  { sessions: 2, most: [2, 2, 2, 2] },
  { sessions: 1, most: [1, 1, 1, 1, 1, 1, 1, 1] },
])(
  'twenty commands where sshd lets $sessions run over one connection take connections with up to $most',
  async (row) => {
    const { command, told } = world(row.sessions);
    await Promise.all(times(20, command));
    expect(told().most).toEqual(row.most);
  },
);

test('a command that lasts holds no other up, also after commands that were refused', async () => {
  const { command } = world(2);
  await Promise.all(times(6, command));
  const long = lasting();
  const copy = command(long.until);
  await Promise.all(times(6, command));
  long.end();
  await copy;
});

test('a refusal is believed for a minute', async () => {
  const { command, told, wait, allow } = world(2);
  await Promise.all(times(3, command));
  const [refusedAt, connections] = [told().tries, told().most.length];
  allow(10);
  await Promise.all(times(3, command));
  expect(told()).toMatchObject({ tries: refusedAt + 3, most: [2, 1] });
  expect(connections).toBe(2);
  wait(60_000);
  await Promise.all(times(3, command));
  expect(told()).toMatchObject({ tries: refusedAt + 6, most: [3, 1] });
});

test('a command that is refused although it is alone is tried for two seconds over the same connection', async () => {
  const { command, told, allow, lines } = world(0);
  let refusals = 0;
  const refused = lines.run(() => Promise.reject((refusals += 1) <= 3 ? full : new Error('over')));
  await expect(refused).rejects.toThrow('over');
  expect([refusals, told().pausedMs]).toEqual([4, 300]);
  await expect(command()).rejects.toBe(full);
  expect(told()).toMatchObject({ tries: 21, pausedMs: 2_300, most: [0] });
  allow(1);
  await command();
});

test('a command that failed otherwise is not begun again', async () => {
  const { lines } = world(8);
  let tries = 0;
  await expect(lines.run(() => Promise.reject(new Error(`try ${(tries += 1)}`)))).rejects.toThrow('try 1');
});

test('a connection that was lost or dropped serves no further command, and is retired once', async () => {
  const { opened, command, lines } = world(8);
  expect(await command()).toBe(0);
  opened[0]?.lost();
  opened[0]?.lost();
  expect(await command()).toBe(1);
  lines.drop(opened[1] as never);
  expect(await command()).toBe(2);
  expect(opened.map(({ retired }) => retired)).toEqual([true, true, false]);
});

test('no more pieces of work run at a time than there are slots, and they run in the order in which they came', async () => {
  const run = slots(3);
  let [running, most] = [0, 0];
  const order: number[] = [];
  const work = (n: number) => async () => {
    order.push(n);
    most = Math.max(most, (running += 1));
    await new Promise(setImmediate);
    running -= 1;
  };
  await Promise.all(Array.from({ length: 9 }, (_, n) => run(work(n))));
  expect([most, order]).toEqual([3, [0, 1, 2, 3, 4, 5, 6, 7, 8]]);
});
