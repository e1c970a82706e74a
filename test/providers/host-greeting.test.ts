/** A host whose login shell writes something before each command: a greeting, a warning of the locale, the "mesg" of Debian's root. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { peerCommand } from '../../src/providers/host/peer';
import { phpFpm } from '../../src/providers/settings/php-fpm/php-fpm';
import { place } from '../../lab/loopback/place';
import { hostWithLogin, type RealHost, sshAddress } from '../../lab/loopback/sshd';
import { until } from '../../lab/loopback/until';

const timeoutMs = 60_000;
const places = [place(), place(), place(), place(), place(), place()] as const;
const hosts: RealHost[] = [];
afterAll(async () => {
  for (const host of hosts) await host.close();
  for (const at of places) at.remove();
});
const opened = async (at: (typeof places)[number], login: string) => {
  const real = await hostWithLogin(at, login);
  hosts.push(real);
  return real;
};

describe.each([
  ['on both streams', places[0], "echo 'Welcome to fra-1'; echo 'mesg: ttyname failed' >&2"],
  ['without a line feed at its end', places[1], "printf 'Welcome\\nto fra-1'; printf '31771\\n$ ' >&2"],
])('a greeting %s', (_, at, login) => {
  let real: RealHost;
  beforeAll(async () => {
    real = await opened(at, login);
  });

  test('is neither output nor an error of a command, nor its progress', async () => {
    const lines: string[] = [];
    const onProgress = (line: string) => lines.push(line);
    const result = await real.host.run('cat; echo trouble >&2; exit 7', { timeoutMs, stdin: 'one\ntwo\n', onProgress });
    expect(result).toEqual({ code: 7, stdout: 'one\ntwo\n', stderr: 'trouble\n' });
    expect(lines).toEqual(['one', 'two']);
  });

  test('does not keep a command past its time from being ended', async () => {
    const mark = at.path('too-long');
    const said = () => (existsSync(mark) ? readFileSync(mark, 'utf8') : '');
    const command = `trap 'echo ended >> ${mark}; exit' TERM; echo begun > ${mark}; sleep 600 & wait`;
    // On a busy machine it may not have begun when its time is over; then it is tried again.
    await until('a command has begun before its time was over', async () => {
      await expect(real.host.run(command, { timeoutMs: 1_000 })).rejects.toThrow(/not done within 1000 ms/);
      return said() !== '';
    });
    await until('the command has ended', () => said() === 'begun\nended\n');
  });

  test('is no part of what a peer answers, whatever bytes that has', () => {
    const [access, peer] = [
      { peerKey: real.keyFile, peerKnownHosts: real.knownHostsFile },
      { address: sshAddress, port: real.options.port, user: 'root' },
    ];
    const bytes = Buffer.from([0, 255, 10, 0, 10]);
    writeFileSync(at.path('bytes'), bytes);
    const told = execFileSync('bash', ['-c', peerCommand(access, peer, `cat ${at.path('bytes')}`)], { stdio: 'pipe' });
    expect(told).toEqual(bytes);
  });

  test('is no part of a setting, nor of the number of orders in flight', async () => {
    const shop = at.path('shop');
    mkdirSync(shop);
    for (const file of ['in-flight', 'proxy.conf']) writeFileSync(`${shop}/${file}`, '');
    const [own, commands] = [
      {
        gate: `${shop}/gate`,
        schedulerPaused: `${shop}/paused`,
        inFlight: `${shop}/in-flight`,
        proxy: `${shop}/proxy.conf`,
      },
      { test: 'true', reload: 'true', proxyTest: 'true', proxyReload: 'true' },
    ];
    const settings = phpFpm({
      region: 'A',
      host: real.host,
      hasTable: false,
      file: `${shop}/fpm.conf`,
      ...own,
      ...commands,
    });
    expect(await settings.inFlight()).toBe(0);
    expect(await settings.proxiedTo()).toBeUndefined();
    await settings.gate('A moves to B.');
    expect(await settings.gated()).toBe('A moves to B.');
  });
});

test('a login that ends before the command has begun is no answer of the command', async () => {
  const real = await opened(places[2], "echo 'This account is not available.'; exit 0");
  await expect(real.host.run('true', { timeoutMs })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(
      /^A's host \S+, while it ran "true", ended with exit code 0 before the command had begun and said: This account is not available\.$/,
    ) as string,
  });
});

test('a command that begins after its time is over is ended all the same', async () => {
  const at = places[3];
  const real = await opened(at, 'sleep 1.5');
  const command = `trap 'echo ended >> ${at.path('mark')}; exit' TERM; echo begun > ${at.path('mark')}; sleep 600 & wait`;
  await expect(real.host.run(command, { timeoutMs: 300 })).rejects.toThrow(/not done within 300 ms/);
  const said = () => existsSync(at.path('mark')) && readFileSync(at.path('mark'), 'utf8') === 'begun\nended\n';
  await until('the command has ended', said);
});

describe('a login that moves the streams of a command', () => {
  test('from errors to the output is no part of the output', async () => {
    const real = await opened(places[4], 'exec 2>&1');
    const result = await real.host.run('cat; echo trouble >&2; exit 7', { timeoutMs, stdin: 'one\n' });
    expect(result).toEqual({ code: 7, stdout: 'one\ntrouble\n', stderr: '' });
  });

  test('to nowhere is told, and not taken for an empty output', async () => {
    const real = await opened(places[5], 'exec >/dev/null');
    await expect(real.host.run('echo gated', { timeoutMs })).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringMatching(
        /^A's host \S+, while it ran "echo gated", gave no output, not even its beginning: something in the login \(such as \.bashrc\) sends it elsewhere\.$/,
      ) as string,
    });
  });
});
