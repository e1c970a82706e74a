import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openControl, openRegionControl, type Handlers } from './control/api';
import { Faults } from './control/faults';
import type { Process } from './control/process';
import { readStatus } from './control/status';
import { Supervisor } from './control/supervisor';
import type { HolderMessage, LabInfo, Order } from './lab';
import { run } from './network/inside';
import { placeNames, places, regionNames, world } from './network/places';
import { buildLab, emptyDirectory } from './build';
import { timer } from './stages';

/** Below this directory everything of the lab lies, short enough for unix sockets. */
const mounted = '/mnt';
const checkout = join(__dirname, '../..');

function tell(message: HolderMessage): void {
  if (process.connected) process.send?.(message);
}

async function hold(order: Order): Promise<void> {
  const startedAt = new Date();
  // First, so that a port that is taken is said before anything is built.
  const temporal = await listenOnLoopback(order.temporalPort, '--temporal-port');
  const ui = await listenOnLoopback(order.uiPort, '--ui-port');
  const ports = { temporal: portOf(temporal), ui: portOf(ui) };
  await emptyDirectory(order.dir);
  const supervisor = new Supervisor(join(order.dir, 'log'));
  const timed = timer((stage) => tell({ kind: 'stage', stage }));
  const ground = await buildLab(order.dir, { checkout, dns: order.dns, supervisor, timed });
  await handOver(supervisor.find('port-forward'), { temporal, ui });
  const faults = new Faults(ground.firewall, supervisor);
  const status = () => readStatus(supervisor, faults, startedAt, ground.passwords.redis);
  await openSockets(status, handlersFor(supervisor, faults));
  const info: LabInfo = {
    ready: true,
    pid: order.pid,
    startedAt: startedAt.toISOString(),
    addresses: Object.fromEntries(placeNames.map((name) => [name, places[name].address])),
    temporal: `${world.temporal}:7233`,
    ports,
  };
  await writeFile(join(mounted, 'lab.json'), `${JSON.stringify(info, undefined, 2)}\n`);
  tell({ kind: 'ready', info });
}

function handlersFor(supervisor: Supervisor, faults: Faults): Handlers {
  return {
    '/cut': ({ from, to, oneWay }) => faults.cut(from, to, oneWay),
    '/isolate': ({ region, withPayments }) => faults.isolate(region, withPayments),
    '/kill': ({ region, service }) => supervisor.service(region, service, 'kill'),
    '/service': ({ region, service, verb }) => supervisor.service(region, service, verb),
    '/pause': ({ region }) => {
      faults.pause(region);
      return Promise.resolve({});
    },
    '/table': ({ region, mode }) => faults.table(region, mode),
    '/heal': () => faults.heal(),
    '/spawn': async ({ name, namespace, command, args, env }) => {
      const own = { HANDOVER_LAB_DIR: mounted, HANDOVER_SECRETS_DIR: `${mounted}/secrets`, ...env };
      return (await supervisor.launch({ name, place: namespace, view: 'lab', command, args, env: own })).describe();
    },
    '/signal': ({ name, signal }) => {
      const found = supervisor.find(name);
      found.signal(signal);
      return Promise.resolve(found.describe());
    },
    '/wait': ({ name, seconds }) => supervisor.find(name).ended(seconds * 1000),
    '/down': () => {
      void end(supervisor);
      return Promise.resolve({});
    },
  };
}

async function openSockets(status: () => Promise<unknown>, handlers: Handlers): Promise<void> {
  await openControl(`${mounted}/control.sock`, status, handlers);
  for (const region of regionNames) {
    await openRegionControl(`${mounted}/${region}/run/supervisor.sock`, region, handlers['/service']);
  }
}

/**
 * The end of this process is the end of everything. Temporal's histories stay: killed, not asked, since its own
 * shutdown waits for seconds and SQLite needs none; the write-ahead log is folded in, so that one file is the whole.
 */
async function end(supervisor: Supervisor): Promise<void> {
  await delay(50);
  try {
    await supervisor.find('temporal').kill();
    await run('sqlite3', [`${mounted}/temporal.db`, 'PRAGMA wal_checkpoint(TRUNCATE);'], { timeout: 5000 });
  } finally {
    process.exit(0);
  }
}

function listenOnLoopback(port: number, option: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `port ${port} on 127.0.0.1 is taken: name another one with ${option} PORT`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The relay accepts in the world what the host's loopback received; this process keeps no copy. */
async function handOver(relay: Process, servers: Record<string, Server>): Promise<void> {
  for (const [name, server] of Object.entries(servers)) {
    await new Promise<void>((resolve, reject) => {
      relay.handle?.send(name, server, (error) => (error ? reject(error) : resolve()));
    });
    server.close();
  }
}

process.once('message', (order: Order) => {
  // Until the lab is ready it belongs to whoever asked for it; a detached one is on its own from then on.
  const abandoned = () => process.exit(1);
  process.once('disconnect', abandoned);
  hold(order)
    .then(() => order.attached || process.off('disconnect', abandoned))
    .catch((error: unknown) => {
      tell({ kind: 'failed', because: error instanceof Error ? error.message : String(error) });
      process.exit(1);
    });
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
