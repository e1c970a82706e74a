import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

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

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
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

export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (await holds()) return;
    await pause(20);
  }
  throw new Error(`not so within ${limitMs} ms: ${what}`);
}

export interface RunningServer {
  pid: number;
  /** Kills it at once and waits until it is gone. */
  kill: () => Promise<void>;
  /** Asks it to end with all its children, which a kill would leave behind, and waits until it is gone. */
  stop: () => Promise<void>;
  signal: (signal: NodeJS.Signals) => void;
}

/** Starts a real server that ends with the test's process, however that ends; `at` is where it will listen, or a check of our own. */
export async function startServer(
  command: string[],
  log: string,
  at: { host: string; port: number } | (() => boolean),
): Promise<RunningServer> {
  const out = openSync(log, 'a');
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { stdio: ['ignore', out, out] });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  await until(`${command.join(' ')} listens`, () => {
    if (ended()) throw new Error(`${command.join(' ')} ended: ${readFileSync(log, 'utf8').slice(-2_000)}`);
    return typeof at === 'function' ? at() : listens(at.host, at.port);
  });
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL');
      if (!ended()) await gone;
    },
    stop: async () => {
      child.kill('SIGTERM');
      if (!ended()) await gone;
    },
    signal: (signal) => {
      child.kill(signal);
    },
  };
}
