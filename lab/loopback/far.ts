/** A way to a server that takes as long as one between continents: a relay that holds back what it passes on. */
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface FarServer {
  port: number;
  /** How often the client spoke after the server had: the round trips that it waited for. */
  roundTrips: () => number;
  close: () => Promise<void>;
}

/** Listens on another port of `host`, so that a certificate which names it holds here too. `roundTripMs` is there and back together. */
export async function farServer(host: string, port: number, roundTripMs: number): Promise<FarServer> {
  const sockets = new Set<Socket>();
  let roundTrips = 0;
  const relay = createServer((client) => {
    const server = connect(port, host).setNoDelay(true);
    let answered = true;
    client.setNoDelay(true).on('data', () => {
      if (answered) roundTrips += 1;
      answered = false;
    });
    server.on('data', () => (answered = true));
    passOn(client, server, roundTripMs / 2);
    passOn(server, client, roundTripMs / 2);
    for (const socket of [client, server]) sockets.add(socket.on('close', () => sockets.delete(socket)));
  }).listen(0, host);
  await new Promise((resolve) => relay.once('listening', resolve));
  return {
    port: (relay.address() as AddressInfo).port,
    roundTrips: () => roundTrips,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => relay.close(() => resolve()));
    },
  };
}

/** Timers of one length end in the order in which they began, so nothing overtakes. */
function passOn(from: Socket, to: Socket, afterMs: number): void {
  from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), afterMs));
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), afterMs));
}
