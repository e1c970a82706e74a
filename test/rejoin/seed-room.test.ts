/** What would stop a re-seed or the copy of logs half-way is refused before it copies or stops anything. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { binlogArchive } from '../../src/providers/database/mariadb/binlog/archive';
import { mariabackup } from '../../src/providers/database/mariadb/seeding';
import { begin } from '../../src/providers/database/mariadb/seeding-scripts';
import type { SeedingOptions } from '../../src/providers/database/mariadb/options';
import type { Host } from '../../src/ports/ports';
import { place } from '../../lab/loopback/place';

const at = place();
const job = { copy: 'job-1', aside: 'run-1' };
afterAll(() => at.remove());

/** Runs a script in a mount namespace of its own, after `before`; the peer greets, says where its answer begins, and has `peerMb` of data. */
const hostAfter = (before: string, peerMb: number): Host => ({
  run: (script) => {
    const shims = `ssh() { local told=\${!#}; echo Welcome; eval "\${told%%;*}"; printf "${peerMb}\\tdata\\n"; }; `;
    try {
      execFileSync('unshare', ['-m', 'bash', '-c', `${before}; ${shims}${script}`], { stdio: 'pipe' });
      return Promise.resolve({ code: 0, stdout: '', stderr: '' });
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return Promise.resolve({ code: status, stdout: '', stderr: String(stderr) });
    }
  },
  close: () => Promise.resolve(),
});

function optionsOn(host: Host): SeedingOptions {
  mkdirSync(at.path('disk', 'mysql'), { recursive: true });
  const peer = {
    address: '198.51.100.10',
    port: 22,
    user: 'root',
    dataDirectory: '/d',
    databaseSocket: '/s',
    workDirectory: '/w',
  };
  return {
    region: 'A',
    host,
    service: 'service mariadb',
    listens: { host: '127.0.0.1', port: 1 },
    dataDirectory: at.path('disk', 'mysql'),
    binlogDirectory: at.path('disk', 'logs'),
    workDirectory: at.path('work'),
    peerKey: '/k',
    peerKnownHosts: '/h',
    peers: { B: peer },
  };
}

test.each([
  [
    'a data directory that is a mount point',
    () => `mount -t tmpfs none ${at.path('disk', 'mysql')}`,
    1,
    /mysql is a mount point, which can't be renamed\. Move the data to a directory below it, such as \S+mysql\/data, and change datadir and regions\.A\.services\.dataDirectory\.$/,
  ],
  [
    'a disk that is too small',
    () =>
      `mount -t tmpfs -o size=8m none ${at.path('disk')}; mkdir ${at.path('disk', 'mysql')}; touch ${at.path('disk', 'mysql', 'ib_logfile0')}`,
    500,
    /the copy needs 500 MB and [78] MB are free beside \S+mysql\. Free the difference/,
  ],
])('%s is refused', async (_, before, peerMb, because) => {
  const options = optionsOn({ run: () => Promise.reject(new Error()), close: () => Promise.resolve() });
  expect(begin(options, job, options.peers['B']!)).toContain('mariabackup');
  const seeding = mariabackup({ ...options, host: hostAfter(before(), peerMb) });
  await expect(seeding.begin(job, 'B')).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(because) as string,
  });
  expect(existsSync(at.path('work'))).toBe(false);
});

test('logs for which the host has no room are refused before they are copied, with the MB that are needed and free', async () => {
  mkdirSync(at.path('small'), { recursive: true });
  const peer = { address: '198.51.100.10', port: 22, user: 'root', binlogDirectory: '/logs' };
  const archive = binlogArchive({
    region: 'B',
    host: hostAfter(`mount -t tmpfs -o size=8m none ${at.path('small')}; rsync() { touch ${at.path('copied')}; }`, 500),
    binlogDirectory: '/own',
    workDirectory: at.path('small'),
    databaseSocket: '/s',
    schema: 'shop',
    peerKey: '/k',
    peerKnownHosts: '/h',
    peers: { A: peer },
  });
  await expect(archive.pull('A', ['binlog.000001'], 'rejoin-1', { timeoutMs: 10_000 })).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(
      /^The copy of A's binary logs needs 1524 MB in \S+small on B's host, with 1024 MB to spare, and [78] MB are free, so nothing was copied\. Free the difference/,
    ) as string,
  });
  expect(existsSync(at.path('copied'))).toBe(false);
});
