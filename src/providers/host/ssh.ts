import { connect as openSocket, type Socket } from 'node:net';
import { Client, type ClientChannel, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { PortError } from '../../ports/errors';
import type { CommandResult, Host } from '../../ports/ports';
import { resetSocket } from '../kit/reset-socket';
import { withTimeout } from '../kit/timeout';
import { collect, type Collecting, telling } from './channel';
import { algorithmsFor, fingerprint, knownKeys, type KnownKey } from './known-hosts';

export interface SshOptions {
  /** Name of the region, for the sentences. */
  region: string;
  address: string;
  port: number;
  user: string;
  /** The private key itself. */
  key: string;
  /** Text of a known_hosts file; a host that is not in it, or has another key, is refused. */
  knownHosts: string;
  /** Limit of connecting and logging in, 5 s by default. */
  connectTimeoutMs?: number;
}

/** The socket under each client, to be reset when the client is given up. */
const sockets = new WeakMap<Client, Socket>();

/** How long each move of ending a command may take, before it is left to itself. */
const graceMs = 500;

type RunOptions = Parameters<Host['run']>[1];

/** A host over ssh. One connection serves all commands; it is opened when first asked and again after any failure. */
export function ssh(options: SshOptions): Host {
  let current: Promise<Client> | undefined;
  let running = 0;

  function drop(opening: Promise<Client> | undefined): void {
    if (current === opening) current = undefined;
    opening
      ?.then((client) => {
        resetSocket(sockets.get(client));
        client.destroy();
      })
      .catch(() => undefined);
  }

  function opened(): Promise<Client> {
    if (current !== undefined) return current;
    const opening = connect(options, () => drop(opening));
    opening.catch(() => drop(opening));
    return (current = opening);
  }

  return {
    run: async (command, given) => {
      const opening = opened();
      running += 1;
      try {
        return await runOn(opening, command, given, `${options.region}'s host ${options.address}`);
      } catch (error) {
        // A silent connection is not trusted again, unless others are still at work on it.
        if (running === 1) drop(opening);
        throw error;
      } finally {
        running -= 1;
      }
    },
    close: () => {
      drop(current);
      return Promise.resolve();
    },
  };
}

/** The first line of a command, so that a sentence stays one. */
const brief = (command: string) => `"${(command.trim().split('\n')[0] ?? '').slice(0, 80)}"`;

async function runOn(
  opening: Promise<Client>,
  command: string,
  given: RunOptions,
  host: string,
): Promise<CommandResult> {
  let started: Collecting | undefined;
  const limit = limited(given, `${host} was asked to run ${brief(command)}`);
  const answer = opening.then(async (client) => {
    // Nothing is started for a caller who has left.
    if (limit.over()) return limit.reached;
    const channel = await openChannel(client, telling(command), host);
    started = collect(channel, given, `${host}, while it ran ${brief(command)},`);
    return started.result;
  });
  try {
    return await Promise.race([answer, limit.reached]);
  } catch (error) {
    answer.catch(() => undefined);
    if (started !== undefined) await abandon(await opening, started).catch(() => undefined);
    throw error;
  } finally {
    limit.end();
  }
}

/** Ends the command's whole process group. sshd passes no signals on for root, so that takes a command of its own. */
async function abandon(client: Client, { channel, group }: Collecting): Promise<void> {
  try {
    const command = `kill -TERM -- -${await withTimeout(graceMs, group, 'it told no process group')}`;
    const killer = await withTimeout(graceMs, openChannel(client, command, 'the host'), 'it hangs');
    await withTimeout(graceMs, collect(killer, {}, 'the host').result, 'it hangs');
  } finally {
    channel.close();
  }
}

/** `reached` rejects when time is over or the caller aborts. */
function limited({ timeoutMs, signal }: RunOptions, asked: string) {
  let over = false;
  let giveUp = (_because: string): void => undefined;
  const reached = new Promise<never>((_resolve, reject) => {
    giveUp = (because) => {
      over = true;
      reject(new PortError('unavailable', `${asked} and ${because}.`));
    };
  });
  const abort = () => giveUp('was told to stop before it was done');
  const timer = setTimeout(() => giveUp(`was not done within ${timeoutMs} ms`), timeoutMs);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  return { reached, end, over: () => over };
}

function openChannel(client: Client, command: string, host: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const refused = (error: Error) =>
      reject(new PortError('unavailable', `${host} did not start ${brief(command)}: ${error.message}.`));
    try {
      client.exec(command, (error, channel) => (error === undefined ? resolve(channel) : refused(error)));
    } catch (error) {
      refused(error as Error);
    }
  });
}

/** Why a host that shows this key must not be believed, if so. */
function doubtAbout(host: string, shown: Buffer, known: readonly KnownKey[]): string | undefined {
  if (known.some(({ blob }) => blob.equals(shown))) return undefined;
  return known.length === 0
    ? `${host} is not in known_hosts; it shows ${fingerprint(shown)}, so add that key if it is right.`
    : `${host} shows another key than known_hosts has (${fingerprint(shown)}); it may not be that host.`;
}

const isDenial = ({ level, message }: Error & { level?: string }): boolean =>
  level === 'client-authentication' || /no matching host key/i.test(message);

function connect(options: SshOptions, lost: () => void): Promise<Client> {
  const { region, address, port, user, key, knownHosts, connectTimeoutMs = 5_000 } = options;
  const host = `${region}'s host ${address}:${port}`;
  const known = knownKeys(knownHosts, address, port);
  const algorithms = algorithmsFor(known) as ServerHostKeyAlgorithm[] | undefined;
  let doubt: string | undefined;
  const hostVerifier = (shown: Buffer): boolean => {
    doubt = doubtAbout(host, shown, known);
    return doubt === undefined;
  };
  const config: ConnectConfig = {
    host: address,
    port,
    username: user,
    privateKey: key,
    readyTimeout: connectTimeoutMs,
    keepaliveInterval: 5_000,
    keepaliveCountMax: 2,
    hostVerifier,
    ...(algorithms && { algorithms: { serverHostKey: algorithms } }),
  };
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.once('ready', () => resolve(client));
    client.on('close', lost);
    client.on('error', (error: Error & { level?: string }) => {
      lost();
      const kind = doubt !== undefined || isDenial(error) ? 'denied' : 'unavailable';
      reject(new PortError(kind, doubt ?? `${host} did not let ${user} in: ${error.message}.`));
    });
    try {
      const sock = openSocket(port, address).setNoDelay(true);
      sockets.set(client, sock);
      client.connect({ ...config, sock });
    } catch (error) {
      reject(new PortError('refused', `The private key for ${host} is not usable: ${(error as Error).message}.`));
    }
  });
}
