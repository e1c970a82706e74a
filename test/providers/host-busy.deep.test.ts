/** A host over ssh while this machine or the host has much else to do. */
import { existsSync, readFileSync } from 'node:fs';
import { ssh } from '../../src/providers/host/ssh';
import type { Host } from '../../src/ports/ports';
import { place } from '../../lab/loopback/place';
import { realHost, type RealHost } from '../../lab/loopback/sshd';
import { until } from '../../lab/loopback/until';

const at = place();
const timeoutMs = 60_000;
let real: RealHost;
let host: Host;
beforeAll(async () => {
  real = await realHost(at);
});
beforeEach(() => {
  host = ssh(real.options);
});
afterEach(() => host.close());
afterAll(async () => {
  await real.close();
  at.remove();
});

/** Takes the process away from everybody else, again and again, so that what arrives meanwhile arrives at once. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const busy = setInterval(() => {
    const end = performance.now() + 300;
    while (performance.now() < end);
  }, 1);
  try {
    return await work();
  } finally {
    clearInterval(busy);
  }
}

test('a short command of a worker that is busy ends with its exit code', async () => {
  await host.run('true', { timeoutMs });
  const codes: number[] = [];
  await whileBusy(async () => {
    for (let n = 0; n < 10; n += 1) codes.push((await host.run(`exit ${n}`, { timeoutMs })).code);
  });
  expect(codes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('many commands at once all end, although sshd lets only ten run over one connection', async () => {
  const running = Array.from({ length: 40 }, (_, n) =>
    host.run(`sleep 0.2; echo $SSH_CLIENT; exit ${n}`, { timeoutMs }),
  );
  const results = await Promise.all(running);
  expect(results.map(({ code }) => code)).toEqual(results.map((_, n) => n));
  expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
});

test('a command that takes too long makes room for those that wait', async () => {
  const hanging = Array.from({ length: 8 }, () => host.run('sleep 600', { timeoutMs: 3_000 }));
  const ended = Promise.allSettled(hanging);
  const next = host.run('echo next', { timeoutMs });
  expect((await ended).map(({ status }) => status)).toEqual(hanging.map(() => 'rejected'));
  await expect(next).resolves.toMatchObject({ stdout: 'next\n' });
});

test('a command whose time is over while it waits for others is not started', async () => {
  const mark = at.path('started');
  const hanging = Array.from({ length: 8 }, () => host.run('sleep 2', { timeoutMs }));
  await expect(host.run(`touch ${mark}`, { timeoutMs: 200 })).rejects.toThrow('was not done within 200 ms');
  await Promise.all(hanging);
  await expect(host.run(`ls ${mark}`, { timeoutMs })).resolves.toMatchObject({ code: 2 });
});

test('a command that the host starts only after its time is over is ended all the same', async () => {
  const mark = at.path('late');
  const said = () => existsSync(mark) && readFileSync(mark, 'utf8') === 'begun\nended\n';
  const sshd = Number((await host.run('echo $PPID', { timeoutMs })).stdout);
  process.kill(sshd, 'SIGSTOP');
  const command = `trap 'echo ended >> ${mark}; exit' TERM; echo begun > ${mark}; sleep 600 & wait`;
  const late = host.run(command, { timeoutMs: 300 });
  await expect(late).rejects.toThrow('was not done within 300 ms');
  process.kill(sshd, 'SIGCONT');
  await until('the command has ended', said);
});
