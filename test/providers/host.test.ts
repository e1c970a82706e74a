import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { knownKeys } from '../../src/providers/host/known-hosts';
import { ssh } from '../../src/providers/host/ssh';
import type { Host } from '../../src/ports/ports';
import { place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { newKey, realHost, type RealHost, sshAddress } from '../../lab/loopback/sshd';

const failure = (kind: string, sentence: RegExp) =>
  expect.objectContaining({ kind, message: expect.stringMatching(sentence) as string }) as Error;

describe('a host over ssh', () => {
  const at = place();
  const timeoutMs = 60_000;
  let real: RealHost;
  const others: Host[] = [];
  const instead = (change: Partial<RealHost['options']>) => {
    const other = ssh({ ...real.options, ...change });
    others.push(other);
    return other;
  };
  beforeAll(async () => {
    real = await realHost(at);
  });
  afterAll(async () => {
    for (const other of others) await other.close();
    await real.close();
    at.remove();
  });

  test('gives exit code, output and errors of a command, and its input to it', async () => {
    const result = await real.host.run('cat; echo trouble >&2; exit 7', { timeoutMs, stdin: 'grüße' });
    expect(result).toEqual({ code: 7, stdout: 'grüße', stderr: 'trouble\n' });
  });

  test('shows lines as they come, also those of a progress bar', async () => {
    const lines: string[] = [];
    await real.host.run(`printf 'one\\n10%%\\r20%%\\rtw'; sleep 0.1; printf 'o\\n'`, {
      timeoutMs,
      onProgress: (line) => lines.push(line),
    });
    expect(lines).toEqual(['one', '10%', '20%', 'two']);
  });

  test('runs commands side by side over one connection', async () => {
    const host = instead({});
    const ports = await Promise.all(
      [1, 2, 3].map(async () => (await host.run('sleep 0.2; echo $SSH_CLIENT', { timeoutMs })).stdout),
    );
    expect(new Set(ports).size).toBe(1);
  });

  test('a command that takes too long is ended on the host, and the next one works', async () => {
    const mark = at.path('too-long');
    const said = () => (existsSync(mark) ? readFileSync(mark, 'utf8') : '');
    const command = `trap 'echo ended >> ${mark}; exit' TERM; echo begun > ${mark}; sleep 600 & wait`;
    // On a busy machine it may not have begun when its time is over; then it is tried again.
    await until('a command has begun before its time was over', async () => {
      await expect(real.host.run(command, { timeoutMs: 1_000 })).rejects.toEqual(
        failure('unavailable', /not done within 1000 ms/),
      );
      return said() !== '';
    });
    await until('the command has ended', () => said() === 'begun\nended\n');
    await expect(real.host.run('echo well', { timeoutMs })).resolves.toMatchObject({ stdout: 'well\n' });
  });

  test('a caller that aborts is not kept waiting', async () => {
    const abort = new AbortController();
    const running = real.host.run('sleep 600', { timeoutMs: 600_000, signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(running).rejects.toEqual(failure('unavailable', /told to stop/));
  });

  test('a command ended by a signal has 128 and its number as code', async () => {
    expect((await real.host.run('kill -9 $$', { timeoutMs })).code).toBe(137);
  });

  test('an unknown host is refused, with the key it showed', async () => {
    const question = instead({ knownHosts: '# nobody yet\n' }).run('true', { timeoutMs });
    const shown = execFileSync('ssh-keygen', ['-lf', at.path('host.pub')], { encoding: 'utf8' }).split(' ')[1] ?? '-';
    await expect(question).rejects.toEqual(failure('denied', /is not in known_hosts; it shows ssh-ed25519/));
    await expect(question).rejects.toThrow(shown);
  });

  test('a host with another key than known is refused', async () => {
    const other = readFileSync(`${newKey(at.path('other'))}.pub`, 'utf8');
    const knownHosts = `[${sshAddress}]:${real.options.port} ${other}`;
    await expect(instead({ knownHosts }).run('true', { timeoutMs })).rejects.toEqual(
      failure('denied', /another key than known_hosts has/),
    );
  });

  test('a host that offers no key of the known kind is refused', async () => {
    const rsa = readFileSync(`${newKey(at.path('rsa'), 'rsa')}.pub`, 'utf8');
    const knownHosts = `[${sshAddress}]:${real.options.port} ${rsa}`;
    await expect(instead({ knownHosts }).run('true', { timeoutMs })).rejects.toEqual(failure('denied', /host key/));
  });

  test('a key that lets nobody in is denied, and an unusable one is refused', async () => {
    const key = readFileSync(newKey(at.path('stranger')), 'utf8');
    await expect(instead({ key }).run('true', { timeoutMs })).rejects.toEqual(failure('denied', /did not let root in/));
    await expect(instead({ key: 'no key' }).run('true', { timeoutMs })).rejects.toEqual(
      failure('refused', /private key .* not usable/),
    );
  });

  test('where nobody listens it is unavailable', async () => {
    const knownHosts = real.options.knownHosts.replace(String(real.options.port), '1');
    await expect(instead({ port: 1, knownHosts }).run('true', { timeoutMs })).rejects.toEqual(
      failure('unavailable', /ECONNREFUSED/),
    );
  });

  test('a connection that broke is opened again', async () => {
    const host = instead({});
    await expect(host.run('kill -9 $PPID; sleep 5', { timeoutMs })).rejects.toEqual(
      failure('unavailable', /broke off/),
    );
    await expect(host.run('echo again', { timeoutMs })).resolves.toMatchObject({ stdout: 'again\n' });
  });
});

describe('known_hosts', () => {
  const at = place();
  afterAll(() => at.remove());

  test('hashed lines are understood, comments, revoked keys and other ports are not taken', () => {
    const [type = '', key = ''] = readFileSync(`${newKey(at.path('k'))}.pub`, 'utf8').split(' ');
    writeFileSync(at.path('known'), `a.test,[b.test]:2222 ${type} ${key}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', at.path('known')], { stdio: 'pipe' });
    const text = `# a.test\n@revoked a.test ${type} AAAA\n${readFileSync(at.path('known'), 'utf8')}c.test ${type} ${key}\n`;
    expect(text).toContain('|1|');
    expect(knownKeys(text, 'a.test', 22).map(({ blob }) => blob.toString('base64'))).toEqual([key]);
    expect(knownKeys(text, 'b.test', 2222)).toHaveLength(1);
    expect(knownKeys(text, 'b.test', 22)).toEqual([]);
    expect(knownKeys(text, 'c.test', 22)).toHaveLength(1);
    expect(knownKeys(text, 'd.test', 22)).toEqual([]);
  });
});
