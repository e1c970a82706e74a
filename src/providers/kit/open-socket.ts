import { connect, type Socket } from 'node:net';

/**
 * A TCP socket that is connecting. It has an `error` listener from the start: Node ends the process over an error without one, and a driver
 * that refuses its options attaches none.
 */
export function openSocket(host: string, port: number): Socket {
  return connect(port, host)
    .setNoDelay(true)
    .on('error', () => undefined);
}
