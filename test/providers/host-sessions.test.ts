/** A host whose sshd lets fewer commands run over one connection than ask: MaxSessions, which guides of hardening set to 2 or 1. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { place } from '../../lab/loopback/place';
import { realHost, type RealHost } from '../../lab/loopback/sshd';
import { until } from '../../lab/loopback/until';

const timeoutMs = 60_000;

describe.each([1, 2])('MaxSessions %i', (sessions) => {
  const at = place();
  let real: RealHost;
  beforeAll(async () => {
    real = await realHost(at, `MaxSessions ${sessions}\n`);
  });
  afterAll(async () => {
    await real.close();
    at.remove();
  });

  test('many commands at once all end', async () => {
    const running = Array.from({ length: 6 }, (_, n) => real.host.run(`sleep 0.1; exit ${n}`, { timeoutMs }));
    expect((await Promise.all(running)).map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('a command that takes too long is ended on the host', async () => {
    const mark = at.path('too-long');
    const said = () => (existsSync(mark) ? readFileSync(mark, 'utf8') : '');
    const command = `trap 'echo ended >> ${mark}; exit' TERM; echo begun > ${mark}; sleep 600 & wait`;
    // On a busy machine it may not have begun when its time is over; then it is tried again.
    await until('a command has begun before its time was over', async () => {
      const [late] = await Promise.allSettled([
        real.host.run(command, { timeoutMs: 1_000 }),
        ...Array.from({ length: sessions - 1 }, () => real.host.run('sleep 1.5', { timeoutMs })),
      ]);
      expect(late).toMatchObject({ reason: { kind: 'unavailable' } });
      return said() !== '';
    });
    await until('the command has ended', () => said() === 'begun\nended\n');
    await expect(real.host.run('exit 3', { timeoutMs })).resolves.toMatchObject({ code: 3 });
  });

  test('a command does not wait for one that lasts', async () => {
    const busy = Array.from({ length: 6 }, () => real.host.run('true', { timeoutMs }));
    await Promise.all(busy);
    const end = at.path('end');
    const lasting = real.host.run(`while ! [ -e ${end} ]; do sleep 0.1; done`, { timeoutMs });
    const others = await Promise.all(
      ['one', 'two', 'three'].map((word) => real.host.run(`echo ${word}`, { timeoutMs })),
    );
    expect(others.map(({ stdout }) => stdout)).toEqual(['one\n', 'two\n', 'three\n']);
    await real.host.run(`touch ${end}`, { timeoutMs });
    await expect(lasting).resolves.toMatchObject({ code: 0 });
  });
});

describe('MaxSessions 0', () => {
  const at = place();
  let real: RealHost;
  beforeAll(async () => {
    real = await realHost(at, 'MaxSessions 0\n');
  });
  afterAll(async () => {
    await real.close();
    at.remove();
  });

  test.each([500, timeoutMs])('a command with a limit of %i ms fails and names the setting', async (limitMs) => {
    await expect(real.host.run('echo never', { timeoutMs: limitMs })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(
        /^A's host \S+ .*"echo never".*: its sshd refused it a session \(MaxSessions in sshd_config, 10 by default\)\.$/,
      ) as string,
    });
  });
});

describe('a host that runs each command behind a wrapper of its own', () => {
  const at = place();
  let real: RealHost;
  beforeAll(async () => {
    const wrapper = at.path('wrapper');
    writeFileSync(wrapper, '#!/bin/sh\nbash -c "$SSH_ORIGINAL_COMMAND"\nexit $?\n', { mode: 0o755 });
    real = await realHost(at, `ForceCommand ${wrapper}\n`);
  });
  afterAll(async () => {
    await real.close();
    at.remove();
  });

  test('ends one that takes too long', async () => {
    const mark = at.path('too-long');
    const said = () => (existsSync(mark) ? readFileSync(mark, 'utf8') : '');
    const command = `trap 'echo ended >> ${mark}; exit' TERM; echo begun > ${mark}; sleep 600 & wait`;
    await until('a command has begun before its time was over', async () => {
      await expect(real.host.run(command, { timeoutMs: 1_000 })).rejects.toThrow('not done within 1000 ms');
      return said() !== '';
    });
    await until('the command has ended', () => said() === 'begun\nended\n');
  });

  test('ends one that does not hear TERM', async () => {
    const mark = at.path('stubborn');
    const pid = () => (existsSync(mark) ? Number(readFileSync(mark, 'utf8')) : 0);
    const command = `trap '' TERM; echo $$ > ${mark}; while :; do sleep 0.1; done`;
    await until('a command has begun before its time was over', async () => {
      await expect(real.host.run(command, { timeoutMs: 1_000 })).rejects.toThrow('not done within 1000 ms');
      return pid() !== 0;
    });
    await until('the command has ended', () => !existsSync(`/proc/${pid()}`));
  });
});
