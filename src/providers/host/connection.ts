import type { Socket } from 'node:net';
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { asClause } from '../../domain/sentence';
import { PortError } from '../../ports/errors';
import { openSocket } from '../kit/open-socket';
import { algorithmsFor, doubtAbout, knownHost } from './known-hosts';
import { resetSocket } from '../kit/reset-socket';

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

/** Whether sshd refused a command for others over the same connection (sshd_config(5), MaxSessions; RFC 4254, 5.1: SSH_OPEN_CONNECT_FAILED). */
export const isFull = (error: unknown): boolean => error instanceof Error && 'reason' in error && error.reason === 2;

export interface Connection {
  client: Client;
  /** Reset when the connection is given up. */
  socket: Socket;
  /** Those who wait for a command over it. */
  callers: Set<object>;
  /** Commands that are being ended over it, for whose sake it is kept. */
  endings: Set<Promise<void>>;
}

export function close({ client, socket }: Connection): void {
  resetSocket(socket);
  client.destroy();
}

const isDenial = ({ level, message }: Error & { level?: string }): boolean =>
  level === 'client-authentication' || /no matching host key/i.test(message);

const unusableKey = (host: string, { message }: Error): PortError =>
  new PortError('refused', `The private key for ${host} is not usable: ${asClause(message)}.`);

/**
 * Opens a connection; `lost` is called once it can't be used any more.
 * @throws PortError denied, refused (a private key that is none) or unavailable
 */
export function connect(options: SshOptions, lost: () => void): Promise<Connection> {
  const { region, address, port, user, key, knownHosts, connectTimeoutMs = 5_000 } = options;
  const host = `${region}'s host ${address}:${port}`;
  const known = knownHost(knownHosts, address, port);
  const algorithms = algorithmsFor(known.keys) as ServerHostKeyAlgorithm[] | undefined;
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
    const socket = openSocket(address, port);
    client.once('ready', () => resolve({ client, socket, callers: new Set(), endings: new Set() }));
    client.on('close', lost);
    client.on('error', (error: Error & { level?: string }) => {
      lost();
      const kind = doubt !== undefined || isDenial(error) ? 'denied' : 'unavailable';
      reject(new PortError(kind, doubt ?? `${host} did not let ${user} in: ${asClause(error.message)}.`));
    });
    try {
      client.connect({ ...config, sock: socket });
    } catch (error) {
      socket.destroy();
      reject(unusableKey(host, error as Error));
    }
  });
}
