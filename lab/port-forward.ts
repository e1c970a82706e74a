import { createServer, connect, type Server, type Socket } from 'node:net';
import { world } from './network/places';
import { temporalPort, temporalUiPort } from './servers/temporal';

/**
 * Runs in `world`. Its first part carries connections that the host accepted on its loopback (the holder hands over
 * the listening sockets) to Temporal and its Web UI. Its second part are the control targets: two addresses that only
 * take connections, by which a vantage tells its own network's trouble from a region's.
 */
const targets: Record<string, number> = { temporal: temporalPort, ui: temporalUiPort };

function carry(from: Socket, port: number): void {
  const to = connect({ host: world.temporal, port, noDelay: true });
  from.setNoDelay(true);
  from.pipe(to);
  to.pipe(from);
  from.on('error', () => to.destroy());
  to.on('error', () => from.destroy());
  from.on('close', () => to.destroy());
  to.on('close', () => from.destroy());
}

process.on('message', (name: string, server: Server) => {
  const port = targets[name];
  if (port === undefined) throw new Error(`the relay has no target called "${name}"`);
  server.on('connection', (socket) => carry(socket, port));
});

for (const address of world.controlTargets) {
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  }).listen(80, address);
}
process.on('SIGTERM', () => process.exit(0));
console.log(`relay listens on ${world.controlTargets.join(' and ')}, port 80`);
