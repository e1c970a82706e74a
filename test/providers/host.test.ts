import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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

  test('progress that is overwritten is no output, however much of it there is', async () => {
    let lines = 0;
    const command = `printf 'begun\\n'; yes "$(printf '%100s')" | head -n 200000 | tr '\\n' '\\r'; printf 'done: 3\\n'`;
    const { stdout } = await instead({}).run(command, { timeoutMs: 60_000, onProgress: () => (lines += 1) });
    expect(stdout).toBe('begun\ndone: 3\n');
    expect(lines).toBe(200_002);
  });

  test('progress is overwritten by what comes in a later piece too', async () => {
    const command = `printf 'half\r'; sleep 0.3; printf 'done: 3\n'`;
    const { stdout } = await instead({}).run(command, { timeoutMs, onProgress: () => undefined });
    expect(stdout).toBe('done: 3\n');
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

  const other = (hosts: string, type: string, key = 'AAAA') => `${hosts} ${type} ${key}\n`;

  test('a line with a type of key that nobody here knows hides no other line', async () => {
    const hosts = `[${sshAddress}]:${real.options.port}`;
    const knownHosts = `${other(hosts, 'sk-ssh-ed25519@openssh.com')}${real.options.knownHosts}`;
    await expect(instead({ knownHosts }).run('echo well', { timeoutMs })).resolves.toMatchObject({ stdout: 'well\n' });
  });

  test('a host all of whose lines are of no use is refused with their numbers, and its private key is not blamed', async () => {
    const hosts = `[${sshAddress}]:${real.options.port}`;
    const knownHosts = `# mine\n${other(hosts, 'sk-ssh-ed25519@openssh.com')}${other(hosts, 'ssh-ed25519')}`;
    await expect(instead({ knownHosts }).run('true', { timeoutMs })).rejects.toEqual(
      failure(
        'denied',
        /has no usable key in known_hosts \(line 2: keys of type sk-ssh-ed25519@openssh\.com can't be verified; line 3: its key is damaged\); it shows ssh-ed25519 SHA256:\S+, so add that key if it is right\.$/,
      ),
    );
  });

  test('a revoked key is refused although another line has it', async () => {
    const knownHosts = `${real.options.knownHosts}@revoked * ${readFileSync(at.path('host.pub'), 'utf8')}`;
    await expect(
      instead({ knownHosts: knownHosts.replace('*', `[${sshAddress}]:*`) }).run('true', { timeoutMs }),
    ).rejects.toEqual(failure('denied', /shows a key that line 2 of known_hosts revokes/));
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
      failure('unavailable', /lost the connection|ended without an exit code/),
    );
    await expect(host.run('echo again', { timeoutMs })).resolves.toMatchObject({ stdout: 'again\n' });
  });
});
