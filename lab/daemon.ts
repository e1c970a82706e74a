import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openControl, openRegionControl, type Handlers } from './control/api';
import { Faults } from './control/faults';
import type { Process } from './control/process';
import { readStatus } from './control/status';
import { Supervisor } from './control/supervisor';
import type { DaemonInput, DaemonMessage, LabInfo } from './daemon-messages';
import { run } from './network/commands';
import { placeNames, places, regionNames, world } from './network/places';
import { buildLab, emptyDirectory } from './build';
import { timer } from './stages';

/** The lab's directory is mounted here: the path is short enough for unix sockets. */
const mounted = '/mnt';
const checkout = join(__dirname, '../..');

function sendToParent(message: DaemonMessage): void {
  if (process.connected) process.send?.(message);
}

async function runLab(input: DaemonInput): Promise<void> {
  const startedAt = new Date();
  // First, so that a port in use is reported before anything is built.
  const temporal = await listenOnLoopback(input.temporalPort, '--temporal-port');
  const ui = await listenOnLoopback(input.uiPort, '--ui-port');
  const ports = { temporal: portOf(temporal), ui: portOf(ui) };
  await emptyDirectory(input.dir, input.shop, input.database);
  const supervisor = new Supervisor(join(input.dir, 'log'));
  const timed = timer((stage) => sendToParent({ kind: 'stage', stage }));
  const built = await buildLab(input.dir, { ...input, checkout, supervisor, timed });
  await passSockets(supervisor.find('port-forward'), { temporal, ui });
  const faults = new Faults(built.firewall, supervisor);
  const status = () =>
    readStatus(supervisor, faults, startedAt, input.shop === 'full' ? built.passwords.redis : undefined);
  await openSockets(status, handlersFor(supervisor, faults));
  const info: LabInfo = {
    ready: true,
    pid: input.pid,
    startedAt: startedAt.toISOString(),
    addresses: Object.fromEntries(placeNames.map((name) => [name, places[name].address])),
    temporal: `${world.temporal}:7233`,
    ports,
  };
  await writeFile(join(mounted, 'lab.json'), `${JSON.stringify(info, undefined, 2)}\n`);
  sendToParent({ kind: 'ready', info });
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
 * Everything in the lab ends with this process. Temporal's histories stay. Temporal is killed, because its own shutdown
 * takes seconds and SQLite does not need one; a checkpoint moves the write-ahead log into the one file that is kept.
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
      const inUse = `port ${port} on 127.0.0.1 is already in use: choose another one with ${option} PORT`;
      reject(error.code === 'EADDRINUSE' ? new Error(inUse) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Passes the listening sockets to the port forward, which runs in the namespace `world`; this process closes its copies. */
async function passSockets(portForward: Process, servers: Record<string, Server>): Promise<void> {
  for (const [name, server] of Object.entries(servers)) {
    await new Promise<void>((resolve, reject) => {
      portForward.handle?.send(name, server, (error) => (error ? reject(error) : resolve()));
    });
    server.close();
  }
}

process.once('message', (input: DaemonInput) => {
  // Until the lab is ready it ends with the process that started it; a detached lab outlives that process from then on.
  const parentGone = () => process.exit(1);
  process.once('disconnect', parentGone);
  runLab(input)
    .then(() => input.attached || process.off('disconnect', parentGone))
    .catch((error: unknown) => {
      sendToParent({ kind: 'failed', because: error instanceof Error ? error.message : String(error) });
      process.exit(1);
    });
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
