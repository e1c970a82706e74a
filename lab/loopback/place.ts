import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until';

/** A folder for the files of one test's servers. */
export interface Place {
  path: (...names: string[]) => string;
  remove: () => void;
}

/** Memory where there is plenty, because what these servers write is thrown away: on a busy disk their syncs cost most of the time. */
function roomiest(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 ** 31 ? memory : tmpdir();
}

export function place(): Place {
  const folder = mkdtempSync(join(roomiest(), 'handover-'));
  return {
    path: (...names) => join(folder, ...names),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A port that is free on every address of this machine: servers of tests listen on several of 127.0.0.0/8. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '0.0.0.0');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export interface RunningServer {
  pid: number;
  /** Kills it and its children at once, and waits until it is gone. */
  kill: () => Promise<void>;
  signal: (signal: NodeJS.Signals) => void;
}

/** Starts a real server that ends with the test's process, however that ends; `at` is where it will listen, or a check of our own. */
export async function startServer(
  command: string[],
  log: string,
  at: { host: string; port: number } | (() => boolean),
): Promise<RunningServer> {
  const out = openSync(log, 'a');
  // A group of its own, so that its children end with it.
  const spawned: SpawnOptions = { stdio: ['ignore', out, out], detached: true };
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], spawned);
  const { pid = 0 } = child;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  await until(`${command.join(' ')} listens`, () => {
    if (ended()) throw new Error(`${command.join(' ')} ended: ${readFileSync(log, 'utf8').slice(-2_000)}`);
    return typeof at === 'function' ? at() : listens(at.host, at.port);
  });
  return {
    pid,
    kill: async () => {
      if (ended()) return;
      process.kill(-pid, 'SIGKILL');
      await gone;
    },
    signal: (signal) => {
      child.kill(signal);
    },
  };
}
