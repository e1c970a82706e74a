import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { startLab, type Lab } from '../../lab/lab';
import { until } from '../../lab/loopback/until';
import { capture } from '../../lab/network/commands';
import { places, type PlaceName } from '../../lab/network/places';

const folders: string[] = [];
const owners: ChildProcess[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'handover-lab-'));
  folders.push(folder);
  return folder;
}

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ dir: newFolder(), temporalPort: 0, uiPort: 0 });
});
afterAll(async () => {
  for (const owner of owners) owner.kill('SIGKILL');
  await lab.down();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Connects to a port where nothing listens: a refused connection proves that a packet came back. */
async function reaches(from: PlaceName, to: PlaceName): Promise<boolean> {
  const call = `exec 3<>/dev/tcp/${places[to].address}/9`;
  return (await lab.exec(from, 'timeout', ['3', 'bash', '-c', call])).stderr.includes('refused');
}

function crossing(links: [PlaceName, PlaceName][]): Promise<string[]> {
  return Promise.all(links.map(async ([from, to]) => `${from}>${to} ${(await reaches(from, to)) ? 'open' : 'lost'}`));
}

async function sql(region: 'A' | 'B', statement: string): Promise<string> {
  const client = ['--no-defaults', '-S', '/srv/run/mariadb.sock', '-N', '-B', '-e', statement];
  const { code, stdout, stderr } = await lab.exec(region, 'mariadb', client);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** The lab's status once `region` answers: a server has two seconds for it, which a busy machine may not give it. */
const answering = (region: 'A' | 'B') =>
  until(`${region} answers`, async () => {
    const status = await lab.status();
    const { database, sessions } = status.regions[region];
    return database.reachable && sessions?.reachable && status;
  });

/** One HTTPS call from `world` to a region by its own address; the status code and the body. */
async function ask(region: 'A' | 'B', path: string, ...options: string[]) {
  const resolve = `www.shop.test:443:${places[region].address}`;
  const call = ['-sS', '--max-time', '60', '--cacert', '/mnt/ca/ca.crt', '--resolve', resolve, '-w', '\n%{http_code}'];
  const { stdout } = await lab.exec('world', 'curl', [...call, ...options, `https://www.shop.test${path}`]);
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

const health = '/wp-json/handover/v1/health';

describe('a lab that is up', () => {
  it('writes in A and follows in B, over TLS', async () => {
    await answering('A');
    const { regions } = await answering('B');
    expect(regions.A.database).toMatchObject({ reachable: true, writable: true });
    expect(regions.B.database).toMatchObject({ reachable: true, writable: false, replica: { io: 'Yes', sql: 'Yes' } });
    expect([regions.A.sessions?.role, regions.B.sessions?.role]).toEqual(['primary', 'replica']);
    await sql('A', 'CREATE TABLE shop.probe (id INT PRIMARY KEY); INSERT INTO shop.probe VALUES (41)');
    await until(
      'B has the table',
      async () => (await sql('B', 'SELECT COUNT(*) FROM information_schema.tables WHERE table_name="probe"')) === '1',
    );
    await until('B has the row', async () => (await sql('B', 'SELECT id FROM shop.probe')) === '41');
    expect(await sql('B', 'SHOW REPLICA STATUS')).toContain('/srv/etc/tls/ca.crt');
    await sql('A', 'DROP TABLE shop.probe');
  });

  it('serves the shop over HTTPS by each region under one name', async () => {
    expect(JSON.parse((await ask('A', health)).body)).toMatchObject({ region: 'A', role: 'primary' });
    expect(JSON.parse((await ask('B', health)).body)).toMatchObject({ region: 'B', role: 'standby' });
  });

  it('answers with Temporal, its search attributes and its Web UI on the loopback of the host', async () => {
    const { temporal, ui } = lab.info.ports;
    const connection = await Connection.connect({ address: `127.0.0.1:${temporal}` });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    await connection.close();
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining(['HandoverSite', 'HandoverKind', 'HandoverEnding']),
    );
    expect((await fetch(`http://127.0.0.1:${ui}/`)).status).toBe(200);
  });

  it('gives both regions the same paths, each with its own files only', async () => {
    for (const region of ['A', 'B'] as const) {
      const { stdout } = await lab.exec(region, 'sh', ['-c', `cat /srv/etc/handover.conf; ls -A /mnt ${lab.dir}`]);
      expect(stdout).toContain(`env[HANDOVER_REGION] = "${region}"`);
      expect(stdout).not.toContain('secrets');
    }
  });

  it('has no way out: no namespace has a route beyond the lab', async () => {
    for (const place of ['world', 'A', 'pay', 'north'] as const) {
      const { stderr } = await lab.exec(place, 'timeout', ['2', 'bash', '-c', 'exec 3<>/dev/tcp/192.88.99.1/80']);
      expect(stderr).toMatch(/unreachable|No route/);
    }
  });

  it('lets the runbook in by ssh with pinned keys, and one region into the other', async () => {
    const onward = 'ssh -i /srv/etc/ssh/id_ed25519 -o UserKnownHostsFile=/srv/etc/ssh/known_hosts -o BatchMode=yes';
    const { stdout, stderr } = await lab.exec('world', 'ssh', [
      ...['-i', '/mnt/secrets/ssh-key', '-o', 'UserKnownHostsFile=/mnt/secrets/ssh-known-hosts', '-o', 'BatchMode=yes'],
      `root@${places.A.address}`,
      `service mariadb status && ${onward} root@${places.B.address} cat /srv/etc/handover.conf`,
    ]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^running \d+\n/);
    expect(stdout).toContain('env[HANDOVER_REGION] = "B"');
  });

  it('keeps output and exit code of what it supervises', async () => {
    await lab.spawn({
      name: 'printer',
      namespace: 'east',
      command: 'sh',
      args: ['-c', 'echo "$WORD"; exit 7'],
      env: { WORD: 'hallo' },
    });
    expect(await lab.wait('printer', 10)).toMatchObject({ state: 'ended', exit: { code: 7, signal: null } });
    expect(readFileSync(join(lab.dir, 'log/printer.log'), 'utf8')).toBe('hallo\n');
    await lab.spawn({ name: 'printer', namespace: 'east', command: 'sleep', args: ['600'] });
    await expect(lab.spawn({ name: 'printer', namespace: 'east', command: 'true' })).rejects.toThrow('already running');
    await lab.signal('printer', 'SIGTERM');
    expect(await lab.wait('printer', 10)).toMatchObject({ exit: { code: null, signal: 'SIGTERM' } });
  });

  it('refuses a bad call with the field, the problem and an example', async () => {
    await expect(lab.cut('A', 'moon' as PlaceName)).rejects.toThrow(/to: .*"world".* A valid body is \{"from":"A"/s);
    await expect(lab.cut('pay', 'north')).rejects.toThrow('pay has links to A and B only, none to north');
    await expect(lab.signal('nobody', 'SIGTERM')).rejects.toThrow('there is no process called "nobody"');
  });
});

describe('faults', () => {
  afterEach(async () => {
    await lab.heal();
  });

  it('isolate leaves a region its payment services only, and heal brings every link back', async () => {
    await lab.isolate('A');
    const lost: [PlaceName, PlaceName][] = [
      ['A', 'B'],
      ['B', 'A'],
      ['A', 'world'],
      ['north', 'A'],
      ['A', 'east'],
    ];
    const kept: [PlaceName, PlaceName][] = [
      ['A', 'pay'],
      ['pay', 'A'],
      ['B', 'world'],
      ['B', 'pay'],
      ['west', 'B'],
    ];
    expect(await crossing(lost)).toEqual(lost.map(([from, to]) => `${from}>${to} lost`));
    expect(await crossing(kept)).toEqual(kept.map(([from, to]) => `${from}>${to} open`));
    await lab.isolate('A', { withPayments: true });
    expect(await reaches('A', 'pay')).toBe(false);
    await lab.heal();
    expect((await crossing([...lost, ...kept])).filter((line) => line.endsWith('lost'))).toEqual([]);
    expect((await lab.status()).cuts).toEqual([]);
  });

  it('a one-way cut lets the other direction pass', async () => {
    const arrives = async (from: 'A' | 'B', to: 'A' | 'B') => {
      const listen =
        "const s=require('dgram').createSocket('udp4');s.bind(9999,()=>console.log('bound'));" +
        "s.on('message',(heard)=>console.log(String(heard)))";
      const name = `udp-${from}-${to}`;
      await lab.spawn({ name, namespace: to, command: process.execPath, args: ['-e', listen] });
      const heard = (what: string) =>
        until(`${name} says ${what}`, () => {
          const log = readFileSync(join(lab.dir, `log/${name}.log`), 'utf8');
          return log.includes(what) && log;
        });
      const say = (place: 'A' | 'B', what: string) =>
        lab.exec(place, 'bash', ['-c', `echo ${what} > /dev/udp/${places[to].address}/9999`]);
      await heard('bound');
      await say(from, 'from afar');
      // What it hears of itself comes later: by then it has heard what there was.
      await say(to, 'from here');
      const log = await heard('from here');
      await lab.signal(name, 'SIGTERM');
      return log.includes('from afar');
    };
    await lab.cut('A', 'B', { oneWay: true });
    expect([await arrives('A', 'B'), await arrives('B', 'A')]).toEqual([false, true]);
  });

  it("an isolated region's resolver goes on with the last answer after its TTL", async () => {
    const lookUp = () => lab.exec('A', 'getent', ['ahostsv4', 'www.shop.test']);
    expect((await lookUp()).stdout).toContain(places.A.address);
    const known = performance.now();
    expect((await lookUp()).stdout).toContain(places.A.address);
    const plainMs = performance.now() - known;
    await lab.isolate('A');
    await delay(5500);
    const begun = performance.now();
    expect((await lookUp()).stdout).toContain(places.A.address);
    // A look-up that waited for the world would take a second more than one that need not, however busy the machine is.
    expect(performance.now() - begun).toBeLessThan(1_000 + 3 * plainMs);
  });

  it('a killed database stays dead until it is started, and comes back fenced and detached', async () => {
    expect(await lab.kill('B', 'mariadb')).toMatchObject({ state: 'ended', exit: { signal: 'SIGKILL' } });
    expect((await lab.status()).regions.B.database.reachable).toBe(false);
    expect(await lab.service('B', 'mariadb', 'start')).toMatchObject({ state: 'running' });
    expect((await answering('B')).regions.B.database).toMatchObject({
      writable: false,
      replica: { io: 'No', sql: 'No' },
    });
    await sql('B', 'START REPLICA');
  });

  it('a killed web server leaves no worker behind', async () => {
    await lab.kill('A', 'nginx');
    expect((await ask('A', health)).status).toBe(0);
    await lab.service('A', 'nginx', 'start');
    expect((await ask('A', health)).status).toBe(200);
  });

  it('a paused region answers nothing, and goes on after heal', async () => {
    await lab.pause('B');
    const { regions, processes, paused } = await lab.status();
    expect([paused, regions.B.database.reachable, regions.B.sessions?.reachable]).toEqual([['B'], false, false]);
    expect(
      processes.filter(({ name }) => /^B\.(mariadb|redis|nginx|php-fpm|sshd)$/.test(name)).map(({ state }) => state),
    ).toEqual(Array(5).fill('paused'));
    await lab.heal();
    expect((await answering('B')).paused).toEqual([]);
  });

  it('a region that forwards sends everything to the other one but health and serving', async () => {
    const forward = async (line: string) => {
      const reload = 'nginx -t -q -c /srv/etc/nginx.conf && kill -HUP $(cat /srv/run/nginx.pid)';
      const { code, stderr } = await lab.exec('B', 'sh', ['-c', `echo '${line}' > /srv/etc/proxy.conf; ${reload}`]);
      expect([code, stderr]).toEqual([0, '']);
    };
    const login = ['-X', 'POST', '-H', 'content-type: application/json', '-d', '{"customer":"customer-1"}'];
    await forward(`set $upstream_region "https://${places.A.address}";`);
    await until('B forwards', async () => (await ask('B', '/my-account/', ...login)).status < 300);
    expect(JSON.parse((await ask('B', health)).body)).toMatchObject({ region: 'B' });
    expect((await ask('B', '/handover-serving')).status).toBe(503);
    expect((await ask('B', '/my-account/', '-H', 'X-Handover-Direct: 1', ...login)).status).toBe(503);
    await forward('');
    await until('B refuses', async () => (await ask('B', '/my-account/', ...login)).status === 503);
  });
});

describe('start and end', () => {
  it('refuses a second lab in the same directory', async () => {
    await expect(startLab({ dir: lab.dir, temporalPort: 0, uiPort: 0 })).rejects.toThrow(
      /a lab is already running in .*npm run lab -- down/,
    );
  });

  it('names a port that is taken, and the option for another one', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const attempt = startLab({ dir: newFolder(), temporalPort: 0, uiPort: port });
    await expect(attempt).rejects.toThrow(
      `port ${port} on 127.0.0.1 is already in use: choose another one with --ui-port PORT`,
    );
    server.close();
  });

  it.each(['its owner', 'its daemon'] as const)(
    'leaves no process, namespace or mount when %s is killed',
    async (victim) => {
      const dir = newFolder();
      const program = `require(${JSON.stringify(join(__dirname, '../../dist/lab/lab.js'))})
      .startLab({dir: ${JSON.stringify(dir)}, temporalPort: 0, uiPort: 0})
      .then((lab) => { console.log(lab.info.pid); setInterval(() => {}, 1000); }, (e) => { console.log(e.message); });`;
      const owner = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      owners.push(owner);
      const printed = await new Promise<string>((resolve) =>
        owner.stdout.once('data', (data: Buffer) => resolve(String(data))),
      );
      const pid = Number(printed);
      expect(pid).toBeGreaterThan(0);
      const namespaces = await namespacesOf(pid);
      expect(namespaces.size).toBe(9);
      expect(processesIn(namespaces).length).toBeGreaterThan(20);
      process.kill(victim === 'its owner' ? (owner.pid ?? 0) : pid, 'SIGKILL');
      await until('all its processes are gone', () => processesIn(namespaces).length === 0);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(dir);
      const free = await capture({ command: 'flock', args: ['--nonblock', join(dir, 'lock'), 'true'] });
      expect(free.code).toBe(0);
    },
  );
});

/** Every namespace that belongs to the lab alone: its network namespaces and the pid and mount ones of its first process. */
async function namespacesOf(pid: number): Promise<Set<string>> {
  const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] ?? '';
  const list = await capture({
    command: 'nsenter',
    args: ['--target', first, '--mount', 'sh', '-c', 'stat -L -c %i /run/netns/*'],
  });
  const nets = list.stdout
    .trim()
    .split('\n')
    .map((inode) => `net:[${inode}]`);
  return new Set([...nets, ...['pid', 'mnt'].map((kind) => readlinkSync(`/proc/${first}/ns/${kind}`))]);
}

function processesIn(namespaces: Set<string>): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return ['net', 'pid', 'mnt'].some((kind) => namespaces.has(readlinkSync(`/proc/${entry}/ns/${kind}`)));
    } catch {
      return false;
    }
  });
}
