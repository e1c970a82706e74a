import { createServer, connect, type Server, type Socket } from 'node:net';
import { world } from './network/places';
import { temporalPort, temporalUiPort } from './servers/temporal';

/**
 * Runs in the namespace `world`. It forwards connections that the host accepts on its loopback (the daemon passes the
 * listening sockets) to Temporal and its Web UI. It also serves the control targets: two addresses that only accept
 * connections, by which a vantage tells a failure of its own network from a failure of a region.
 */
const targets: Record<string, number> = { temporal: temporalPort, ui: temporalUiPort };

function forward(from: Socket, port: number): void {
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
  if (port === undefined) throw new Error(`the port forward has no target called "${name}"`);
  server.on('connection', (socket) => forward(socket, port));
});

for (const address of world.controlTargets) {
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  }).listen(80, address);
}
process.on('SIGTERM', () => process.exit(0));
console.log(`port forward listens on ${world.controlTargets.join(' and ')}, port 80`);
