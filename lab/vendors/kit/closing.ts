import type { Server, Socket } from 'node:net';

/** Ends a server at once, with every connection it has by then; by itself a server waits until its clients have left. */
export function closing(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return () => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((done) => void server.close(() => done()));
  };
}
